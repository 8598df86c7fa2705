"""Messages that are refused at the door: counted, and noted once a minute, so that nobody fills a disk with them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

NOTED_EVERY = timedelta(minutes=1)

NoteRefused = Callable[[int, str], None]
"""how many messages of strangers were refused since this was last said, and why the latest was"""


def say_nothing(count: int, why: str) -> None:
    """A log that nobody keeps."""


class _Tally(NamedTuple):
    """How many were refused since the last note, and when that was."""

    unsaid: int
    noted: datetime | None = None


class Strangers:
    """How many messages were refused of whom; `note` says what is no business of any link."""

    def __init__(self, note: NoteRefused = say_nothing) -> None:
        self.note = note
        self._counting = Lock()
        self._tallies: dict[tuple[str, str], _Tally] = {}

    def count(self, whose: tuple[str, str], now: datetime) -> int:
        """One more refusal; returns how many are to be noted now, 0 within a minute of the last note."""
        with self._counting:
            unsaid, noted = self._tallies.get(whose, _Tally(0))
            is_due = noted is None or not timedelta() <= now - noted < NOTED_EVERY
            self._tallies[whose] = _Tally(0, now) if is_due else _Tally(unsaid + 1, noted)
            return unsaid + 1 if is_due else 0
