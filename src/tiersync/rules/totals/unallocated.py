"""What the parts of a partition leave of its total: shown as a row of its own; or by how much they exceed it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tiersync.model.bounds import EXACT, Bounds, add_bounds, read_bounds
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey, Cells, Status
from tiersync.model.indicator import Indicator
from tiersync.rules.agreement.difference import decimal_text

UNALLOCATED = "unallocated"  # stands where the codes of a breakdown stand


class Rest(NamedTuple):
    """A total beside the sum of its parts by `dims`: what is left, its bounds, both in units of 10**-scale."""

    whole: Cell
    dims: tuple[str, ...]
    parts: int
    left: int
    bounds: Bounds
    scale: int

    @property
    def is_short(self) -> bool:
        """Whether something is left for certain; an approximate total may be used up."""
        return self.bounds.low is not None and self.bounds.low > 0

    @property
    def is_exceeded(self) -> bool:
        """Whether the parts are more than the total for certain."""
        return self.bounds.high is not None and self.bounds.high < 0

    @property
    def breakdown(self) -> str:
        return ";".join(f"{dim}={UNALLOCATED}" for dim in self.dims)

    @property
    def said(self) -> tuple[str, str]:
        """The total and what its parts come to, as decimal text."""
        total = (self.whole.value or 0) * 10 ** (self.scale - self.whole.scale)
        return decimal_text(total, self.scale), decimal_text(self.parts, self.scale)

    def as_cell(self) -> Cell:
        """The row that shows what is left: as certain as the total, and as approximate as all of it together."""
        exact = self.bounds == Bounds(self.left, self.left)
        return self.whole._replace(
            breakdown=self.breakdown, value=self.left, scale=self.scale,
            bounds=EXACT if exact else self.bounds.spell(),
        )  # fmt: skip


def rests(catalogue: Catalogue, cells: Sequence[Cell]) -> Iterator[Rest]:
    """What is left of each total beside each of its partitions of which any part has a value."""
    totals = {cell.key: cell for cell in cells if not cell.breakdown and cell.value is not None}
    parts: dict[tuple[CellKey, tuple[str, ...]], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.breakdown:
            dims = tuple(pair.partition("=")[0] for pair in cell.breakdown.split(";"))
            parts[cell.key._replace(breakdown=""), dims].append(cell)
    for (key, dims), held in parts.items():
        valued = [cell for cell in held if cell.value is not None]
        if valued and key in totals and dims in _partitions(catalogue.by_code.get(key.indicator)):
            rest = _rest(totals[key], dims, valued)
            yield rest._replace(bounds=rest.bounds._replace(low=None)) if _is_withheld(held) else rest


def with_unallocated(catalogue: Catalogue, cells: Sequence[Cell]) -> list[Cell]:
    """The cells of one report in order of key, with a row for whatever a partition leaves of its total."""
    left = (rest for rest in rests(catalogue, cells) if rest.is_short and rest.whole.measure == "value")
    return sorted([*cells, *(rest.as_cell() for rest in left)], key=lambda cell: cell.key)


def is_rest(cell: Cell) -> bool:
    """Whether this row is made for what a partition leaves; no code is called so."""
    return cell.breakdown.endswith(f"={UNALLOCATED}")


def declared_rests(catalogue: Catalogue, cells: Cells) -> list[Rest]:
    """What is left in an own part. Only what somebody declared can fall short or exceed: what is counted adds up."""
    if "declared" not in cells.basis:
        return []
    declared = {code for code, basis in zip(cells.indicator, cells.basis, strict=True) if basis == "declared"}
    rows = zip(*cells.columns(), strict=True)
    return list(rests(catalogue, [Cell(*row) for row in rows if row[0] in declared]))


def _partitions(indicator: Indicator | None) -> set[tuple[str, ...]]:
    breakdowns = indicator.breakdowns if indicator else ()
    return {tuple(sorted(breakdown.dims)) for breakdown in breakdowns if breakdown.kind == "partition"}


def _is_withheld(parts: list[Cell]) -> bool:
    """Whether a part is told to nobody: then nobody can say that anything is left."""
    return any(cell.status in (Status.MASKED, Status.SUPPRESSED) for cell in parts)


def _rest(whole: Cell, dims: tuple[str, ...], parts: list[Cell]) -> Rest:
    scale = max(cell.scale for cell in (whole, *parts))
    total, bounds = _in_units(whole, scale)
    each = [_in_units(part, scale) for part in parts]
    added, ends = sum(value for value, _ in each), add_bounds([bounds for _, bounds in each])
    left = Bounds(_less(bounds.low, ends.high), _less(bounds.high, ends.low))
    return Rest(whole, dims, added, total - added, left, scale)


def _in_units(cell: Cell, scale: int) -> tuple[int, Bounds]:
    value, factor = cell.value or 0, 10 ** (scale - cell.scale)
    low, high = read_bounds(cell.bounds, value)
    return value * factor, Bounds(low if low is None else low * factor, high if high is None else high * factor)


def _less(end: int | None, other: int | None) -> int | None:
    return None if end is None or other is None else end - other
