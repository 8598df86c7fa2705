"""The pace of a line: no more bytes a second than an office lets the link have."""

from collections.abc import Callable, Iterator
from threading import Lock
from time import monotonic, sleep

BYTES_IN_KBIT = 125
A_PIECE = 4096  # bytes that go at once: half a second of the slowest line that may be named


class Pace:
    """Counts bytes both ways, and waits where they would come faster than `kbit` kilobits a second; 0 waits for
    none."""

    def __init__(
        self, kbit: int, clock: Callable[[], float] = monotonic, wait: Callable[[float], None] = sleep
    ) -> None:
        self._a_second = kbit * BYTES_IN_KBIT
        self._clock, self._wait = clock, wait
        self._free_at = 0.0
        self._counting = Lock()  # What a node does by itself and what it listens to share a line.

    def seconds_for(self, size: int) -> float:
        """How long so many bytes take at this pace; 0 where there is none."""
        return size / self._a_second if self._a_second else 0.0

    def take(self, size: int) -> None:
        """Wait until the line has room for so many bytes more."""
        if not self._a_second:
            return
        now = self._clock()
        with self._counting:
            self._free_at = free_at = max(self._free_at, now) + size / self._a_second
        if free_at > now:
            self._wait(free_at - now)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Bytes piece by piece, each when the line has room for it."""
        size = A_PIECE if self._a_second else max(1, len(data))
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            self.take(len(piece))
            yield piece
