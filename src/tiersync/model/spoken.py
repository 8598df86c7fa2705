"""What a stream speaks for: which units, of which time, and by which fields. A figure is a number only within that."""

from datetime import date
from typing import Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.period import Period, Span
from tiersync.model.unit import UnitCode

Covers = Literal["named", "all"]
DEPARTED = {
    "senior": ("life_status", "status_date", "1"),
    "benefit": ("status", "stop_month", "active"),
    "association": ("status", "status_date", "active"),
    "facility": ("status", "status_date", "active"),
}  # How a list tells who left, and when; the code says who did not.
REGISTERS = frozenset({"senior", "association", "facility"})  # These list what there is; others list what happened.


class FileRead(Value):
    """A file's bytes as they were first read: their SHA-256, the day, and in which turn of reading, from 1 on."""

    digest: str
    first_on: date
    turn: int = 0


class Spoken(Value):
    """What the current records of one stream speak for.

    `fields` have a column or are set; `constants` are those that are set, `says` the codes that a column is translated
    to, and `ticks` the fields in which a blank means no. `units` are those that the rows name, each with the day that
    they speak for; `carried` units are those whose rows, so many, are of an earlier run. `as_of` is the day for
    whatever has none of its own. `noted` is for each of the units the day from which on its rows note who left it, and
    `since` that day for whatever has none of its own; it is None where no column tells who left. `spans` are the days
    (first and last) of which events are told, `unsure` are files whose rows leave the time that they state.
    `files` are those it was read from.
    """

    stream: str
    record: str
    unit: UnitCode
    covers: Covers
    fields: frozenset[str]
    constants: dict[str, str] = Field(default={})
    says: dict[str, frozenset[str]] = Field(default={})
    ticks: frozenset[str] = frozenset()
    units: dict[UnitCode, date] = Field(default={})
    carried: dict[UnitCode, int] = Field(default={})
    as_of: date
    since: date | None = None
    noted: dict[UnitCode, date] = Field(default={})
    spans: tuple[Span, ...] = ()
    unsure: tuple[str, ...] = ()
    files: dict[str, FileRead] = Field(default={})

    @property
    def is_register(self) -> bool:
        return self.record in REGISTERS

    def notes_since(self, unit: str) -> date | None:
        """The day from which on who left a unit is noted, None where there is no column for it."""
        return self.noted.get(unit, self.since)

    def within(self, period: Period) -> list[Span]:
        """The stretches of `period` of which events are told, in order, those that touch made one."""
        return joined(clipped(self.spans, period.span))


def clipped(spans: tuple[Span, ...], whole: Span) -> list[Span]:
    """What lies of `spans` within the days of `whole`."""
    cut = (Span(max(span.first, whole.first), min(span.last, whole.last)) for span in spans)
    return [span for span in cut if span.first <= span.last]


def joined(spans: list[Span]) -> list[Span]:
    """Spans in order, those that overlap or follow each other made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and (span.first - made[-1].last).days <= 1:
            made[-1] = Span(made[-1].first, max(made[-1].last, span.last))
        else:
            made.append(span)
    return made
