"""Which catalogue is in force: the newest of those that began by a day; a period pins the one of its first day."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from tiersync.model.period import Period


class Numbered(Protocol):
    """A catalogue's number, and from which period on it is in force; None for one that always was."""

    @property
    def number(self) -> int: ...
    @property
    def in_force_from(self) -> Period | None: ...


One = TypeVar("One", bound=Numbered)


def begins_on(one: Numbered) -> date:
    """The day from which a catalogue is in force."""
    return one.in_force_from.first_day if one.in_force_from else date.min


def in_force_on(catalogues: Sequence[One], day: date) -> One:
    """The catalogue of the highest number among those that began by `day`; the first where none did."""
    began = [one for one in catalogues if begins_on(one) <= day]
    return max(began or catalogues[:1], key=lambda one: one.number)


def ever_in_force(catalogues: Sequence[One]) -> list[tuple[One, date]]:
    """The catalogues that are in force on some day, the latest first, each with the day on which the next takes its
    place (date.max for the last); one that a newer catalogue came before, or at once with, never is."""
    found: list[tuple[One, date]] = []
    ends = date.max
    for one in sorted(catalogues, key=lambda one: one.number, reverse=True):
        if begins_on(one) < ends:
            found.append((one, ends))
            ends = begins_on(one)
    return found
