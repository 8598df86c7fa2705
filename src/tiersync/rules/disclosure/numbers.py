"""Numbers: which cells of a report show the same number, and whose number is a part of another one.

The numerator of a share is the cell of another indicator, and seniors with reduced ability are a part of all seniors.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import get_args

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import CellKey, Measure
from tiersync.model.indicator import Condition, Indicator, RatioPart
from tiersync.model.records.record import ALWAYS_HELD, RECORDS
from tiersync.rules.counting.counted import counted_for
from tiersync.rules.counting.pairs import PAIR
from tiersync.rules.disclosure.sensitive import is_sensitive, sensitive_fields

CellName = tuple[str, str]  # an indicator and a measure
HEADS = ("count", "distinct")


@dataclass(frozen=True)
class ShownNumber:
    """What a cell shows, named after the first cell that does: whom it counts, and all dimensions that split it.

    A number that is declared has no `count`.
    """

    name: str
    where: tuple[Condition, ...]
    dims: frozenset[str]
    count: RatioPart | None = None

    @property
    def record(self) -> str:
        return self.count.record if self.count else ""

    @property
    def is_strange(self) -> bool:
        """Whether it counts records that only a package of another node knows: any of them may be sensitive."""
        return self.record not in {"", *RECORDS, *ALWAYS_HELD}

    @property
    def counts_persons(self) -> bool:
        """Whether each thing that it counts is of one person: a senior, a payment, a service."""
        return self.is_strange or (self.record in RECORDS and "id_number" in RECORDS[self.record].kinds())


class Numbers:
    """The numbers behind the cells of one report, and which of them are sensitive.

    A number that anything sensitive splits is sensitive as a whole, so that no exact total stands beside rounded parts;
    and so is every part of a sensitive one.
    """

    def __init__(self, catalogue: Catalogue, keys: Iterable[CellKey]) -> None:
        self._quotients = {one.code: one for one in catalogue.indicators if one.is_quotient}
        split = defaultdict[CellName, set[str]](set)
        for key in keys:
            split[self._shown(key)].update(dims_of(key.breakdown))
        self._known = _numbers_of(catalogue.indicators, split)
        fields, numbers = sensitive_fields(), set(self._known.values())
        told = {one for one in numbers if one.is_strange or is_sensitive(catalogue, fields, one.where, one.dims)}
        self.sensitive = told | {one for one in numbers if any(is_part(one, whole) for whole in told)}

    def of(self, key: CellKey) -> ShownNumber:
        """The number that a cell shows."""
        return self._known[self._shown(key)]

    def wholes(self, number: ShownNumber) -> list[ShownNumber]:
        """The numbers that are shown exactly and of which this one is a part."""
        return [one for one in set(self._known.values()) - self.sensitive if is_part(number, one)]

    def heads(self, money: ShownNumber) -> list[ShownNumber]:
        """The numbers that count the persons, or the payments, behind a sum of money."""
        below = {one.denominator for one in self._quotients.values() if one.numerator == money.name.partition("=")[0]}
        counts = [(code, one) for (code, _), one in self._known.items() if one.count and one.count.measure in HEADS]
        return [one for code, one in counts if code in below or _counts_the_same(one, money)]

    def _shown(self, key: CellKey) -> CellName:
        ratio: Indicator | None = self._quotients.get(key.indicator)
        return (getattr(ratio, key.measure), "value") if ratio and key.measure in PAIR else (key.indicator, key.measure)


def _numbers_of(indicators: Iterable[Indicator], split: Mapping[CellName, set[str]]) -> dict[CellName, ShownNumber]:
    """The number of every cell of the indicators, and of others that a report has beside them in `split`."""
    counts: dict[CellName, RatioPart | None] = dict.fromkeys(sorted(split))
    wheres: dict[CellName, tuple[Condition, ...]] = {}
    for indicator in indicators:
        wheres |= {(indicator.code, measure): indicator.where for measure in get_args(Measure)}
        for one in counted_for(indicator):
            counts[one.code, one.cell] = one.count
            split[one.code, one.cell].update(*(breakdown.dims for breakdown in one.breakdowns))
    together = defaultdict[object, list[CellName]](list)
    for cell, count in counts.items():
        together[count or cell].append(cell)
    known: dict[CellName, ShownNumber] = {}
    for cells in together.values():
        count, name = counts[cells[0]], "=".join(min(cells))
        where = _where(count) if count else wheres.get(cells[0], ())
        number = ShownNumber(name, where, frozenset().union(*(split[cell] for cell in cells)), count)
        known |= dict.fromkeys(cells, number)
    return known


def _where(count: RatioPart) -> tuple[Condition, ...]:
    return count.where + (count.kept.where if count.kept else ())


def is_part(one: ShownNumber, whole: ShownNumber) -> bool:
    """Whether all that `one` counts is among what `whole` counts; sums may fall below 0, and are no parts."""
    if one.count is None or whole.count is None or one.count.measure == "sum":
        return False
    alike = one.count.model_copy(update={"where": whole.count.where}) == whole.count
    return alike and set(whole.count.where) < set(one.count.where)


def _counts_the_same(one: ShownNumber, other: ShownNumber) -> bool:
    """Whether both count the same rows, though not the same thing of them."""
    return bool(one.count and other.count) and (one.record, one.where) == (other.record, other.where)


def may_share(one: ShownNumber, other: ShownNumber) -> bool:
    """Whether some row may be in both: nothing that the one asks for is what the other leaves out."""
    pairs = ((a, b) for a in one.where for b in other.where if a.field == b.field and a.equals and b.equals)
    return one.record == other.record != "" and all(set(a.equals) & set(b.equals) for a, b in pairs)


def pairs_of(breakdown: str) -> list[str]:
    """The pairs of a breakdown, such as sex=2."""
    return [pair for pair in breakdown.split(";") if pair]


def dims_of(breakdown: str) -> frozenset[str]:
    """The dimensions by which a cell is split."""
    return frozenset(pair.partition("=")[0] for pair in pairs_of(breakdown))


def coarser(breakdown: str) -> Iterator[str]:
    """This breakdown and all in which it is contained, to the total."""
    pairs = pairs_of(breakdown)
    for count in range(len(pairs) + 1):
        yield from map(";".join, combinations(pairs, count))
