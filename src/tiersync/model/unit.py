"""Units and the tree they form. The tree is data: a code's prefix is not always its parent."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated

from pydantic import Field

from tiersync.errors import UnknownUnit
from tiersync.model.canonical import Value

UnitCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]

TREE_BEGINS = date(1949, 10, 1)  # Offices count from here where a list of units names no date.


class Unit(Value):
    """An administrative unit: a 12-digit code, a name, a parent, and the days from and to which it is valid."""

    code: UnitCode
    name: str = Field(max_length=64)
    parent: UnitCode | None
    tier: str = Field(max_length=16)
    kind: str = Field(default="", max_length=32)
    valid_from: date = TREE_BEGINS
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Nameable(Value):
    """The units that a plugin may name, by code, and how they lie: which is the parent of which, and the names of those
    `above` them all, the highest first."""

    names: dict[str, str]
    parents: dict[str, str] = Field(default={})
    above: tuple[str, ...] = ()


class Tree:
    """The units of one catalogue, as they stand on one day."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = {unit.code: unit for unit in units}
        self._between_turns: dict[int, Tree] = {}

    def __contains__(self, code: str) -> bool:
        return code in self.units

    def __getitem__(self, code: str) -> Unit:
        if code not in self.units:
            raise UnknownUnit(unit=code)
        return self.units[code]

    def on(self, day: date) -> "Tree":
        """The tree as it was on `day`: the same one for all days between two on which it changed."""
        turn = bisect_right(self._turns, day)
        if turn not in self._between_turns:
            self._between_turns[turn] = Tree(unit for unit in self.units.values() if unit.valid_on(day))
        return self._between_turns[turn]

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which a unit began, or was no more."""
        ends = (unit.valid_to for unit in self.units.values() if unit.valid_to and unit.valid_to < date.max)
        return sorted({*(unit.valid_from for unit in self.units.values()), *(end + timedelta(days=1) for end in ends)})

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for unit in self.units.values():
            if unit.parent in self.units:
                children.setdefault(unit.parent or "", []).append(unit.code)
        return {parent: sorted(codes) for parent, codes in children.items()}

    @property
    def top(self) -> str:
        """The unit that has no parent here."""
        return next(code for code, unit in sorted(self.units.items()) if unit.parent not in self.units)

    def children(self, code: str) -> list[str]:
        """The units directly below `code`, in order of code."""
        return self._children.get(code, [])

    def below(self, code: str) -> Iterator[str]:
        """Every unit below `code`, parents before their children; `code` itself is not among them."""
        for child in self.children(code):
            yield child
            yield from self.below(child)

    def within(self, code: str) -> Iterator[str]:
        """`code` and every unit below it."""
        yield self[code].code
        yield from self.below(code)

    def nameable(self, code: str) -> Nameable:
        """`code` and every unit below it, as rows may name them; none where it is not in the tree."""
        if code not in self.units:
            return Nameable(names={})
        within = [self.units[one] for one in self.within(code)]
        parents = {unit.code: unit.parent or "" for unit in within if unit.code != code}
        above = tuple(self.units[one].name for one in reversed(self.path(code)[1:]))
        return Nameable(names={unit.code: unit.name for unit in within}, parents=parents, above=above)

    def path(self, code: str) -> list[str]:
        """From `code` up to the top, both included."""
        path = [self[code].code]
        while (parent := self.units[path[-1]].parent) in self.units and parent not in path:
            path.append(parent or "")
        return path

    def is_within(self, code: str, upper: str) -> bool:
        """Whether `code` is `upper` or lies below it; False for a unit that is not in the tree."""
        return code in self.units and upper in self.path(code)
