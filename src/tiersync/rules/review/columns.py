"""Cells as columns: one row for each report, one column for each cell that some rule needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from tiersync.model.cell import Status
from tiersync.model.relations.notation import CellMeant

REPORT, KEY = ("unit", "part"), ("indicator", "breakdown", "measure")
PLACES = 6  # decimals in which columns are compared; whatever has more is compared by itself
WHOLE = pl.Int128()
OF_A_CELL = {"value": WHOLE, "low": WHOLE, "high": WHOLE, "scale": pl.Int64(), "exact": pl.Boolean()}
FIGURE = {
    "unit": pl.String, "part": pl.String, "indicator": pl.String, "breakdown": pl.String, "measure": pl.String,
    "value": pl.Int64, "scale": pl.Int64, "status": pl.String, "basis": pl.String, "bounds": pl.String,
}  # fmt: skip
IS_VALUE = (pl.col("measure") == "value") & pl.col("value").is_not_null()
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
        return self.each(plain_cells)

    def totals(self) -> "Figures":
        """Only what has a value, and neither is of a breakdown nor one number of a ratio."""
        return self.each(lambda frame: frame.filter((pl.col("breakdown") == "") & IS_VALUE))

    def each(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> "Figures":
        """The same with all its frames changed."""
        others = {code: change(frame) for code, frame in self.others.items()}
        return Figures(
            change(self.cells), change(self.before), change(self.year_ago), [*map(change, self.shorter)], others
        )


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of cells with the columns of FIGURE."""
    if "part" not in frame.columns:
        frame = frame.with_columns(part=pl.lit("own"))
    unlike = [name for name, kind in FIGURE.items() if frame.schema[name] != kind]
    return frame.select(*FIGURE).with_columns(pl.col(name).cast(FIGURE[name]) for name in unlike)


@dataclass(frozen=True)
class Spread:
    """`reports` (unit, part), one a row, and beside them `wide`: for each cell its columns OF_A_CELL, in units of
    10**-PLACES, each called by the cell's number.

    `scale` is null where there is no such cell, `exact` False where one is not compared by columns: it is approximate,
    a lower bound, or has more places than that.
    """

    reports: pl.DataFrame
    numbers: dict[CellMeant, int]
    wide: pl.DataFrame

    def named(self, cell: CellMeant, column: str) -> pl.Expr:
        """One column of a cell."""
        return pl.col(f"{column} {self.numbers[cell]}")

    def at(self, cell: CellMeant, report: int) -> dict[str, Any]:
        """What one report says in a cell."""
        number = self.numbers[cell]
        return {column: self.wide[f"{column} {number}"][report] for column in OF_A_CELL}


def spread(figures: Figures, cells: Iterable[CellMeant], first_of_year: bool, negative: Iterable[str]) -> Spread:
    """The columns of `cells` for every report of `figures.cells`. What was cumulated in the year so far is 0 in the
    `first_of_year`; only `negative` indicators are below 0."""
    reports = reports_of(figures.cells)
    numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    wanted: dict[tuple[str, str], list[CellMeant]] = {}
    for cell in numbers:
        wanted.setdefault((cell.form, cell.time), []).append(cell)
    columns = [pl.repeat(None, reports.height, dtype=pl.Null, eager=True).alias("nobody")]
    for (form, time), some in wanted.items():
        places = [numbers[cell] for cell in some]
        if time == "@-S" and first_of_year:
            columns += _nothing_yet(reports.height, places)
        else:
            columns += _columns(_frame(figures, form, time), reports, dict(zip(some, places, strict=True)), negative)
    return Spread(reports, numbers, pl.DataFrame(columns))


def reports_of(cells: pl.DataFrame) -> pl.DataFrame:
    """Whose reports these are, in the order in which they stand."""
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in REPORT)
    return cells.select(REPORT).filter(begins.fill_null(True)).unique(maintain_order=True)


def _frame(figures: Figures, form: str, time: str) -> pl.DataFrame:
    if time:
        return NO_CELLS if form else figures.year_ago if time == "@-Y" else figures.before
    return figures.others.get(form, NO_CELLS) if form else figures.cells


def _nothing_yet(height: int, numbers: Iterable[int]) -> list[pl.Series]:
    zero = {"value": 0, "low": 0, "high": 0, "scale": 0, "exact": True}
    return [
        pl.repeat(said, height, dtype=OF_A_CELL[name], eager=True).alias(f"{name} {number}")
        for name, said in zero.items() for number in numbers
    ]  # fmt: skip


def _columns(
    frame: pl.DataFrame, reports: pl.DataFrame, cells: dict[CellMeant, int], negative: Iterable[str]
) -> list[pl.Series]:
    """The columns of all `cells`, looked up at once and laid one after the other."""
    height = reports.height
    wanted = pl.DataFrame(
        [(cell.indicator, cell.breakdown, cell.measure, place * height) for place, cell in enumerate(cells)],
        schema=dict.fromkeys(KEY, pl.String) | {"begins": pl.Int64}, orient="row",
    )  # fmt: skip
    held = frame.filter(pl.col("indicator").is_in(wanted["indicator"].unique().implode()))
    held = held.join(wanted, on=KEY).join(reports.with_row_index("report"), on=REPORT)
    at, told = held.select(pl.col("begins") + pl.col("report")).to_series(), in_units(held, negative)
    laid = {
        name: pl.repeat(None, height * len(cells), dtype=kind, eager=True).scatter(at, told[name])
        for name, kind in OF_A_CELL.items()
    }
    return [
        laid[name].slice(place * height, height).alias(f"{name} {number}")
        for name in OF_A_CELL for place, number in enumerate(cells.values())
    ]  # fmt: skip


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
        *(
            (one.cast(WHOLE) * unit).alias(name)
            for name, one in zip(("value", "low", "high"), (value, *ends), strict=True)
        ),
        scale=pl.col("scale"),
        exact=exact,
    )
