"""A node's server: whatever comes in is bounded, whoever waits hears in time, and nobody holds up anybody else."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.web.lines import A_MESSAGE, CHILD, PATIENCE, Call, echo, serving, turn
from tiersync.errors import MachineRefused, PortInUse
from tiersync.link.dialogue.messages import LONGEST_WAIT, Message
from tiersync.link.seal import seal_text
from tiersync.link.wire import LARGEST_MESSAGE, encode
from tiersync.model.canonical import canonical
from tiersync.web.client import MEDIA, PATH
from tiersync.web.server import bind


def post(url: str, body: bytes | Iterator[bytes], path: str = PATH) -> tuple[int, bytes]:
    """What the server says to these bytes, whether or not it hears them all."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    with suppress(BrokenPipeError, ConnectionResetError):  # It need not listen to the end.
        line.request("POST", path, body, {"Content-Type": MEDIA}, encode_chunked=not isinstance(body, bytes))
    reply = line.getresponse()
    return reply.status, reply.read()


UNREADABLE = {
    "nothing": b"",
    "text": b"hello, zhangsan",
    "a length without a frame": b"\xff\xff\xff\xff",
    "a frame cut off": encode(A_MESSAGE)[:-1],
    "an envelope without a body": encode(A_MESSAGE) + b"\0\0\0\3e30",
    "a seal that is not text": b"\0\0\0\2\xff\xfe",
    "a seal that is no seal": b"\0\0\0\5hello",
    "a seal over something else": b"\0\0\0\x0be30.e30.e30",
    "a seal over nonsense": b"\0\0\0\x0dIn0.====.e30x",
    "other envelopes than were sealed": encode(A_MESSAGE) + b"\0\0\0\x0be30.e30.e30\0\0\0\1x",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_message_is_refused_without_an_answer_of_the_node(body: bytes) -> None:
    asked: list[Message] = []
    with serving(lambda message: asked.append(message) or message) as url:
        assert post(url, body) == (400, b"")
    assert asked == []


def test_a_message_of_a_newer_program_is_for_the_node_to_answer() -> None:
    said = {"type": "greeting", "version": 2, "unit": CHILD, "mood": "good"}
    newer = Message(seal_text(canonical({"said": said}), bytes(32)))
    with serving(echo) as url:
        assert post(url, encode(newer)) == (200, encode(newer))


def test_a_body_larger_than_any_message_is_refused_before_it_is_all_here() -> None:
    with serving(echo) as url:
        line = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=PATIENCE)
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_MESSAGE + 1}\r\n\r\n".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 413")
        line.close()


def test_a_body_without_end_is_refused_when_it_is_larger_than_any_message() -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield bytes(2**20)

    with serving(echo) as url:
        assert post(url, endless())[0] == 413
    assert sent <= LARGEST_MESSAGE / 2**20 + 20  # What was on its way besides fits into the line's buffers.


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", PATH, 405), ("PUT", PATH, 405), ("POST", "/", 404), ("GET", "/docs", 404), ("GET", "/openapi.json", 404),
    ("GET", "/../tiersync.toml", 404), ("GET", "/health", 200),
])  # fmt: skip
def test_a_server_has_one_door_and_a_bell(method: str, path: str, status: int) -> None:
    with serving(echo) as url:
        line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        line.request(method, path)
        reply = line.getresponse()
        assert (reply.status, b"tiersync" in reply.read()) == (status, path == "/health")


def test_an_answer_that_fails_says_nothing_of_what_it_knows(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(message: Message) -> Message:
        raise KeyError("zhangsan")

    with serving(fail) as url:
        status, body = post(url, encode(A_MESSAGE))
        assert status == 500
        assert b"zhangsan" not in body
        assert post(url, b"")[0] == 400
    assert "zhangsan" not in "".join(capfd.readouterr())


class Board:
    """News for children, and a bell that a test hears when somebody has looked for news in vain."""

    def __init__(self) -> None:
        self.number = 0
        self.news: set[str] = set()
        self.looked_in_vain = threading.Event()
        self.asked: list[str] = []

    def newest(self, node: str) -> int:
        return self.number

    def has_news(self, node: str, unit: str) -> bool:
        self.asked.append(unit)
        if unit not in self.news:
            self.looked_in_vain.set()
        return unit in self.news

    def publish(self, unit: str) -> None:
        self.news.add(unit)
        self.number += 1


def test_whoever_waits_is_answered_as_soon_as_something_is_there_for_it() -> None:
    board = Board()
    with serving(echo, board.newest, board.has_news) as url:
        waiting = Call(url, turn(wait=LONGEST_WAIT))
        assert board.looked_in_vain.wait(PATIENCE)
        assert waiting.heard == []
        board.publish(CHILD)
        assert waiting.answer() == turn(wait=LONGEST_WAIT)


def test_what_is_there_for_somebody_else_wakes_nobody() -> None:
    board = Board()
    with serving(echo, board.newest, board.has_news) as url:
        waiting = Call(url, turn(wait=LONGEST_WAIT))
        assert board.looked_in_vain.wait(PATIENCE)
        board.looked_in_vain.clear()
        board.publish("371403000000")
        assert board.looked_in_vain.wait(PATIENCE)  # It has looked again, and goes on waiting.
        assert waiting.heard == []
        board.publish(CHILD)
        assert waiting.answer()


def test_who_has_news_already_does_not_wait() -> None:
    board = Board()
    board.publish(CHILD)
    with serving(echo, board.newest, board.has_news) as url:
        assert Call(url, turn(wait=LONGEST_WAIT)).answer()


def test_a_wait_ends_when_its_time_is_up() -> None:
    board = Board()
    with serving(echo, board.newest, board.has_news) as url:
        assert Call(url, turn(wait=1)).answer()
    assert not board.news


def test_whom_the_node_does_not_let_wait_is_answered_at_once() -> None:
    board = Board()
    with serving(lambda message: message, board.newest, board.has_news) as url:
        assert Call(url, turn(wait=LONGEST_WAIT)).answer() == turn(wait=LONGEST_WAIT)
    assert board.asked == []


def test_a_child_that_calls_again_waits_once_and_its_earlier_call_is_let_go() -> None:
    board = Board()
    with serving(echo, board.newest, board.has_news) as url:
        first = Call(url, turn(wait=LONGEST_WAIT))
        assert board.looked_in_vain.wait(PATIENCE)
        board.looked_in_vain.clear()
        second = Call(url, turn(wait=LONGEST_WAIT - 1))
        assert first.answer() == turn(wait=LONGEST_WAIT)
        assert board.looked_in_vain.wait(PATIENCE)
        assert second.heard == []
        board.publish(CHILD)
        assert second.answer()


def test_a_hundred_who_wait_hold_up_nobody() -> None:
    board = Board()
    children = [f"3714020{number:05}" for number in range(100)]
    with serving(echo, board.newest, board.has_news) as url:
        waiting = [Call(url, turn(unit=unit, wait=LONGEST_WAIT)) for unit in children]
        while set(children) - set(board.asked):
            assert board.looked_in_vain.wait(PATIENCE)
        assert Call(url, turn(b"a report")).answer() == turn(b"a report")
        for unit in children:
            board.publish(unit)
        assert all(call.answer() for call in waiting)


def test_whoever_waits_is_answered_before_the_server_ends() -> None:
    board = Board()
    with serving(echo, board.newest, board.has_news) as url:
        waiting = Call(url, turn(wait=LONGEST_WAIT))
        assert board.looked_in_vain.wait(PATIENCE)
    assert waiting.answer()


def test_a_port_in_use_is_named() -> None:
    with serving(echo) as url, pytest.raises(PortInUse, match=urlsplit(url).netloc):
        bind(urlsplit(url).netloc)


def test_a_port_that_is_only_taken_and_not_served_yet_is_in_use_as_well() -> None:
    taken = bind("127.0.0.1:0")
    with pytest.raises(PortInUse):
        bind(f"127.0.0.1:{taken.getsockname()[1]}")
    taken.close()


@pytest.mark.parametrize("listen", ["256.0.0.1:0", "192.0.2.1:0", "nowhere.invalid:0"])
def test_an_address_that_is_not_this_machines_is_named(listen: str) -> None:
    with pytest.raises(MachineRefused, match=listen):
        bind(listen)
