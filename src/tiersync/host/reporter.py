"""Whom a host reports to: it prints nothing itself."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import TiersyncError
from tiersync.model.text import Text

Note = Callable[[Text], None]


class Event(NamedTuple):
    """Something that happened at a node: when, what by the name of its schedule or the like, what came of it, in words,
    and how long it took."""

    at: datetime
    unit: str
    what: str
    result: str
    said: Text
    seconds: float | None = None


def ignore(event: Event) -> None:
    """Nobody keeps a log."""


class Reporter(NamedTuple):
    """How a host reports to whoever keeps it running: at which address a unit's node serves, what is worth knowing, of
    a fault of tiersync's own, and each job that ended."""

    serving: Callable[[str, str, int], None]
    note: Note
    fault: Callable[[Exception], None]
    event: Callable[[Event], None] = ignore

    def for_node(self, unit: str) -> "Reporter":
        """The same for one node of several: each note begins with its unit."""
        return self._replace(note=lambda text: self.note(Text(f"{unit}：{text.zh}", f"{unit}: {text.en}")))


def said_of(error: TiersyncError) -> Text:
    """An error in both languages."""
    return Text(error.say("zh"), error.say("en"))
