"""The exchange server: one address, one POST, the answer after the commit."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from tiersync.errors import BadMessage, BadSeal, MachineRefused, PortInUse, TooNew, why_not
from tiersync.link.dialogue.messages import Message, Waiter
from tiersync.link.wire import LARGEST_MESSAGE, decode, encode, read_message
from tiersync.web.allowance import USUAL, Allowance, NoRoom, Room
from tiersync.web.client import MEDIA, PATH
from tiersync.web.line import ClientLine, OpenLines

LOOKS = 0.5  # seconds between looks at whether anything waits for children: a notice is there in about a second.
BACKLOG = 2048  # children whose calls wait to be taken: a district answers up to 1,038 communities
HANGS_UP = {"Connection": "close"}  # The rest of what is being said is not heard.
COMPLAINS_EVERY = 60.0  # seconds
BUSY = {**HANGS_UP, "Retry-After": "10"}

Answer = Callable[[Message], Message | Waiter]
"""What a node says to a message; a child that was let in and has nothing to bring may wait for it."""
Newest = Callable[[str], int]
"""A number that grows whenever something new waits at a node for any child."""
HasNews = Callable[[str, str], bool]
"""Whether anything waits at a node for this child."""


class NotServed(Exception):
    """The node that is meant cannot answer now, and nobody else may answer for it."""


class Bell:
    """Wakes the children that wait at a node, whenever something new is there for any of them; one look serves them
    all, and a node at which nobody waits is not looked at."""

    def __init__(self, newest: Newest) -> None:
        self.newest = newest
        self.waiting: dict[tuple[str, str], asyncio.Event] = {}  # by node and child
        self.is_closing = False

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        last: dict[str, int] = {}
        while True:
            await asyncio.sleep(LOOKS)
            for node in {node for node, _ in self.waiting}:
                with suppress(Exception):  # Whatever is wrong with one node keeps no other's children from their news.
                    now = await run_in_threadpool(self.newest, node)
                    if now != last.get(node):
                        last[node] = now
                        self._ring(node)

    async def wait(self, has_news: HasNews, waiter: Waiter) -> None:
        """Return when something waits for a child, when its time is over, or when it calls again and waits there."""
        place = (waiter.node, waiter.unit)
        rung = self._take_place_of(place)
        try:
            async with asyncio.timeout(waiter.seconds):
                while self._is_held(place, rung) and not await run_in_threadpool(has_news, *place):
                    await rung.wait()
                    rung.clear()
        except TimeoutError:
            return
        finally:
            if self.waiting.get(place) is rung:
                del self.waiting[place]

    def _take_place_of(self, place: tuple[str, str]) -> asyncio.Event:
        """One child waits once at a node: an earlier call of its is let go."""
        rung, earlier = asyncio.Event(), self.waiting.get(place)
        self.waiting[place] = rung
        if earlier:
            earlier.set()
        return rung

    def _is_held(self, place: tuple[str, str], rung: asyncio.Event) -> bool:
        return not self.is_closing and self.waiting.get(place) is rung

    def _ring(self, node: str) -> None:
        for (at, _), rung in self.waiting.items():
            if at == node:
                rung.set()

    def close(self) -> None:
        """Let everybody who waits have an answer at once."""
        self.is_closing = True
        for rung in self.waiting.values():
            rung.set()


def make_app(answer: Answer, newest: Newest, has_news: HasNews, allowed: Allowance = USUAL) -> FastAPI:
    """The application of the nodes at one address; it is handed everything it needs to answer."""
    bell, room, lines = Bell(newest), Room(allowed), OpenLines(allowed)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(Complaints().hear)
        watching = asyncio.create_task(bell.watch())
        yield
        watching.cancel()

    app = FastAPI(lifespan=life, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.bell, app.state.room, app.state.lines = bell, room, lines

    @app.post(PATH)
    async def exchange(request: Request) -> Response:
        try:
            async with room.take(request.client.host if request.client else "", _announced(request)):
                message = await run_in_threadpool(_read, await _body(request, allowed))
                heard = await run_in_threadpool(answer, message)
        except (NoRoom, NotServed):
            return Response(status_code=503, headers=BUSY)
        except _TooLarge:
            return Response(status_code=413, headers=HANGS_UP)
        except TimeoutError:
            return Response(status_code=408, headers=HANGS_UP)
        except (BadMessage, BadSeal):
            return Response(status_code=400)
        if isinstance(heard, Waiter):
            await bell.wait(has_news, heard)
            heard = await run_in_threadpool(heard.answer)
        return Response(encode(heard), media_type=MEDIA)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"tiersync": "ready"}

    return app


class _TooLarge(Exception):
    """More than any message has."""


def _read(body: bytes) -> Message:
    """A message; that of a newer program, too, since the node answers that it is too new."""
    message = decode(body)
    with suppress(TooNew):
        read_message(message)
    return message


def _announced(request: Request) -> int:
    """The bytes that a message is about to have; who does not say it may have as many as there are in any."""
    announced = request.headers.get("Content-Length", "")
    if not announced.isdigit():
        return LARGEST_MESSAGE
    if len(announced) > 12 or int(announced) > LARGEST_MESSAGE:
        raise _TooLarge
    return int(announced)


async def _body(request: Request, allowed: Allowance) -> bytes:
    """What a child sends, never more than a message may have and never slower than the slowest line."""
    received, measured, clock = bytearray(), 0, asyncio.get_running_loop().time
    async with asyncio.timeout(allowed.silence) as patience:
        async for part in request.stream():
            received += part
            if len(received) > LARGEST_MESSAGE:
                raise _TooLarge
            if len(received) - measured >= allowed.slowest * allowed.silence:
                measured = len(received)
                patience.reschedule(clock() + allowed.silence)
    return bytes(received)


class Complaints:
    """What the event loop complains of, once a minute: without room for another file it would complain, and fill the
    disk, thousands of times a second."""

    def __init__(self) -> None:
        self.last = -COMPLAINS_EVERY

    def hear(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if loop.time() - self.last >= COMPLAINS_EVERY:
            self.last = loop.time()
            loop.default_exception_handler(context)


def bind(listen: str, setting: str = "[serve] listen, --listen") -> socket.socket:
    """The socket for `host:port`, taken before anything else starts; raises PortInUse, which names the setting, or
    MachineRefused."""
    parts = urlsplit(f"//{listen}")
    host, port = parts.hostname or "127.0.0.1", parts.port or 0
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name == "posix":  # Elsewhere this option lets two programs take one port.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(BACKLOG)  # Before that, another program could still take it too.
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host=host, port=port, setting=setting) from error
        raise MachineRefused(path=f"{host}:{port}", **why_not(error)) from error
    return taken


class Server(uvicorn.Server):
    """A server that answers those who wait before it ends."""

    def end(self) -> None:
        """Ask it to end, also before it has begun."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "bell"):
            app.state.bell.close()
        await super().shutdown(sockets)


def make_server(app: FastAPI) -> Server:
    """The server of an application. Its own log stays silent: the node says what went wrong, without child data."""
    line: Any = partial(ClientLine, app.state.lines)
    return Server(
        uvicorn.Config(
            app, http=line, ws="none", loop="asyncio", log_level="critical", access_log=False,
            timeout_graceful_shutdown=5,
        )
    )  # fmt: skip
