"""Sums: which sensitive counts of a report add up to another one, and which are only among it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.rules.disclosure.numbers import Numbers, coarser, dims_of, is_part
from tiersync.rules.totals.unallocated import UNALLOCATED

Total = str  # the name of a number
Spot = tuple[str, str]  # the name of a number, and a breakdown
Split = tuple[str, frozenset[str]]  # the name of a number, and the dimensions that split it


class ShownSum(NamedTuple):
    """A count and its parts; they may be only some of it."""

    whole: Spot
    parts: tuple[Spot, ...]
    adds_up: bool


def sums_of(catalogue: Catalogue, numbers: Numbers, cells: Sequence[Cell]) -> list[ShownSum]:
    """All sums of sensitive counts that readers of a report know of."""
    counts = [cell for cell in cells if not cell.scale and numbers.of(cell.key) in numbers.sensitive]
    spots = {(numbers.of(cell.key).name, cell.breakdown) for cell in counts}
    partitions = set(_partitions(catalogue, numbers, counts))
    return sorted([*_within_numbers(spots, partitions), *_between_numbers(numbers, spots)])


def _partitions(catalogue: Catalogue, numbers: Numbers, cells: Iterable[Cell]) -> Iterator[Split]:
    """The splits whose parts add up, as the indicator says that shows them; the total alone is one too."""
    for cell in cells:
        indicator, dims = catalogue.by_code.get(cell.indicator), dims_of(cell.breakdown)
        kinds = {frozenset(one.dims): one.kind for one in indicator.breakdowns} if indicator else {}
        if not dims or (indicator and not indicator.is_quotient and kinds.get(dims) == "partition"):
            yield numbers.of(cell.key).name, dims


def _within_numbers(spots: set[Spot], partitions: set[Split]) -> Iterator[ShownSum]:
    """Every split beside each coarser one, and beside the total."""
    parts = defaultdict[tuple[Spot, frozenset[str]], list[Spot]](list)
    rests = {(name, dims_of(breakdown)) for name, breakdown in spots if breakdown.endswith(f"={UNALLOCATED}")}
    for name, breakdown in sorted(spots):
        for one in coarser(breakdown):
            if one != breakdown and (name, one) in spots:
                parts[(name, one), dims_of(breakdown)].append((name, breakdown))
    for ((name, one), dims), found in parts.items():
        finer, wider = (name, dims), (name, dims_of(one))
        if {finer, wider} <= partitions and not (one and finer in rests):
            yield ShownSum((name, one), tuple(found), adds_up=True)
        else:
            yield from (ShownSum((name, one), (part,), adds_up=False) for part in found)


def _between_numbers(numbers: Numbers, spots: set[Spot]) -> Iterator[ShownSum]:
    """Every count beside those of the numbers of which it is a part."""
    wholes = {
        part.name: [whole.name for whole in numbers.sensitive if is_part(part, whole)] for part in numbers.sensitive
    }
    for name, breakdown in spots:
        for whole in wholes[name]:
            for one in coarser(breakdown):
                if (whole, one) in spots:
                    yield ShownSum((whole, one), ((name, breakdown),), adds_up=False)
