"""The tree of units: a unit, the way down to it, and what lies below it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tiersync.errors import UnknownUnit
from tiersync.model.text import Text, plain
from tiersync.model.unit import Tree, Unit
from tiersync.views.table import Table, table
from tiersync.views.words import word

CODE_LENGTH = 12


class UnitLine(NamedTuple):
    """A unit, and how deep it lies."""

    depth: int
    unit: Unit


def units_around(tree: Tree, wanted: str, below: bool) -> list[UnitLine]:
    """The unit of that code, or every unit whose name holds those words; each with those above it and its children, or
    everything below it. Raises UnknownUnit."""
    return [line for code in _codes_of(tree, wanted) for line in _around(tree, code, below)]


def _codes_of(tree: Tree, wanted: str) -> list[str]:
    if wanted.isdigit() and len(wanted) == CODE_LENGTH:
        return [tree[wanted].code]
    found = sorted(code for code, unit in tree.units.items() if wanted in unit.name)
    if not found:
        raise UnknownUnit(unit=wanted)
    return found


def _around(tree: Tree, code: str, below: bool) -> Iterator[UnitLine]:
    path = tree.path(code)
    yield from (UnitLine(depth, tree[upper]) for depth, upper in enumerate(reversed(path)))
    lower = tree.below(code) if below else tree.children(code)
    yield from (UnitLine(len(tree.path(one)) - 1, tree[one]) for one in lower)


def units_table(lines: Iterable[UnitLine]) -> Table:
    return table(
        Text("单位", "Units"),
        Text("代码,名称,层级,类别", "code,name,tier,kind"),
        ((unit.code, plain("  " * depth + unit.name), word(unit.tier), word(unit.kind)) for depth, unit in lines),
    )
