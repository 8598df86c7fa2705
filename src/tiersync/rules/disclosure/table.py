"""Tables of numbers that tell of each other: what stands at each place, what is small there, and what may be masked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey
from tiersync.model.records.record import ALWAYS_HELD, RECORDS
from tiersync.rules.disclosure.numbers import NO, YES, Numbers, Pair, Place, PlacedNumber, Split, dims_of, part_of
from tiersync.rules.disclosure.sensitive import can_have, is_sensitive, sensitive_fields

SMALL = range(1, 5)


@dataclass(frozen=True)
class NumberTable:
    """A number in all its breakdowns, with its parts and what is left of it beside each part.

    Places that are known to be 0 without looking are left out. `keys` are the cells at a place: none where something is
    left over, which no cell shows. `sensitive` are the splits of which cells may be masked.
    """

    values: Mapping[Place, int]
    keys: Mapping[Place, tuple[CellKey, ...]]
    small: frozenset[Place]
    sensitive: frozenset[Split]

    @cached_property
    def splits(self) -> frozenset[Split]:
        """The sets of dimensions by which anything is split."""
        return frozenset(map(dims_of, self.values))

    @cached_property
    def codes(self) -> Mapping[str, list[str]]:
        """The codes of each dimension, those of small cells first: a box around them masks little more."""
        near, there = (frozenset[Pair]().union(*places) for places in (self.small, self.values))
        pairs = sorted(there | {(name, NO) for name, _ in part_of(there)}, key=lambda pair: (pair not in near, pair))
        codes: dict[str, list[str]] = defaultdict(list)
        for dim, code in pairs:
            codes[dim].append(code)
        return codes


def lay_tables(catalogue: Catalogue, cells: Sequence[Cell]) -> list[NumberTable]:
    """The tables that the cells of one report make."""
    numbers, fields = Numbers(catalogue), sensitive_fields()
    private = {cell.key for cell in cells if _is_private(catalogue, fields, numbers.of(cell.key), cell.breakdown)}
    small = set(_small(catalogue, cells, private))
    laid: dict[str, dict[Place, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        number = numbers.of(cell.key)
        if cell.value or cell.key in small or (cell.value == 0 and _can_stand(catalogue, number, cell.breakdown)):
            laid[number.table][number.place(cell.breakdown)].append(cell)
    return [_table(places, private | small, small) for places in laid.values()]


def _is_private(catalogue: Catalogue, fields: frozenset[str], number: PlacedNumber, breakdown: str) -> bool:
    """Whether a cell says something sensitive; of records that only a package of another node knows, any cell may."""
    strange = number.record not in {"", *RECORDS, *ALWAYS_HELD}
    return strange or is_sensitive(catalogue, fields, number.where, dims_of(number.place(breakdown) - number.part))


def _can_stand(catalogue: Catalogue, number: PlacedNumber, breakdown: str) -> bool:
    pairs = number.place(breakdown) - number.part
    return all(can_have(catalogue, number.where, dim, code) for dim, code in pairs)


def _small(catalogue: Catalogue, cells: Sequence[Cell], private: set[CellKey]) -> Iterator[CellKey]:
    """The small cells; and what is told per head of a small one, such as the money that two persons got."""
    small = {cell.key for cell in cells if cell.key in private and cell.scale == 0 and cell.value in SMALL}
    heads = {(ratio.numerator, ratio.denominator) for ratio in catalogue.indicators if ratio.is_quotient}
    told = {CellKey(above, key.breakdown, "value") for above, below in heads for key in small if key.indicator == below}
    return (cell.key for cell in cells if cell.value is not None and cell.key in small | told)


def _table(places: Mapping[Place, list[Cell]], private: set[CellKey], small: set[CellKey]) -> NumberTable:
    """One table; where cells of the same number differ, what the least of them could be the others could be too."""
    values = {place: min(cell.value or 0 for cell in cells) for place, cells in places.items()}
    keys = {place: tuple(cell.key for cell in cells) for place, cells in places.items()}
    return NumberTable(
        {**values, **dict(_left_over(values))},
        keys,
        frozenset(_places_with(keys, small)),
        frozenset(map(dims_of, _places_with(keys, private))),
    )


def _places_with(keys: Mapping[Place, tuple[CellKey, ...]], wanted: set[CellKey]) -> Iterable[Place]:
    return (place for place, held in keys.items() if not wanted.isdisjoint(held))


def _left_over(values: Mapping[Place, int]) -> Iterator[tuple[Place, int]]:
    """How many of the whole are not in a part, wherever both are told."""
    for place, value in values.items():
        for name, code in place:
            whole = place - {(name, code)}
            if code == YES and whole in values:
                yield whole | {(name, NO)}, values[whole] - value
