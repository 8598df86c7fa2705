"""Numbers: which cells of a report show the same number, or a part of another one, so that each tells of the others.

The numerator of a share is the cell of another indicator, and seniors with reduced ability are a part of all seniors.
So every number has a table, that of the widest number it is a part of, and in it its places: the codes of its
breakdown, and where it is a part, `yes` under its own name.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import CellKey
from tiersync.model.indicator import Condition, Indicator, RatioPart
from tiersync.rules.counting.counted import counted_for
from tiersync.rules.counting.pairs import PAIR

Pair = tuple[str, str]  # A dimension and a code.
Place = frozenset[Pair]  # The total has none.
Split = frozenset[str]  # Dimensions.
YES, NO = "yes", "no"  # in a part of the whole, or not


class PlacedNumber(NamedTuple):
    """In which table a number stands, as which part of it, and what it counts; nothing where it is declared."""

    table: str
    part: Place
    where: tuple[Condition, ...] = ()
    record: str = ""

    def place(self, breakdown: str) -> Place:
        """Where the cell `sex=2;ability_level=3` of this number stands."""
        pairs = (text.partition("=") for text in breakdown.split(";") if text)
        return self.part | {(dim, code) for dim, _, code in pairs}


class Numbers:
    """The number behind every cell that the catalogue's indicators have."""

    def __init__(self, catalogue: Catalogue) -> None:
        counts = {
            (one.code, one.cell): one.count for indicator in catalogue.indicators for one in counted_for(indicator)
        }
        names: dict[RatioPart, str] = {}
        # No dimension is called so: in a breakdown the first = ends its name.
        for (code, cell), count in sorted(counts.items(), key=lambda item: item[0]):
            names.setdefault(count, f"{code}={cell}")
        self._known: Mapping[tuple[str, str], PlacedNumber] = {
            cell: _number(names, count) for cell, count in counts.items()
        }
        self._members = {ratio.code: ratio for ratio in catalogue.indicators if ratio.is_quotient}

    def of(self, key: CellKey) -> PlacedNumber:
        """The number that a cell shows; one that nobody counts is a number of its own."""
        cell = self._shown(key)
        return self._known.get(cell) or PlacedNumber("=".join(cell), frozenset())

    def _shown(self, key: CellKey) -> tuple[str, str]:
        ratio: Indicator | None = self._members.get(key.indicator)
        return (getattr(ratio, key.measure), "value") if ratio and key.measure in PAIR else (key.indicator, key.measure)


def _number(names: Mapping[RatioPart, str], count: RatioPart) -> PlacedNumber:
    wider = [other for other in names if _is_part(count, other)]
    widest = min(wider, key=lambda other: (len(other.where), names[other]), default=count)
    part = frozenset() if widest == count else frozenset({(names[count], YES)})
    where = count.where + (count.kept.where if count.kept else ())
    return PlacedNumber(names[widest], part, where, count.record)


def _is_part(count: RatioPart, wider: RatioPart) -> bool:
    """Whether all that `count` counts is among what `wider` counts; sums may fall below 0, and are no parts."""
    alike = count.measure != "sum" and count.model_copy(update={"where": wider.where}) == wider
    return alike and set(wider.where) < set(count.where)


def dims_of(pairs: Iterable[Pair]) -> Split:
    """The dimensions by which a place is split."""
    return frozenset(dim for dim, _ in pairs)


def part_of(place: Place) -> Place:
    """Which part of its table stands at a place; nothing where it is the whole."""
    return frozenset(pair for pair in place if "=" in pair[0])
