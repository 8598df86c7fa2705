"""What is allowed to whoever calls, before anybody knows who it is; and the room that messages take meanwhile."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

LARGE_SHARE = 0.75  # of the room, for large bodies; the rest is for turns that bring little.
SMALL = 2**20  # bytes of a body that may use the last of the room


class Allowance(NamedTuple):
    """How many connections and how many bytes of messages are held at once, in all and from one address, and how slow
    somebody may be. A whole district may come from the one address of its proxy."""

    connections: int = 4000
    connections_of_one: int = 1500
    bytes_held: int = 128 * 2**20
    bytes_of_one: int = 96 * 2**20
    header_seconds: float = 10.0
    slowest: float = 1000.0  # bytes a second of a body
    silence: float = 20.0  # seconds in which `slowest` is measured
    turn_seconds: float = 20.0  # that a body waits for its turn before it is answered that this node is busy


USUAL = Allowance()


class NoRoom(Exception):
    """The bytes of other messages fill the room."""


class Room:
    """The bytes of the messages that are held now, by the address they come from."""

    def __init__(self, allowed: Allowance) -> None:
        self.allowed = allowed
        self.held: Counter[str] = Counter()
        self.most = 0
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def take(self, address: str, size: int) -> AsyncIterator[None]:
        """Hold `size` bytes as soon as there is room for them; raises NoRoom when there is none for a while."""
        await self._wait_for(address, size)
        self.held[address] += size
        self.most = max(self.most, self.held.total())
        try:
            yield
        finally:
            await self._free(address, size)

    async def _wait_for(self, address: str, size: int) -> None:
        try:
            async with asyncio.timeout(self.allowed.turn_seconds), self._freed:
                await self._freed.wait_for(lambda: self._has_room(address, size))
        except TimeoutError as error:
            raise NoRoom from error

    def _has_room(self, address: str, size: int) -> bool:
        share = LARGE_SHARE if size > SMALL else 1
        in_all, of_one = self.held.total() + size, self.held[address] + size
        return in_all <= share * self.allowed.bytes_held and of_one <= share * self.allowed.bytes_of_one

    async def _free(self, address: str, size: int) -> None:
        self.held[address] -= size
        if not self.held[address]:
            del self.held[address]
        async with self._freed:
            self._freed.notify_all()
