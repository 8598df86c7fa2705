"""The address of monitoring: whether the process lives, whether it is ready, and its figures. It listens beside the
exchanges, on an address of its own, and is handed everything that it says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

import uvicorn
from fastapi import FastAPI, Response

from tiersync.web.allowance import Allowance
from tiersync.web.line import ClientLine, OpenLines
from tiersync.web.server import Server, bind

ALLOWED = Allowance(connections=64, connections_of_one=32, bytes_held=2**20, bytes_of_one=2**20)
GOOD_FOR = 2.0  # seconds
TEXT = "text/plain; charset=utf-8"
FIGURES = "text/plain; version=1.0.0; charset=utf-8"


class Readiness(NamedTuple):
    """Whether a host can do its work, and a line for each thing that was looked at."""

    is_ready: bool
    lines: tuple[str, ...]


def make_health_app(ready: Callable[[], Readiness], figures: Callable[[], bytes]) -> FastAPI:
    """The application of the address of monitoring."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.lines = OpenLines(ALLOWED)
    ready = for_a_moment(ready)

    @app.get("/healthz")
    async def healthz() -> Response:  # It waits for nothing that others wait for.
        return Response("ok\n", media_type=TEXT)

    @app.get("/readyz")
    def readyz() -> Response:
        found = ready()
        return Response("\n".join((*found.lines, "")), 200 if found.is_ready else 503, media_type=TEXT)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(figures(), media_type=FIGURES)

    return app


def for_a_moment(look: Callable[[], Readiness]) -> Callable[[], Readiness]:
    """The same look, made by one caller at a time and good for some seconds: whoever else asks has its answer."""
    looking, seen = Lock(), list[tuple[float, Readiness]]()

    def looked() -> Readiness:
        with looking:
            if not seen or monotonic() - seen[0][0] > GOOD_FOR:
                seen[:] = [(monotonic(), look())]
            return seen[0][1]

    return looked


@contextmanager
def watched_at(listen: str, app: FastAPI) -> Iterator[tuple[str, int]]:
    """Serve an application at an address in a thread of its own; the address that was taken. Raises PortInUse."""
    with bind(listen, "[health] listen, --health") as port:
        line: Any = partial(ClientLine, app.state.lines)
        config = uvicorn.Config(app, http=line, ws="none", log_level="critical", access_log=False)
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [port]}, daemon=True)
        thread.start()
        try:
            yield port.getsockname()[:2]
        finally:
            server.end()
            thread.join(timeout=2)
