"""Whoever calls is a stranger at first: slow, many or large, none of them keeps a child out or fills the memory."""

import asyncio
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from tests.web.lines import A_MESSAGE, PATIENCE, echo, no_news, nothing_new, serving_app, turn
from tiersync.errors import ParentBusy
from tiersync.link.dialogue.messages import LONGEST_WAIT, Message
from tiersync.link.wire import encode
from tiersync.web.allowance import Allowance
from tiersync.web.client import PATH, http_ask
from tiersync.web.line import PIECE
from tiersync.web.server import Complaints, make_app

MB = 2**20


@contextmanager
def caller(url: str, said: bytes) -> Iterator[socket.socket]:
    """A connection on which this much was said so far."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=PATIENCE) as line:
        line.sendall(said)
        yield line


def headers(size: int) -> bytes:
    return f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()


def trickle(line: socket.socket, piece: bytes, every: float, ends: threading.Event) -> None:
    """Say the same again and again until told to end, or cut off."""
    with suppress(OSError):
        while not ends.wait(every):
            line.sendall(piece)


def heard(line: socket.socket) -> bytes:
    """What the node says first on a line; nothing when it just hangs up."""
    try:
        return line.recv(1000)
    except ConnectionResetError:
        return b""


@contextmanager
def crowded(**allowed: float) -> Iterator[tuple[str, FastAPI]]:
    app = make_app(echo, nothing_new, no_news, Allowance()._replace(**allowed))
    with serving_app(app) as url:
        yield url, app


@pytest.mark.parametrize("bound", ["connections", "connections_of_one"])
def test_hundreds_of_half_headers_keep_no_child_out_and_are_never_many_at_once(bound: str) -> None:
    with crowded(**{bound: 20}, header_seconds=600.0) as (url, app), ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(caller(url, b"POST /exchange HTTP/1.1\r\nHost:"))
        assert http_ask(url)(A_MESSAGE) == A_MESSAGE
        assert app.state.lines.most <= 20


@pytest.mark.parametrize("every", [600.0, 0.05], ids=["silent", "a byte now and then"])
def test_headers_that_do_not_come_in_time_end_the_connection(every: float) -> None:
    ends = threading.Event()
    with crowded(header_seconds=0.5) as (url, _), caller(url, b"POST /exchange HTTP/1.1\r\nHost: ") as line:
        threading.Thread(target=trickle, args=(line, b"x", every, ends), daemon=True).start()
        assert heard(line) == b""
        ends.set()
        assert http_ask(url)(A_MESSAGE) == A_MESSAGE


def test_a_node_whose_places_are_all_taken_by_children_says_that_it_is_busy() -> None:
    with crowded(connections=3) as (url, app), ExitStack() as stack:
        for number in range(3):
            body = encode(turn(unit=f"37140200000{number}", wait=LONGEST_WAIT))
            stack.enter_context(caller(url, headers(len(body)) + body))
        while len(app.state.bell.waiting) < 3:
            time.sleep(0.01)
        with pytest.raises(ParentBusy):
            http_ask(url)(A_MESSAGE)


def test_a_body_of_a_byte_now_and_then_is_cut() -> None:
    ends = threading.Event()
    with crowded(silence=0.5) as (url, app), caller(url, headers(MB)) as line:
        threading.Thread(target=trickle, args=(line, b"x", 0.05, ends), daemon=True).start()
        assert heard(line).startswith(b"HTTP/1.1 408")
        ends.set()
        assert not app.state.room.held


def test_a_burst_earns_no_time_for_silence_after_it() -> None:
    with crowded(silence=0.5) as (url, _), caller(url, headers(2 * MB) + bytes(MB)) as line:
        assert heard(line).startswith(b"HTTP/1.1 408")


def test_a_slow_office_line_is_served() -> None:
    body = encode(turn(bytes(10_000)))
    with crowded(silence=1.0, slowest=2000.0) as (url, _), caller(url, headers(len(body))) as line:
        for at in range(0, len(body), 500):
            line.sendall(body[at : at + 500])
            time.sleep(0.1)
        assert heard(line).startswith(b"HTTP/1.1 200")


def test_bodies_above_the_ceiling_are_answered_busy_and_a_small_turn_is_heard_all_the_same() -> None:
    with crowded(bytes_held=8 * MB, turn_seconds=0.3) as (url, app), ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(caller(url, headers(3 * MB) + bytes(MB)))
        while app.state.room.held.total() < 6 * MB:
            time.sleep(0.01)
        with pytest.raises(ParentBusy) as caught:
            http_ask(url)(turn(bytes(3 * MB)))
        assert caught.value.fields == {"seconds": 10}
        assert http_ask(url)(A_MESSAGE) == A_MESSAGE
        assert app.state.room.most < 8 * MB


def test_one_address_does_not_fill_the_room_of_all() -> None:
    with crowded(bytes_of_one=4 * MB, turn_seconds=0.3) as (url, app), caller(url, headers(3 * MB)):
        while not app.state.room.held:
            time.sleep(0.01)
        with pytest.raises(ParentBusy):
            http_ask(url)(turn(bytes(2 * MB)))


def test_a_body_that_does_not_say_how_large_it_is_takes_the_room_of_the_largest() -> None:
    with crowded(bytes_held=40 * MB, turn_seconds=0.3) as (url, _):
        chunked = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        with caller(url, chunked) as line:
            assert heard(line).startswith(b"HTTP/1.1 503")


def test_a_body_waits_for_its_turn() -> None:
    large = turn(bytes(3 * MB))
    answers: list[Message] = []
    with crowded(bytes_held=6 * MB) as (url, app):
        with caller(url, headers(3 * MB)):
            while not app.state.room.held:
                time.sleep(0.01)
            waiting = threading.Thread(target=lambda: answers.append(http_ask(url)(large)))
            waiting.start()
            while not any(not line.is_silent and line.cycle.body for line in app.state.lines.open):
                time.sleep(0.01)
            assert answers == []
        waiting.join(PATIENCE)
    assert answers == [large]
    assert app.state.room.most <= 6 * MB


def test_what_waits_for_its_turn_takes_no_more_than_one_piece() -> None:
    with crowded(bytes_held=4 * MB) as (url, app), caller(url, headers(3 * MB)), ExitStack() as stack:
        lines = [stack.enter_context(caller(url, headers(3 * MB) + bytes(PIECE))) for _ in range(5)]
        for line in lines:
            line.settimeout(0.2)
            with suppress(TimeoutError):  # The line is full, and nobody takes anything from it.
                line.sendall(bytes(16 * MB))
        held = [len(line.cycle.body) for line in app.state.lines.open if line.cycle]
        assert len(held) == 6
        assert sum(held) <= 6 * PIECE


def test_a_message_that_is_judged_gives_its_room_back() -> None:
    with crowded() as (url, app):
        assert http_ask(url)(turn(bytes(MB))) == turn(bytes(MB))
        assert not app.state.room.held
        assert app.state.room.most > MB


def test_the_event_loop_complains_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    loop, complaints = asyncio.new_event_loop(), Complaints()
    with caplog.at_level(logging.ERROR, logger="asyncio"):
        for _ in range(1000):
            complaints.hear(loop, {"message": "socket.accept() out of system resource"})
    loop.close()
    assert len(caplog.records) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no process's files")
def test_a_process_has_no_more_connections_than_it_may_have_files() -> None:
    lines = (
        "import resource as r", "from tiersync.web.files import connections_for",
        "r.setrlimit(r.RLIMIT_NOFILE, (300, 500))", "print(connections_for(4000), r.getrlimit(r.RLIMIT_NOFILE)[0])",
    )  # fmt: skip
    said = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["244", "500"]
