"""Cells as columns: one row for each report, one column for each cell that some rule needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from tiersync.model.cell import Status
from tiersync.model.relations.places import CellMeant

REPORT, KEY = ("unit", "part"), ("indicator", "breakdown", "measure")
PLACES = 6  # decimals in which columns are compared; whatever has more is compared by itself
WHOLE = pl.Int128()
OF_A_CELL = {"value": WHOLE, "low": WHOLE, "high": WHOLE, "scale": pl.Int64(), "exact": pl.Boolean()}
FIGURE = {
    "unit": pl.String, "part": pl.String, "indicator": pl.String, "breakdown": pl.String, "measure": pl.String,
    "value": pl.Int64, "scale": pl.Int64, "status": pl.String, "basis": pl.String, "bounds": pl.String,
}  # fmt: skip
NO_CELLS = pl.DataFrame(schema=FIGURE)


class Figures(NamedTuple):
    """The cells that are judged and those beside them, each frame with the columns of counting/aggregate.COLUMNS; one
    without a column `part` is of own parts.

    `before` is the period before, `year_ago` the same one of last year, `shorter` the periods within the one that is
    judged (a year's quarters), `others` the other forms of the same period by their code, as total or own like `cells`.
    """

    cells: pl.DataFrame
    before: pl.DataFrame = NO_CELLS
    year_ago: pl.DataFrame = NO_CELLS
    shorter: Sequence[pl.DataFrame] = ()
    others: Mapping[str, pl.DataFrame] = {}

    def plainly(self) -> "Figures":
        """The same with columns of plain texts and numbers."""
        others = {code: plain_cells(frame) for code, frame in self.others.items()}
        shorter = [plain_cells(frame) for frame in self.shorter]
        return Figures(plain_cells(self.cells), plain_cells(self.before), plain_cells(self.year_ago), shorter, others)


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of cells with the columns of FIGURE."""
    if "part" not in frame.columns:
        frame = frame.with_columns(part=pl.lit("own"))
    unlike = [name for name, kind in FIGURE.items() if frame.schema[name] != kind]
    return frame.select(*FIGURE).with_columns(pl.col(name).cast(FIGURE[name]) for name in unlike)


@dataclass(frozen=True)
class Spread:
    """`reports` (unit, part), one a row; for each cell that they have its `columns` OF_A_CELL, in units of 10**-PLACES.

    `exact` is null where there is no such cell, False where it is not compared by columns: it is approximate, a lower
    bound, or has more places than that.
    """

    reports: pl.DataFrame
    columns: dict[CellMeant, pl.DataFrame] = field(default_factory=dict)

    def of(self, cell: CellMeant) -> pl.DataFrame:
        """The columns of one cell; empty ones where nobody has it."""
        if cell not in self.columns:
            nothing = [pl.repeat(None, self.reports.height, dtype=kind, eager=True).alias(name) for name, kind in OF_A_CELL.items()]
            self.columns[cell] = pl.DataFrame(nothing)
        return self.columns[cell]


def spread(figures: Figures, cells: Iterable[CellMeant], first_of_year: bool, negative: Iterable[str]) -> Spread:
    """The columns of `cells` for every report of `figures.cells`. What was cumulated in the year so far is 0 in the
    `first_of_year`; only `negative` indicators are below 0."""
    reports = figures.cells.select(REPORT).unique(maintain_order=True)
    numbered = reports.with_row_index("report")
    found = Spread(reports)
    wanted: dict[tuple[str, str], list[CellMeant]] = {}
    for cell in dict.fromkeys(cells):
        wanted.setdefault((cell.form, cell.time), []).append(cell)
    for (form, time), some in wanted.items():
        if time == "@-S" and first_of_year:
            found.columns.update(dict.fromkeys(some, _nothing_yet(reports.height)))
        else:
            frame = _frame(figures, form, time)
            found.columns.update(_columns(frame, numbered, some, frozenset(negative)))
    return found


def _frame(figures: Figures, form: str, time: str) -> pl.DataFrame:
    if time:
        return NO_CELLS if form else figures.year_ago if time == "@-Y" else figures.before
    return figures.others.get(form, NO_CELLS) if form else figures.cells


def _nothing_yet(height: int) -> pl.DataFrame:
    zero = {"value": 0, "low": 0, "high": 0, "scale": 0, "exact": True}
    return pl.select(pl.repeat(said, height, dtype=OF_A_CELL[name]).alias(name) for name, said in zero.items())


def _columns(
    frame: pl.DataFrame, reports: pl.DataFrame, cells: list[CellMeant], negative: frozenset[str]
) -> dict[CellMeant, pl.DataFrame]:
    """The columns of each of `cells`, looked up once for all of them."""
    height = reports.height
    wanted = pl.DataFrame(
        [(cell.indicator, cell.breakdown, cell.measure, number) for number, cell in enumerate(cells)],
        schema=dict.fromkeys(KEY, pl.String) | {"number": pl.Int64}, orient="row",
    )  # fmt: skip
    held = frame.filter(pl.col("indicator").is_in(wanted["indicator"].unique().implode()))
    held = held.join(wanted, on=KEY).join(reports, on=REPORT)
    at = held.select(pl.col("number") * height + pl.col("report")).to_series()
    told = in_units(held, negative)
    dense = pl.DataFrame(
        [pl.repeat(None, height * len(cells), dtype=kind, eager=True).alias(name).scatter(at, told[name]) for name, kind in OF_A_CELL.items()]
    )
    return {cell: dense.slice(number * height, height) for number, cell in enumerate(cells)}


def in_units(held: pl.DataFrame, negative: Iterable[str]) -> pl.DataFrame:
    """What cells say, as the columns OF_A_CELL: a value that lacks parts is the least that it may be."""
    rough = pl.col("bounds").fill_null("")
    split = rough.str.split_exact("..", 1).struct
    ends = [split.field(f"field_{place}").cast(pl.Int64, strict=False) for place in (0, 1)]
    value, is_partial = pl.col("value"), pl.col("status") == Status.PARTIAL.value
    is_rough, may_fall = rough != "", pl.col("indicator").is_in(list(negative))
    low = pl.when(is_rough).then(ends[0]).otherwise(value)
    high = pl.when(is_rough).then(ends[1]).otherwise(value)
    ends = [pl.when(~(is_partial & may_fall)).then(low), pl.when(~is_partial).then(high)]
    unit = pl.lit(10, pl.Int64).pow((PLACES - pl.col("scale")).clip(0, PLACES)).cast(WHOLE)
    exact = ~is_rough & ~is_partial & (pl.col("scale") <= PLACES)
    return held.select(
        *((one.cast(WHOLE) * unit).alias(name) for name, one in zip(("value", "low", "high"), (value, *ends), strict=True)),
        scale=pl.col("scale"),
        exact=exact,
    )
