"""A line on this machine between a node and the one above, which carries every byte or does something else."""

import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep

BLOCK = 65_536


class Line(socketserver.ThreadingTCPServer):
    """A server at a port of its own; `does` is what it does with whoever calls, and may be changed at any time."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, does: "Does") -> None:
        self.does, self.calls = does, 0
        self.carried: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Call)

    def turn_to(self, does: "Does") -> None:
        """Do something else from now on; whoever is on the line is cut off."""
        self.does, self.calls = does, 0
        for one in tuple(self.carried):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Call(socketserver.BaseRequestHandler):
    server: Line

    def handle(self) -> None:
        self.server.calls += 1
        self.server.carried.add(self.request)
        with suppress(OSError):
            self.server.does(self.server, self.request)
        self.server.carried.discard(self.request)


Does = Callable[[Line, socket.socket], None]


def carry_to(*ports: int) -> Does:
    """Carry every byte to the first of these ports at which somebody answers; another one is asked first each time."""

    def carry(line: Line, near: socket.socket) -> None:
        first = line.calls % len(ports)
        for port in (*ports[first:], *ports[:first]):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)) as far:
                back = Thread(target=pour, args=(far, near), daemon=True)
                back.start()
                pour(near, far)
                back.join()
                return

    return carry


def ask(near: socket.socket) -> bytes:
    """What somebody asks: a request with all of its body."""
    asked = bytearray()
    while b"\r\n\r\n" not in asked:
        asked += near.recv(BLOCK) or hung_up()
    head, _, body = bytes(asked).partition(b"\r\n\r\n")
    [length] = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(length):
        body += near.recv(BLOCK) or hung_up()
    return head + b"\r\n\r\n" + body


def hung_up() -> bytes:
    raise ConnectionResetError


def answer_of(port: int, asked: bytes) -> bytes:
    """What a node answers: wholly received, its head with the length of its body."""
    with socket.create_connection(("127.0.0.1", port)) as far:
        far.sendall(asked)
        return ask(far)


def answer(said: bytes) -> Does:
    """Always the same answer, whatever is asked."""

    def say(line: Line, near: socket.socket) -> None:
        ask(near)
        near.sendall(said)

    return say


def half_of(port: int) -> Does:
    """What the node at a port answers, which takes in all that is said, but only half of it; then the line is cut."""

    def halve(line: Line, near: socket.socket) -> None:
        answered = answer_of(port, ask(near))
        head = answered.index(b"\r\n\r\n") + 4
        near.sendall(answered[: head + (len(answered) - head) // 2])

    return halve


def slowly(port: int) -> Does:
    """What the node at a port answers, a byte a second."""

    def trickle(line: Line, near: socket.socket) -> None:
        for byte in answer_of(port, ask(near)):
            near.sendall(bytes([byte]))
            sleep(1)

    return trickle


def say_nothing(line: Line, near: socket.socket) -> None:
    """Take everything, and answer nothing."""
    while near.recv(BLOCK):
        pass


def pour(out_of: socket.socket, into: socket.socket) -> None:
    """Everything that comes out of one goes into the other, and so does that it has ended."""
    out_of.settimeout(None)
    with suppress(OSError):
        while some := out_of.recv(BLOCK):
            into.sendall(some)
    with suppress(OSError):
        into.shutdown(socket.SHUT_WR)


@contextmanager
def line(port: int, does: Does) -> Iterator[Line]:
    """A line that ends with the block."""
    server = Line(port, does)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.turn_to(lambda line, near: None)
        server.shutdown()
        server.server_close()
        thread.join()
