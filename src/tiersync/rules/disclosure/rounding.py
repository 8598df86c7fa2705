"""Rounding: what leaves the reporting chain says every sensitive count to the nearest 5, and no money of few persons.

A count is rounded by its value alone, in every report alike, so several reports of the same persons tell no more than
one. Rounded counts are shown and never added. What is blank is decided by what is shown, so that a blank tells no more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from tiersync.model.bounds import BETWEEN, EXACT
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey, Status
from tiersync.rules.counting.pairs import PAIR
from tiersync.rules.disclosure.numbers import Numbers, ShownNumber, coarser, dims_of, may_share
from tiersync.rules.disclosure.pinned import STEP, CountRange, ShownCounts, hidden_splits, shown_as
from tiersync.rules.disclosure.sums import Split, Spot, sums_of

FEW = range(1, STEP)


class Disclosed(NamedTuple):
    """A cell as readers outside see it; one that is blank is masked."""

    cell: Cell
    is_rounded: bool


def to_nearest(value: int) -> int:
    """A count to the nearest 5; 2 is shown as 0 and 3 as 5, and below 0 as above."""
    away = (abs(value) + STEP // 2) // STEP * STEP
    return away if value >= 0 else -away


def disclose(catalogue: Catalogue, cells: Sequence[Cell]) -> list[Disclosed]:
    """The cells of one report, in the same order, as they leave the reporting chain."""
    report = _Figures(catalogue, cells)
    blank = {cell.key for cell in cells if report.is_blank(cell)} | set(report.blank_pairs())
    return [Disclosed(_blank(cell), False) if cell.key in blank else report.shown(cell) for cell in cells]


def _blank(cell: Cell) -> Cell:
    return cell if cell.value is None else cell._replace(value=None, status=Status.MASKED, bounds=EXACT)


class _Figures:
    """The cells of one report, each with the number that it shows."""

    def __init__(self, catalogue: Catalogue, cells: Sequence[Cell]) -> None:
        self.catalogue = catalogue
        self.cells = cells
        self.numbers = Numbers(catalogue, (cell.key for cell in cells))
        self._values: dict[tuple[str, str], int] = {
            (self.number(cell).name, cell.breakdown): cell.value for cell in cells if cell.value is not None
        }

    def number(self, cell: Cell) -> ShownNumber:
        return self.numbers.of(cell.key)

    def is_sensitive(self, number: ShownNumber) -> bool:
        return number in self.numbers.sensitive

    def shown(self, cell: Cell) -> Disclosed:
        """A cell that is not blank: rounded if it is a sensitive count.

        Rounded, a figure that is approximate or lacks parts is no bound any more, and is only said to be approximate.
        """
        if cell.value is None or cell.scale or not self.is_sensitive(self.number(cell)):
            return Disclosed(cell, False)
        bounds = BETWEEN if cell.bounds or cell.status == Status.PARTIAL else EXACT
        return Disclosed(cell._replace(value=to_nearest(cell.value), bounds=bounds), True)

    def is_blank(self, cell: Cell) -> bool:
        """Whether a cell by itself is blank; the pair of a ratio is looked at together."""
        if cell.scale:
            return (self.number(cell), dims_of(cell.breakdown)) in self._blank_money
        return self.is_nearly_all(cell) or self.is_hidden(self.number(cell), cell.breakdown)

    def is_nearly_all(self, cell: Cell) -> bool:
        """Whether a sensitive count may be all of whom it is a part, which is told exactly.

        Of 8 persons exactly, 8 that are shown as 10 could be no others; so 3 to 8 of them are blank.
        """
        number = self.number(cell)
        if cell.value is None or not self.is_sensitive(number):
            return False
        return any(whole and to_nearest(cell.value) + STEP > whole for whole in self.exact_wholes(cell))

    def exact_wholes(self, cell: Cell) -> Iterator[int]:
        """The exact counts of all whom a sensitive count is a part of."""
        for whole in self._wholes[self.number(cell)]:
            counts = (self._values.get((whole.name, one)) for one in coarser(cell.breakdown))
            yield from (count for count in counts if count is not None)

    def is_hidden(self, number: ShownNumber, breakdown: str) -> bool:
        """Whether a sensitive count is left blank since it, or another one, could be worked out by sums."""
        return (number.name, dims_of(breakdown)) in self._hidden

    def blank_pairs(self) -> Iterator[CellKey]:
        """The pairs of ratios that are blank: of few persons, or with a number that is blank itself."""
        for _, group in groupby(self.cells, key=lambda cell: (cell.indicator, cell.breakdown)):
            pair = [cell for cell in group if cell.measure in PAIR]
            if any(self.is_blank(cell) or self._is_over_few(cell) for cell in pair):
                yield from (cell.key for cell in pair)

    def _is_over_few(self, cell: Cell) -> bool:
        number = self.number(cell)
        return cell.measure == "denominator" and number.counts_persons and self.are_few(number, cell.breakdown)

    def are_few(self, number: ShownNumber, breakdown: str) -> bool:
        """Whether so many persons are few: 1 to 4 that are told exactly, or what is shown as 0 or 5, or hidden."""
        counts = [self._values.get((number.name, one)) for one in coarser(breakdown)]
        if any(self.is_hidden(number, one) for one in coarser(breakdown)):
            return True
        if self.is_sensitive(number):
            return any(count is not None and to_nearest(count) <= STEP for count in counts)
        return any(count in FEW for count in counts)

    def is_of_few(self, money: Cell) -> bool:
        """Whether a sum of money is of few persons, or of nobody knows how many and sensitive."""
        number = self.number(money)
        heads = self.numbers.heads(number)
        is_counted = any((one.name, money.breakdown) in self._values for one in heads)
        unknown = self.is_sensitive(number) and not is_counted
        return unknown or any(self.are_few(one, money.breakdown) for one in heads)

    @cached_property
    def _wholes(self) -> Mapping[ShownNumber, list[ShownNumber]]:
        return {one: self.numbers.wholes(one) for one in self.numbers.sensitive}

    @cached_property
    def _hidden(self) -> frozenset[Split]:
        counts = [cell for cell in self.cells if not cell.scale and self.is_sensitive(self.number(cell))]
        known, blank = dict[Spot, CountRange](), dict[Spot, CountRange]()
        for cell in counts:
            spot = self.number(cell).name, cell.breakdown
            known[spot], blank[spot] = self._what_is_told(cell)
        nearly = frozenset(self._splits_of_nearly_all(counts))
        return hidden_splits(ShownCounts(known, blank, sums_of(self.catalogue, self.numbers, counts), nearly))

    def _splits_of_nearly_all(self, counts: Iterable[Cell]) -> Iterator[Split]:
        """The splits of one exact count of which a part is nearly all: how many are blank would tell the others."""
        for cell in counts:
            number = self.number(cell)
            is_split_exactly = any((whole.name, cell.breakdown) in self._values for whole in self._wholes[number])
            if cell.breakdown and not is_split_exactly and self.is_nearly_all(cell):
                yield number.name, dims_of(cell.breakdown)

    def _what_is_told(self, cell: Cell) -> tuple[CountRange, CountRange]:
        """What a reader knows of a sensitive count from its cell, and what if that were blank."""
        wholes = list(self.exact_wholes(cell))
        blank = CountRange(high=min(wholes)) if wholes else CountRange()
        if cell.value is None:
            return blank, blank
        if self.is_nearly_all(cell):
            whole = min(filter(None, wholes))
            return CountRange(shown_as(whole // STEP * STEP).low).at_most(blank.high), blank
        return shown_as(to_nearest(cell.value)).at_most(blank.high), blank

    @cached_property
    def _blank_money(self) -> set[tuple[ShownNumber, frozenset[str]]]:
        """Which sums are blank in which breakdown: if a part is of few persons all parts are, for the total and the
        others would tell it; and so are other sums over some of the same payments."""
        sums = [cell for cell in self.cells if cell.scale and cell.value is not None]
        few = {(self.number(cell), dims_of(cell.breakdown)) for cell in sums if self.is_of_few(cell)}
        every = {(self.number(cell), dims_of(cell.breakdown)) for cell in sums}
        return {
            (one, dims) for one, dims in every
            if any(dims == blank and (one == other or may_share(one, other)) for other, blank in few)
        }  # fmt: skip
