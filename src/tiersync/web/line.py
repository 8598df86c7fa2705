"""One connection to this node: its headers come in time, and there are never more than the node can bear."""

import asyncio
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from tiersync.web.allowance import Allowance

PIECE = 32 * 1024  # bytes that are taken from a connection at a time, before its message has its turn as well
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class OpenLines:
    """The connections that are open, the oldest first."""

    def __init__(self, allowed: Allowance) -> None:
        self.allowed = allowed
        self.open: dict[ClientLine, str] = {}
        self.of: Counter[str] = Counter()
        self.most = 0

    def admit(self, line: "ClientLine", address: str) -> bool:
        """Whether there is a place for one more. Where all are taken, the oldest that asks nothing gives up its own: a
        child says what it wants at once, and whoever only holds a place does not keep a child out."""
        if self.of[address] >= self.allowed.connections_of_one:
            free = self._silent(address)
        elif len(self.open) >= self.allowed.connections:
            free = self._silent()
        else:
            return self._add(line, address)
        if free is None:
            return False
        free.hang_up()
        return self._add(line, address)

    def _silent(self, address: str = "") -> "ClientLine | None":
        return next((one for one, of in self.open.items() if one.is_silent and address in ("", of)), None)

    def _add(self, line: "ClientLine", address: str) -> bool:
        self.open[line] = address
        self.of[address] += 1
        self.most = max(self.most, len(self.open))
        return True

    def leave(self, line: "ClientLine") -> None:
        """A connection that ended; leaving twice changes nothing."""
        address = self.open.pop(line, None)
        if address is not None:
            self.of[address] -= 1
            if not self.of[address]:
                del self.of[address]


class ClientLine(H11Protocol):
    """A connection of the server's, which times the headers that uvicorn would wait for without end, and takes of a
    body only what the node asks for."""

    def __init__(self, lines: OpenLines, **given: Any) -> None:
        super().__init__(**given)
        self.lines = lines
        self.patience: asyncio.TimerHandle | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is asked here that is not answered yet."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = PIECE
        if self.lines.admit(self, self.client[0] if self.client else ""):
            self._await_headers()
        else:
            transport.write(BUSY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.is_silent:
            self._await_headers()
            return
        self._be_patient()
        if self.cycle.body:
            self.flow.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        self.lines.leave(self)
        super().connection_lost(exc)

    def hang_up(self) -> None:
        """End the connection at once."""
        self.lines.leave(self)
        self.transport.abort()

    def _await_headers(self) -> None:
        """From now on the headers of a request have their time, however many pieces they come in."""
        if self.patience is None:
            self.patience = self.loop.call_later(self.lines.allowed.header_seconds, self.hang_up)

    def _be_patient(self) -> None:
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None
