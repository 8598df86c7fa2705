"""A line on this machine between a node and the one above, which carries every byte or does something else."""

import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

BLOCK = 65_536
OVER = 0.2  # seconds after which somebody who waits looks whether the line has ended


class Line(socketserver.ThreadingTCPServer):
    """A server at a port of its own; `does` is what it does with whoever calls, and may be changed at any time."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, does: "Does") -> None:
        self.does, self.ended, self.calls = does, Event(), 0
        super().__init__(("127.0.0.1", port), Call)


class Call(socketserver.BaseRequestHandler):
    server: Line

    def handle(self) -> None:
        self.server.calls += 1
        self.request.settimeout(30)
        with suppress(OSError):
            self.server.does(self.server, self.request)


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
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
