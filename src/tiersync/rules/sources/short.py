"""Short lists: a unit of which a register has far fewer rows than of its sisters, until somebody says that it is so."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import polars as pl

from tiersync.model.spoken import REGISTERS
from tiersync.model.unit import Tree
from tiersync.rules.counting.standing import counting_rows, own_unit
from tiersync.rules.sources.sources import Sources

FEW = 10  # A unit with less than one in so many of the rows that its sisters have is asked about.


class Short(NamedTuple):
    """A unit of which a list has few rows, when the middle one of its sisters has many more."""

    record: str
    unit: str
    rows: int
    middle: int


def unanswered(short: Iterable[Short], answers: Iterable[Short]) -> Iterator[Short]:
    """The short lists that nobody answered for; an answer holds until a list falls below what it had then."""
    least = {(one.record, one.unit): one.rows for one in answers}
    return (one for one in short if one.rows < least.get((one.record, one.unit), one.rows + 1))


def rows_by_unit(frame: pl.DataFrame, record: str) -> dict[str, int]:
    """How many rows that count name each unit."""
    named = counting_rows(frame)[own_unit(record)]
    counted = named.drop_nulls().value_counts(name="rows")
    return dict(counted.cast({named.name: pl.String}).rows())


def short_lists(tree: Tree, frames: Mapping[str, pl.DataFrame], sources: Sources) -> Iterator[Short]:
    """The units of which a register has less than a tenth of the rows that it has of the middle one of their sisters;
    or none, where it is of all units and that one has more than ten."""
    for record in sorted(REGISTERS & frames.keys()):
        sisters: dict[str | None, dict[str, int]] = {}
        for unit, rows in rows_by_unit(frames[record], record).items():
            if unit in tree:
                sisters.setdefault(tree[unit].parent, {})[unit] = rows
        silent = _silent(tree, sources.of_all(record), sisters)
        for parent, each in sisters.items():
            middle = sorted(each.values())[len(each) // 2]
            none = dict.fromkeys(silent.get(parent, ()), 0) if middle > FEW else {}
            for unit, rows in sorted({**each, **none}.items()):
                if rows * FEW < middle:
                    yield Short(record, unit, rows, middle)


def _silent(
    tree: Tree, of_all: Iterable[str], sisters: Mapping[str | None, Mapping[str, int]]
) -> dict[str | None, list[str]]:
    """The units that a register is of and has no rows of, by the parent that they share with units that it has; those
    that were closed have nobody."""
    silent: dict[str | None, list[str]] = {}
    for unit in of_all:
        if unit in tree and tree[unit].valid_to is None and unit not in sisters.get(tree[unit].parent, {unit: 0}):
            silent.setdefault(tree[unit].parent, []).append(unit)
    return silent
