"""Lines for the tests: a real server of a node, and one that answers every request with the bytes it was told to."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from fastapi import FastAPI

from tiersync.errors import TooNew
from tiersync.link.dialogue.messages import LONGEST_WAIT, Exchange, Message, Waiter
from tiersync.link.wire import read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.web.allowance import USUAL, Allowance
from tiersync.web.client import http_ask
from tiersync.web.server import Answer, bind, make_app, make_server

CHILD = "371402000000"
PATIENCE = 30  # seconds after which a test that waits has failed


def nothing_new(node: str) -> int:
    return 0


def no_news(node: str, unit: str) -> bool:
    return False


def echo(message: Message) -> Message | Waiter:
    """A node that says what it hears, and lets wait whoever asks for it."""
    with suppress(TooNew):
        said = read_message(message)
        if isinstance(said, Exchange) and said.wait:
            return Waiter(said.to, said.unit, said.wait, lambda: message)
    return message


@contextmanager
def serving(
    answer: Answer,
    newest: Callable[[str], int] = nothing_new,
    has_news: Callable[[str, str], bool] = no_news,
    allowed: Allowance = USUAL,
) -> Iterator[str]:
    """The address of a node that answers with `answer`."""
    with serving_app(make_app(answer, newest, has_news, allowed)) as url:
        yield url


@contextmanager
def serving_app(app: FastAPI) -> Iterator[str]:
    """The address at which an application is served."""
    taken = bind("127.0.0.1:0")
    server = make_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        taken.close()


class Call:
    """A question asked in a thread of its own."""

    def __init__(self, url: str, message: Message, ask: Callable[[str], Callable[[Message], Message]] = http_ask):
        self.heard: list[Message] = []
        self.thread = threading.Thread(target=lambda: self.heard.append(ask(url)(message)), daemon=True)
        self.thread.start()

    def answer(self) -> Message:
        """What was heard; fails when nothing was long before a wait would have been over."""
        self.thread.join(LONGEST_WAIT / 2)
        assert self.heard, "still waiting"
        return self.heard[0]


class Rubbish:
    """Something at the other end of the line that is no node; it says the same to everybody and hears what they say."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        self.pieces = pieces
        self.heard: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]

    def answer_all(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            self.heard.append(line.recv(65536))
            try:
                for piece in self.pieces():
                    line.sendall(piece)
            except OSError:  # The one who asked has heard enough.
                return


@contextmanager
def saying(pieces: Callable[[], Iterable[bytes]]) -> Iterator[Rubbish]:
    """Something that sends these bytes to everybody who asks, and hangs up."""
    rubbish = Rubbish(pieces)
    threading.Thread(target=rubbish.answer_all, daemon=True).start()
    try:
        yield rubbish
    finally:
        rubbish.listening.shutdown(socket.SHUT_RDWR)
        rubbish.listening.close()


def http(status: str, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP answer, spelled out."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def turn(*bodies: bytes, unit: str = CHILD, wait: int = 0) -> Message:
    """A child's turn as it goes over the line, with these bodies under seals that nobody checks here."""
    positions = tuple(range(1, len(bodies) + 1))
    said = Exchange(
        unit=unit, to="371400000000", link_epoch=1, counter=1, origin_epoch=1, positions=positions,
        written_up_to=len(bodies), stored_up_to=0, acknowledged=0, wait=wait,
    )  # fmt: skip
    return seal_message(said, bytes(range(32)), tuple(Envelope("e30.e30.e30", body) for body in bodies))


A_MESSAGE = turn()
