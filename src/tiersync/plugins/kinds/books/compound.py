"""Compound files: the small file system in which older office programs keep what they save."""

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

END = 0xFFFFFFFA  # From here on a number is a mark and no sector.
ENTRY = 128  # bytes of a directory entry
ROOT = 5
SMALL = 4096  # bytes; a shorter stream lies in the root's stream, cut into small sectors
SMALL_SHIFT = 6
COUNTS = (44, 64, 72)  # where the header counts the sectors of its tables,
FIRSTS = (48, 60, 68)  # and where it says in which sector each begins
FAR = 2**16  # sectors behind the end of a file: a reader makes room for all that lie before them


class CompoundStream(NamedTuple):
    """Where a stream begins, and how long it is."""

    first: int
    length: int


class Endless(ValueError):
    """A compound file that speaks of more sectors than it holds, or goes round in a circle: who believes it never
    ends."""


class Compound:
    """The streams of a compound file. Raises ValueError for what makes no sense, Endless for what never ends."""

    def __init__(self, content: bytes) -> None:
        self._content, self._shift = content, int.from_bytes(content[30:32], "little")
        if self._shift not in (9, 12):
            raise ValueError("the length of sectors")
        self._held = len(content) >> self._shift
        if any(self._number(at) > self._held for at in COUNTS):
            raise Endless("more sectors than there are")
        if any(self._is_far(self._number(at)) for at in FIRSTS):
            raise Endless("a sector far behind the end")
        self._next: Sequence[int] = self._table()
        self._root = CompoundStream(END, 0)
        self.streams: Mapping[str, CompoundStream] = self._directory()
        self._small: Sequence[int] = _numbers(self._chain(self._number(60)))

    def read(self, name: str) -> bytes:
        """The bytes of a stream."""
        stream = self.streams[name]
        if stream.length >= SMALL:
            return self._chain(stream.first)[: stream.length]
        root = self._chain(self._root.first)
        pieces = (root[at << SMALL_SHIFT :][: 1 << SMALL_SHIFT] for at in _sectors(stream.first, self._small))
        return b"".join(pieces)[: stream.length]

    def follow(self, name: str) -> None:
        """Go through the sectors of a stream. Raises ValueError, or Endless."""
        stream = self.streams[name]
        _sectors(stream.first, self._next if stream.length >= SMALL else self._small)

    def _is_far(self, number: int) -> bool:
        return self._held + FAR < number < END

    def _number(self, at: int) -> int:
        return int.from_bytes(self._content[at : at + 4], "little")

    def _sector(self, number: int) -> bytes:
        return self._content[(number + 1) << self._shift :][: 1 << self._shift]

    def _table(self) -> Sequence[int]:
        """Which sector follows each."""
        parts, more, lists = [*_numbers(self._content[76:512])], self._number(68), 0
        while more < END:
            *listed, more = _numbers(self._sector(more)) or (END,)
            parts.extend(listed if lists < self._number(72) else ())
            if (lists := lists + 1) > self._held:
                raise Endless("a list of sectors")
        # All that are listed, whatever the header counts: the reader of workbooks takes them, too.
        if any(map(self._is_far, parts)):
            raise Endless("a sector far behind the end")
        return _numbers(b"".join(self._sector(part) for part in parts if part < END))

    def _chain(self, first: int) -> bytes:
        return b"".join(self._sector(number) for number in _sectors(first, self._next))

    def _directory(self) -> dict[str, CompoundStream]:
        said = self._chain(self._number(48))
        found = {}
        for at in range(0, len(said) - ENTRY + 1, ENTRY):
            entry = said[at : at + ENTRY]
            length = int.from_bytes(entry[64:66], "little")
            stream = CompoundStream(int.from_bytes(entry[116:120], "little"), int.from_bytes(entry[120:124], "little"))
            if entry[66] == ROOT:
                self._root = stream
            elif entry[66] and length:
                found[entry[: length - 2].decode("utf-16-le", errors="replace")] = stream
        return found


def _numbers(said: bytes) -> Sequence[int]:
    return struct.unpack_from(f"<{len(said) // 4}I", said)


def _sectors(first: int, following: Sequence[int]) -> list[int]:
    """The sectors of a stream in their order. Raises ValueError, or Endless."""
    chain: list[int] = []
    at = first
    while at < END:
        if at >= len(following) + FAR:
            raise Endless("a sector far behind the end")
        if at >= len(following):
            raise ValueError("a sector that is not there")
        if len(chain) > len(following):
            raise Endless("a circle of sectors")
        chain.append(at)
        at = following[at]
    return chain
