"""Roll-up: the parts of a total added cell by cell, with what is missing counted and never taken for zero."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import NamedTuple

from tiersync.model.adjustment import UNADJUSTED, Adjustment, Adjustments
from tiersync.model.bounds import EXACT, Bounds, add_bounds, read_bounds
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey, Cells, Status
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.report import Part
from tiersync.model.unit import Tree
from tiersync.rules.totals.expected import expected_of, expected_of_own, pairs_made, stands_alone

WORSE: Mapping[str, int] = {status: place for place, status in enumerate(Status)}
WITHOUT_VALUE = frozenset({Status.MISSING, Status.NOT_APPLICABLE, Status.MASKED, Status.SUPPRESSED})


class PartCells(NamedTuple):
    """One part of a total: whose it is, which part, and its cells."""

    unit: str
    part: Part
    cells: Cells


class CellOfParts(NamedTuple):
    """What every part says about one cell, each list in the same order of parts."""

    values: tuple[int | None, ...]
    scales: tuple[int, ...]
    statuses: tuple[str, ...]
    expected: tuple[int, ...]
    present: tuple[int, ...]
    bounds: tuple[str, ...]

    def only(self, which: Iterable[bool]) -> "CellOfParts":
        """What those parts say that `which` is true of."""
        chosen = list(which)
        return CellOfParts._make(tuple(compress(column, chosen)) for column in self)


class Sum(NamedTuple):
    """What all parts say about one cell together."""

    value: int | None
    scale: int
    status: str
    expected: int
    present: int
    bounds: str = EXACT


def roll_up(
    catalogue: Catalogue,
    form: Form,
    unit: str,
    tree: Tree,
    parts: Sequence[PartCells],
    adjustments: Adjustments = UNADJUSTED,
) -> Cells:
    """The cells of `unit`'s total from its own part and its children's, and its adjustments; who sent no part still
    counts as expected.

    Values are summed exactly, and sums of bounded values are bounded. A ratio is never added: its pairs are, or each
    total makes its own from its two numbers. What stands as declared is what the unit itself declared.
    """
    expected, made = expected_of(catalogue, form, unit, tree), pairs_made(catalogue, form)
    anew = {ratio.code for ratio in made}
    added = {
        key: _cell(key, total)
        for key, total in _sums(catalogue, form, tree, parts, expected)
        if key.indicator not in anew and not stands_alone(catalogue, key.indicator)
    }
    added |= _adjusted(added, adjustments)
    own = next((part.cells for part in parts if (part.unit, part.part) == (unit, "own")), Cells())
    added |= {cell.key: cell for cell in own.rows() if stands_alone(catalogue, cell.indicator)}
    for code in expected.keys() - {key.indicator for key in added}:
        added |= _nothing(catalogue.by_code[code], expected[code])
    for ratio in made:
        added |= _pair(ratio, added)
    return Cells.of(list(added.values()))


def add(column: CellOfParts, absent: int) -> Sum:
    """What the parts come to in one cell, when `absent` more base reports were expected and are in none of them."""
    scale = max(column.scales)
    alike = column.statuses.count(Status.OK) == len(column.statuses) and min(column.scales) == scale
    if alike and not any(column.bounds):
        values = [value for value in column.values if value is not None]
        if len(values) == len(column.values):
            status = Status.PARTIAL if absent else Status.OK
            return Sum(sum(values), scale, status, sum(column.expected) + absent, sum(column.present))
    return _add_unlike(column, scale, absent)


def _add_unlike(column: CellOfParts, scale: int, absent: int) -> Sum:
    """The same for parts of unlike status or scale, or with bounds."""
    said = column
    if Status.NOT_APPLICABLE in column.statuses:
        said = column.only(status != Status.NOT_APPLICABLE for status in column.statuses)
    counts = sum(said.expected) + absent, sum(said.present)
    valued = said
    if None in said.values or not WITHOUT_VALUE.isdisjoint(said.statuses):
        has_value = (v is not None and s not in WITHOUT_VALUE for v, s in zip(said.values, said.statuses, strict=True))
        valued = said.only(has_value)
    if not valued.values:
        return Sum(None, scale, Status.MISSING if said.values or absent else Status.NOT_APPLICABLE, *counts)
    lacking = absent > 0 or len(valued.values) < len(said.values)
    status = Status.PARTIAL if lacking else worst_of(set(valued.statuses))
    return Sum(sum(_at_scale(valued, scale)), scale, status, *counts, _bounds_of(valued, scale))


def _at_scale(valued: CellOfParts, scale: int) -> Iterable[int]:
    """The values in units of one scale."""
    if min(valued.scales) == scale:
        return valued.values  # type: ignore[return-value]  # None is not among them.
    return [(value or 0) * 10 ** (scale - own) for value, own in zip(valued.values, valued.scales, strict=True)]


def _bounds_of(valued: CellOfParts, scale: int) -> str:
    """The bounds of a sum, in units of its scale; exact where every part is."""
    if not any(valued.bounds):
        return EXACT
    each = [
        (read_bounds(bounds, value or 0), 10 ** (scale - own))
        for bounds, value, own in zip(valued.bounds, valued.values, valued.scales, strict=True)
    ]
    return add_bounds([Bounds(*(end and end * factor for end in bounds)) for bounds, factor in each]).spell()


def worst_of(statuses: Iterable[str]) -> Status:
    """The worst of ok < provisional < estimated < imputed < partial < missing."""
    return Status(max(statuses, key=WORSE.__getitem__))


def _sums(
    catalogue: Catalogue, form: Form, tree: Tree, parts: Sequence[PartCells], expected: dict[str, int]
) -> Iterator[tuple[CellKey, Sum]]:
    """Each cell that any part has, with its sum."""
    columns: dict[CellKey, list[CellOfParts]] = {}
    covered: dict[CellKey, int] = {}
    for alike in _alike(parts):
        covers = _covers(catalogue, form, tree, alike)
        for key, column in _turned([part.cells for part in alike]):
            columns.setdefault(key, []).append(column)
            covered[key] = covered.get(key, 0) + covers[key.indicator]
    for key, pieces in columns.items():
        yield key, add(_joined(pieces), max(0, expected.get(key.indicator, 0) - covered[key]))


def _alike(parts: Sequence[PartCells]) -> Iterable[list[PartCells]]:
    """Parts whose cells stand in the same rows, together: communities of one form all do, and add as columns."""
    groups: dict[tuple[tuple[str, ...], ...], list[PartCells]] = {}
    for part in parts:
        rows = (part.cells.indicator, part.cells.breakdown, part.cells.measure)
        groups.setdefault(rows, []).append(part)
    return groups.values()


def _covers(catalogue: Catalogue, form: Form, tree: Tree, parts: Iterable[PartCells]) -> Counter[str]:
    """For each indicator, the number of base reports that these parts answer for."""
    covers: Counter[str] = Counter()
    for tier, count in Counter(tree[part.unit].tier for part in parts if part.part == "own").items():
        covers.update(dict.fromkeys(expected_of_own(catalogue, form, tier), count))
    for part in parts:
        if part.part == "total":
            covers.update(expected_of(catalogue, form, part.unit, tree))
    return covers


def _turned(cells: Sequence[Cells]) -> Iterator[tuple[CellKey, CellOfParts]]:
    """The same cell of every part side by side."""
    first = cells[0]
    keys = map(CellKey, first.indicator, first.breakdown, first.measure)
    turned = [
        zip(*lists, strict=True)
        for lists in (
            [c.values_exact for c in cells], [c.scale for c in cells], [c.status for c in cells],
            [c.expected for c in cells], [c.present for c in cells], [c.bounds_each for c in cells],
        )
    ]  # fmt: skip
    return zip(keys, map(CellOfParts, *turned), strict=True)


def _joined(pieces: list[CellOfParts]) -> CellOfParts:
    if len(pieces) == 1:
        return pieces[0]
    return CellOfParts(*(tuple(chain.from_iterable(lists)) for lists in zip(*pieces, strict=True)))


def _cell(key: CellKey, total: Sum) -> Cell:
    basis = "none" if total.value is None else "summed"
    return Cell(*key, total.value, total.scale, total.status, basis, total.expected, total.present, total.bounds)


def _adjusted(added: Mapping[CellKey, Cell], adjustments: Adjustments) -> dict[CellKey, Cell]:
    """The cells that adjustments change; one without a value has nothing to adjust."""
    changed: dict[CellKey, Cell] = {}
    for adjustment in adjustments.rows():
        cell = changed.get(adjustment.key) or added.get(adjustment.key)
        if cell is not None and cell.value is not None:
            changed[cell.key] = _adjust(cell, cell.value, adjustment)
    return changed


def _adjust(cell: Cell, value: int, adjustment: Adjustment) -> Cell:
    """A cell's value and bounds with an adjustment added; how far it can be trusted stays as it is."""
    scale = max(cell.scale, adjustment.scale)
    by, factor = adjustment.value * 10 ** (scale - adjustment.scale), 10 ** (scale - cell.scale)
    ends = read_bounds(cell.bounds, value)
    bounds = Bounds(*(None if end is None else end * factor + by for end in ends)).spell() if cell.bounds else EXACT
    return cell._replace(value=value * factor + by, scale=scale, bounds=bounds)


def _nothing(indicator: Indicator, expected: int) -> dict[CellKey, Cell]:
    """The cells of an indicator about which no part says anything."""
    measures = ("numerator", "denominator") if indicator.measure == "ratio" else ("value",)
    keys = [CellKey(indicator.code, "", measure) for measure in measures]
    return {key: _cell(key, Sum(None, indicator.decimals, Status.MISSING, expected, 0)) for key in keys}


def _pair(ratio: Indicator, totals: dict[CellKey, Cell]) -> dict[CellKey, Cell]:
    """The pairs of `ratio` from the two totals of each breakdown that it has and both are split by."""
    split = {"", *(b for code, b, _ in totals if code == ratio.numerator and _dims(b) in _splits(ratio))}
    made: dict[CellKey, Cell] = {}
    for breakdown in split:
        numerator = totals.get(CellKey(ratio.numerator, breakdown, "value"))
        denominator = totals.get(CellKey(ratio.denominator, breakdown, "value"))
        if numerator and denominator:
            made |= _pair_of(CellKey(ratio.code, breakdown, ""), numerator, denominator)
    return made


def _pair_of(key: CellKey, numerator: Cell, denominator: Cell) -> dict[CellKey, Cell]:
    """Both numbers with one n of m: the smaller present, the larger expected; without one of them there is no pair."""
    both = (numerator, denominator)
    status = worst_of(cell.status for cell in both)
    counts = max(cell.expected for cell in both), min(cell.present for cell in both)
    keys = [key._replace(measure=measure) for measure in ("numerator", "denominator")]
    if status in WITHOUT_VALUE:
        return {key: _cell(key, Sum(None, cell.scale, status, *counts)) for key, cell in zip(keys, both, strict=True)}
    return {
        key: _cell(key, Sum(cell.value, cell.scale, status, *counts, cell.bounds))
        for key, cell in zip(keys, both, strict=True)
    }


def _dims(breakdown: str) -> tuple[str, ...]:
    return tuple(pair.partition("=")[0] for pair in breakdown.split(";"))


def _splits(ratio: Indicator) -> set[tuple[str, ...]]:
    return {tuple(sorted(breakdown.dims)) for breakdown in ratio.breakdowns}
