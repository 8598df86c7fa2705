"""Masking: the small cells that nobody outside the reporting chain may see, and what hides them from arithmetic.

A cell of 1 to 4 is small where its breakdown, or its indicator, says something sensitive of those whom it counts. With
each one a *box* of cells is masked: were there one more here and one less there, all that is shown, every sum between
breakdowns and every part of a whole would be as they are. Where one dimension splits, a box is the small cell and one
more. So no small cell can be worked out from the other figures of its report. Two reports are not compared.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from typing import NamedTuple

from tiersync.model.bounds import EXACT
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey, Status
from tiersync.rules.disclosure.numbers import NO, Pair, Place, Split, dims_of, part_of
from tiersync.rules.disclosure.table import NumberTable, lay_tables

MOST_BOXES = 2_000  # Tried for one cell and one choice of dimensions; a table that is larger is masked a little more.


class Box(NamedTuple):
    """Places of which one side could have one more and the other one less."""

    one: frozenset[Place]
    other: frozenset[Place]


def mask(catalogue: Catalogue, cells: Sequence[Cell]) -> list[Cell]:
    """The cells of one report as they leave the office: those that are masked have no value."""
    hidden = masked(catalogue, cells)
    return [
        cell._replace(value=None, status=Status.MASKED, bounds=EXACT) if cell.key in hidden else cell for cell in cells
    ]


def masked(catalogue: Catalogue, cells: Sequence[Cell]) -> set[CellKey]:
    """The cells of one report that are masked; of a ratio's pair always both."""
    tables = lay_tables(catalogue, cells)
    hidden = {key for table in tables for place in hide(table) for key in table.keys.get(place, ())}
    shown_together = {(key.indicator, key.breakdown) for key in hidden}
    return {cell.key for cell in cells if (cell.indicator, cell.breakdown) in shown_together}


def hide(table: NumberTable) -> set[Place]:
    """The places that are masked: the small ones, and with each the box that masks least beside what is masked."""
    hidden = set(table.small)
    for place in sorted(table.small, key=sorted):
        found = (box.one | box.other for box in boxes(table, place) if could_be(table, box))
        best = min(found, key=lambda box: cost(table, box - hidden), default=None)
        hidden |= all_of_its_number(table, place) if best is None else best
    return hidden


def cost(table: NumberTable, more: frozenset[Place]) -> tuple[int, int, int, list[list[Pair]]]:
    """What masking `more` costs: rather the next smallest than a 0, rather few than many."""
    values = {place: table.values[place] for place in more if place in table.keys}
    return list(values.values()).count(0), len(values), sum(map(abs, values.values())), sorted(map(sorted, values))


def could_be(table: NumberTable, box: Box) -> bool:
    """Whether one side could really have one less."""
    return any(all(table.values[place] >= least(table, box, place) for place in side) for side in box)


def least(table: NumberTable, box: Box, place: Place) -> int:
    """What must be at a place from which one is taken: a reader thinks that no masked cell is 0, unless one is of which
    the same could be said; what is left over can well be."""
    zeros = {part_of(one) for side in box for one in side if one in table.keys and table.values[one] == 0}
    return 1 if place not in table.keys or part_of(place) in zeros else 2


def boxes(table: NumberTable, place: Place) -> Iterator[Box]:
    """The boxes that could hide the small cell at `place`: along one of its dimensions, or several at once."""
    for count in range(len(place) + 1):
        for turned in combinations(sorted(place), count):
            splits = [split for split in table.splits if dims_of(turned) <= split]
            if table.sensitive.issuperset(splits):
                yield from _along(table, place, turned, splits)


def _along(table: NumberTable, place: Place, turned: Sequence[Pair], splits: Sequence[Split]) -> Iterator[Box]:
    """The boxes whose corners differ in the dimensions of `turned`, through every breakdown that has those."""
    elsewhere = [_others(table, dim, own) for dim, own in turned]
    around = [_others(table, dim) for dim in sorted(frozenset[str]().union(*splits) - dims_of(place))]
    for opposite, rest in islice(product(product(*elsewhere), product(*around)), MOST_BOXES):
        box = _box((place - set(turned)).union(rest), turned, opposite, splits)
        seen = Box(*(frozenset(one for one in side if not _is_untold(table, one)) for side in box))
        if table.values.keys() >= seen.one | seen.other:
            yield seen


def _others(table: NumberTable, dim: str, own: str = "") -> list[Pair]:
    return [(dim, code) for code in table.codes[dim] if code != own]


def _box(around: Place, turned: Sequence[Pair], opposite: Sequence[Pair], splits: Sequence[Split]) -> Box:
    """The box with one corner at `turned` and the farthest at `opposite`; what lies next to a corner is on the other
    side."""
    sides: tuple[set[Place], set[Place]] = (set(), set())
    for far in product((False, True), repeat=len(turned)):
        corner = around.union(
            ends[is_far] for is_far, ends in zip(far, zip(turned, opposite, strict=True), strict=True)
        )
        sides[sum(far) % 2].update(frozenset(pair for pair in corner if pair[0] in split) for split in splits)
    return Box(frozenset(sides[0]), frozenset(sides[1]))


def _is_untold(table: NumberTable, place: Place) -> bool:
    """Whether this is left over beside a part, where no cells tell how much that is."""
    return any(code == NO for _, code in part_of(place)) and place not in table.values


def all_of_its_number(table: NumberTable, place: Place) -> set[Place]:
    """Every place of the number that a cell shows: nothing of it is known any more."""
    return {one for one in table.keys if part_of(one) == part_of(place)}
