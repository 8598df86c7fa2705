"""The address of monitoring: whether the process lives, whether it is ready, and its figures. It listens beside the
exchanges, on an address of its own, and is handed everything that it says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI, Response

from tiersync.web.server import Server, bind

TEXT = "text/plain; charset=utf-8"
FIGURES = "text/plain; version=1.0.0; charset=utf-8"


class Readiness(NamedTuple):
    """Whether a host can do its work, and a line for each thing that was looked at."""

    is_ready: bool
    lines: tuple[str, ...]


def make_health_app(ready: Callable[[], Readiness], figures: Callable[[], bytes]) -> FastAPI:
    """The application of the address of monitoring."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", media_type=TEXT)

    @app.get("/readyz")
    def readyz() -> Response:
        found = ready()
        return Response("\n".join((*found.lines, "")), 200 if found.is_ready else 503, media_type=TEXT)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(figures(), media_type=FIGURES)

    return app


@contextmanager
def watched_at(listen: str, app: FastAPI) -> Iterator[tuple[str, int]]:
    """Serve an application at an address in a thread of its own; the address that was taken. Raises PortInUse."""
    with bind(listen, "[health] listen, --health") as port:
        server = Server(uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [port]}, daemon=True)
        thread.start()
        try:
            yield port.getsockname()[:2]
        finally:
            server.end()
            thread.join(timeout=2)
