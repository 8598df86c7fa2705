"""The cells of many reports as columns, in the order in which somebody asks: an indicator's cells together."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, repeat
from operator import and_, or_
from typing import NamedTuple

import polars as pl

from tiersync.model.report import Report

OF_CELLS = {
    "indicator": pl.String, "breakdown": pl.String, "measure": pl.String, "value": pl.Int64, "scale": pl.Int16,
    "status": pl.String, "basis": pl.String, "expected": pl.Int64, "present": pl.Int64, "bounds": pl.String,
}  # fmt: skip
SCHEMA = pl.Schema({"report": pl.Int64, "unit": pl.String, "part": pl.String} | OF_CELLS)
COMPACT = pl.Schema({name: pl.Categorical() if kind == pl.String else kind for name, kind in SCHEMA.items()})
"""The same with each text kept once: a city's quarter has four million cells, and as texts they take gigabytes"""
ORDER = ("indicator", "breakdown", "measure", "unit", "part")
REPORTS_AT_ONCE = 200


class WhichCells(NamedTuple):
    """Which cells somebody asks for: those of one indicator or `among` several, of one breakdown ('' is the total) or
    split `by` these combinations of dimensions and of given codes, or all."""

    indicator: str | None = None
    breakdown: str | None = None
    among: tuple[str, ...] | None = None
    by: tuple[str, ...] | None = None

    @property
    def is_met(self) -> pl.Expr:
        """Whether a cell is among them."""
        indicators = self.among if self.indicator is None else (self.indicator,)
        asked = [] if indicators is None else [_is_one_of("indicator", indicators)]
        asked += [] if self.breakdown is None else [pl.col("breakdown") == self.breakdown]
        asked += [] if self.by is None else [_is_split(self.by)]
        return reduce(and_, asked) if asked else pl.lit(True)


def _is_one_of(column: str, values: Sequence[str]) -> pl.Expr:
    return pl.col(column) == values[0] if len(values) == 1 else pl.col(column).is_in(values)


def _is_split(ways: Sequence[str]) -> pl.Expr:
    """Whether a cell is split in one of these ways, such as sex (each code of it), age_band;sex=1, or ''."""
    named = [";".join(sorted(filter(None, way.split(";")))) for way in ways]
    plain = [way for way in named if all("=" in part for part in way.split(";") if part)]
    asked = [_is_one_of("breakdown", plain)] if plain else []
    asked += [pl.col("breakdown").str.contains(_pattern(way)) for way in named if way not in plain]
    return reduce(or_, asked)


def _pattern(way: str) -> str:
    parts = (re.escape(part) if "=" in part else f"{re.escape(part)}=[^;]*" for part in way.split(";"))
    return f"^{';'.join(parts)}$"


ALL = WhichCells()


def gather(reports: Iterable[tuple[int, Report]], wanted: WhichCells = ALL) -> pl.DataFrame:
    """The cells of `reports` that are wanted, each under its report's number: columns of COMPACT, rows in ORDER."""
    frames = [_columns(some).filter(wanted.is_met).cast(COMPACT) for some in some_at_a_time(reports)]
    return pl.concat([pl.DataFrame(schema=COMPACT), *frames]).sort(ORDER)


def unlike_reports(sealed: Sequence[tuple[int, Report]], held: pl.DataFrame) -> frozenset[int]:
    """Those of some reports of which `held` does not say the same, or says something though they are not there."""
    here = held.filter(pl.col("report").is_in([number for number, _ in sealed])).cast(SCHEMA)
    there, both = _columns(list(sealed)), [*SCHEMA]
    sides = (one.join(other, on=both, how="anti", nulls_equal=True) for one, other in ((there, here), (here, there)))
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


def some_at_a_time(reports: Iterable[tuple[int, Report]]) -> Iterator[list[tuple[int, Report]]]:
    some: list[tuple[int, Report]] = []
    for one in reports:
        some.append(one)
        if len(some) == REPORTS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
