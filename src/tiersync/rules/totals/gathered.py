"""The cells of many reports as columns, in the order in which somebody asks: an indicator's cells together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import polars as pl

from tiersync.model.report import Report

OF_CELLS = {
    "indicator": pl.String, "breakdown": pl.String, "measure": pl.String, "value": pl.Int64, "scale": pl.Int16,
    "status": pl.String, "basis": pl.String, "expected": pl.Int64, "present": pl.Int64, "bounds": pl.String,
}  # fmt: skip
SCHEMA = {"report": pl.Int64, "unit": pl.String, "part": pl.String} | OF_CELLS
ORDER = ("indicator", "breakdown", "measure", "unit", "part")
REPORTS_AT_ONCE = 200


class WhichCells(NamedTuple):
    """Which cells somebody asks for: those of one indicator, of one breakdown ('' is the total), or all."""

    indicator: str | None = None
    breakdown: str | None = None

    @property
    def is_met(self) -> pl.Expr:
        """Whether a cell is among them."""
        named = {name: said for name, said in self._asdict().items() if said is not None}
        return pl.all_horizontal(pl.lit(True), *(pl.col(name) == said for name, said in named.items()))


ALL = WhichCells()


def gather(reports: Iterable[tuple[int, Report]], wanted: WhichCells = ALL) -> pl.DataFrame:
    """The cells of `reports` that are wanted, each under its report's number: columns of SCHEMA, rows in ORDER."""
    frames = [_columns(some).filter(wanted.is_met) for some in _some_at_a_time(reports)]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *frames]).sort(ORDER)


def unlike_reports(sealed: pl.DataFrame, held: pl.DataFrame) -> frozenset[int]:
    """The reports of which two frames of cells do not say the same."""
    both = [*SCHEMA]
    sides = (one.join(other, on=both, how="anti", nulls_equal=True) for one, other in ((sealed, held), (held, sealed)))
    return frozenset(pl.concat(sides)["report"].to_list())


def _columns(reports: list[tuple[int, Report]]) -> pl.DataFrame:
    sizes = [len(report.cells) for _, report in reports]
    where = {
        "report": _each([number for number, _ in reports], sizes),
        "unit": _each([report.unit for _, report in reports], sizes),
        "part": _each([report.part for _, report in reports], sizes),
    }
    columns = zip(*(report.cells.columns() for _, report in reports), strict=True)
    cells = {name: list(chain.from_iterable(column)) for name, column in zip(OF_CELLS, columns, strict=True)}
    return pl.DataFrame(where | cells, schema=SCHEMA)


def _each(values: Sequence[int | str], sizes: list[int]) -> list[int | str]:
    """Each value as often as its report has cells."""
    return list(chain.from_iterable(map(repeat, values, sizes)))


def _some_at_a_time(reports: Iterable[tuple[int, Report]]) -> Iterator[list[tuple[int, Report]]]:
    some: list[tuple[int, Report]] = []
    for one in reports:
        some.append(one)
        if len(some) == REPORTS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
