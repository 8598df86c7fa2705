"""Things that may answer where a parent should: rubbish, a busy proxy, a slow line to the real one, and silence."""

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


Answer = Callable[[bytes, dict[str, str]], Reply]
A_WHILE = 1.0  # seconds that the slow line takes


def rubbish(body: bytes, headers: dict[str, str]) -> Reply:
    return Reply(200, {"Content-Type": "text/html"}, "<h1>欢迎使用路由器</h1>".encode())


def garbage(body: bytes, headers: dict[str, str]) -> Reply:
    return Reply(200, {"Content-Type": "application/vnd.tiersync"}, bytes(range(256)) * 20)


def busy(body: bytes, headers: dict[str, str]) -> Reply:
    return Reply(503, {"Retry-After": "30"}, b"")


def slow_line_to(url: str) -> Answer:
    """Every message takes a while, and arrives."""

    def answer(body: bytes, headers: dict[str, str]) -> Reply:
        time.sleep(A_WHILE)
        asked = urllib.request.Request(f"{url}/exchange", body, {"Content-Type": headers["Content-Type"]})
        with urllib.request.urlopen(asked) as reply:
            return Reply(reply.status, {"Content-Type": reply.headers["Content-Type"]}, reply.read())

    return answer


class Silence:
    """A parent that takes a message and says nothing until it is let go."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def __call__(self, body: bytes, headers: dict[str, str]) -> Reply:
        self.asked.set()
        self.let_go.wait(60)
        return busy(body, headers)


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """Serve `answer` at a free port; gives the address."""

    class Parent(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = answer(body, dict(self.headers))
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *said: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Parent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
