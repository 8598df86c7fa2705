"""Units and the tree they form. The tree is data: a code's prefix is not always its parent."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from tiersync.errors import UnknownUnit
from tiersync.model.canonical import Value

UnitCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]

TREE_BEGINS = date(1949, 10, 1)  # Offices count from here where a list of units names no date.


def left_out_if_empty() -> Any:
    """A list that is spelled only where it names something: a unit that never changed is sealed as it always was."""
    return Field(default=(), exclude_if=lambda named: not named)


class StoodBefore(Value):
    """How a unit stood up to and including a day: below which parent, and under which name."""

    until: date
    parent: UnitCode
    name: str = Field(max_length=64)


class Successor(Value):
    """The unit that took over from another one on a day: all of it, or a share."""

    code: UnitCode
    on: date
    share: Decimal = Field(default=Decimal(1), gt=0, le=1, decimal_places=4)


class UnitPlace(NamedTuple):
    """From the first to the last day of some time, the parent of a unit."""

    first: date
    last: date
    parent: str | None


class Unit(Value):
    """An administrative unit: a 12-digit code, a name, a parent, and the days from and to which it is valid.

    `name` and `parent` are the latest; of a unit that moved or was renamed, `earlier` says what they were, the oldest
    first. Of one that was merged, split or recoded, `replaced_by` names who took over. It may go on itself.
    """

    code: UnitCode
    name: str = Field(max_length=64)
    parent: UnitCode | None
    tier: str = Field(max_length=16)
    kind: str = Field(default="", max_length=32)
    valid_from: date = TREE_BEGINS
    valid_to: date | None = None
    earlier: tuple[StoodBefore, ...] = left_out_if_empty()
    replaced_by: tuple[Successor, ...] = left_out_if_empty()

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing of moves and successors."""
        return not self.earlier and not self.replaced_by

    @property
    def last_day(self) -> date:
        """The last day on which it is valid."""
        return self.valid_to or date.max

    @property
    def places(self) -> Iterator[UnitPlace]:
        """Where it stood, from the first day to the last."""
        first = self.valid_from
        for before in self.earlier:
            yield UnitPlace(first, before.until, before.parent)
            first = day_after(before.until)
        yield UnitPlace(first, self.last_day, self.parent)

    @property
    def moves(self) -> int:
        """How often it got another parent."""
        parents = [*(one.parent for one in self.earlier), self.parent]
        return sum(was != now for was, now in pairwise(parents))

    def stood_on(self, day: date) -> "Unit":
        """The unit with the parent and the name that it had on `day`, and what was earlier then."""
        past = tuple(one for one in self.earlier if one.until < day)
        if len(past) == len(self.earlier):
            return self
        then = self.earlier[len(past)]
        return self.model_copy(update={"parent": then.parent, "name": then.name, "earlier": past})


def day_after(day: date) -> date:
    """The next day; of the last that there is, that day."""
    return day + timedelta(days=1) if day < date.max else day


class Nameable(Value):
    """The units that a plugin may name, by code, and how they lie: which is the parent of which, and the names of those
    `above` them all, the highest first."""

    names: dict[str, str]
    parents: dict[str, str] = Field(default={})
    above: tuple[str, ...] = ()


class Tree:
    """The units of one catalogue: all that there ever were, each where it stood last; or those of one day."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = {unit.code: unit for unit in units}
        self._between_turns: dict[int, Tree] = {}
        self._between_moves: dict[int, Tree] = {}

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
            living = (unit for unit in self.units.values() if unit.valid_on(day))
            self._between_turns[turn] = Tree(unit.stood_on(day) for unit in living)
        return self._between_turns[turn]

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which a unit began, moved, or was no more."""
        ends = (unit.valid_to for unit in self.units.values() if unit.valid_to and unit.valid_to < date.max)
        begins = (unit.valid_from for unit in self.units.values())
        return sorted({*begins, *map(day_after, ends), *self._moves})

    @cached_property
    def _moves(self) -> list[date]:
        """The days from which on a unit stood elsewhere, or was called otherwise."""
        return sorted({day_after(one.until) for unit in self.units.values() for one in unit.earlier})

    def placed_on(self, day: date) -> "Tree":
        """Every unit that there ever was, each where it stood on `day`, or would have."""
        if not self._moves:
            return self
        turn = bisect_right(self._moves, day)
        if turn not in self._between_moves:
            self._between_moves[turn] = Tree(unit.stood_on(day) for unit in self.units.values())
        return self._between_moves[turn]

    @property
    def placements(self) -> tuple["Tree", ...]:
        """Every unit that there ever was, as they stood after each move and before the first, the latest first."""
        return tuple(self.placed_on(day) for day in (*reversed(self._moves), date.min))

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

    def ever_within(self, code: str) -> list[str]:
        """`code` and every unit that ever lay below it."""
        return list(dict.fromkeys(one for tree in self.placements for one in tree.within(code)))

    def nameable(self, code: str) -> Nameable:
        """`code` and every unit that ever lay below it, as rows may name them; none where it is not in the tree."""
        if code not in self.units:
            return Nameable(names={})
        parents: dict[str, str] = {}
        for tree in self.placements:
            parents = {one: tree[one].parent or "" for one in tree.below(code)} | parents
        names = {one: self.units[one].name for one in self.ever_within(code)}
        above = tuple(self.units[one].name for one in reversed(self.path(code)[1:]))
        return Nameable(names=names, parents=parents, above=above)

    def path(self, code: str) -> list[str]:
        """From `code` up to the top, both included."""
        path = [self[code].code]
        while (parent := self.units[path[-1]].parent) in self.units and parent not in path:
            path.append(parent or "")
        return path

    def is_within(self, code: str, upper: str) -> bool:
        """Whether `code` is `upper` or lies below it; False for a unit that is not in the tree."""
        return code in self.units and upper in self.path(code)
