"""Tables: what a view shows row by row, before anybody has said in which language and at which hour they read it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from tiersync.model.text import EMPTY, Text

Shown = str | int | Decimal | datetime | Text | None
"""A value of a row: a name or code, a number, a moment in UTC, words in both languages, or nothing"""


class Reader(NamedTuple):
    """Who reads: the language, and the clock of the office."""

    lang: str
    zone: tzinfo

    def read(self, value: Shown) -> str | int | Decimal:
        """A value as this reader sees it: numbers stay numbers, moments are by the office's clock, to the minute."""
        match value:
            case None:
                return ""
            case Text():
                return value.say(self.lang)
            case datetime():
                return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return value


class Table(NamedTuple):
    """Rows under their heads."""

    title: Text
    heads: tuple[Text, ...]
    rows: tuple[tuple[Shown, ...], ...]

    def heads_for(self, reader: Reader) -> list[str]:
        return [head.say(reader.lang) for head in self.heads]

    def rows_for(self, reader: Reader) -> Iterator[list[str | int | Decimal]]:
        """Each row as this reader sees it."""
        return ([reader.read(value) for value in row] for row in self.rows)


class Detail(NamedTuple):
    """Something known of one thing: what it is, and how it is."""

    name: Text
    value: Shown

    @property
    def is_known(self) -> bool:
        return self.value not in (None, "", EMPTY)


def table(title: Text, heads: Text, rows: Iterable[tuple[Shown, ...]]) -> Table:
    """A table; its heads are written in one line, with commas between them."""
    named = tuple(map(Text, heads.zh.split(","), heads.en.split(",")))
    return Table(title, named, tuple(rows))


def details_table(details: Iterable[Detail]) -> Table:
    """What is known of one thing as a table, for a file."""
    return table(Text("概况", "About"), Text("项目,内容", "what,how"), (one for one in details if one.is_known))


def said_table(said: Iterable[Text]) -> Table:
    """Sentences as a table, for a file."""
    return table(Text("说明", "What is said"), Text("内容", "text"), ((one,) for one in said))


def moment(stored: str | None) -> datetime | None:
    """A stored moment; None where none is stored."""
    return datetime.fromisoformat(stored) if stored else None
