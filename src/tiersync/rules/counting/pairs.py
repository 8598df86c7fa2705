"""Pairs: a ratio travels as numerator and denominator, each a cell of its own, in an own part that holds both."""

import polars as pl

from tiersync.model.indicator import Indicator
from tiersync.rules.counting.sheet import Sheet

PAIR = ("numerator", "denominator")


def pair_up(sheet: Sheet, cells: pl.DataFrame) -> pl.DataFrame:
    """`cells` with the pair of every ratio of two indicators copied from their cells; where one has no value, neither
    counts."""
    for indicator in sheet.indicators:
        if indicator.is_quotient:
            cells = copy_pair(sheet, cells, indicator)
    return cells


def copy_pair(sheet: Sheet, cells: pl.DataFrame, ratio: Indicator) -> pl.DataFrame:
    """`cells` with the pair of one ratio."""
    rows = {which: rows_of(sheet, ratio, which) for which in PAIR}
    members = {which: cells[rows[which]["member"]].select("value", "status", "basis", "bounds") for which in PAIR}
    both = members["numerator"]["value"].is_not_null() & members["denominator"]["value"].is_not_null()
    for which in PAIR:
        at = rows[which]["at"].filter(both)
        cells = cells.with_columns(
            cells[name].clone().scatter(at, members[which][name].filter(both)) for name in members[which].columns
        )
    return cells


def rows_of(sheet: Sheet, ratio: Indicator, which: str) -> pl.DataFrame:
    """For every unit and breakdown: the row of the ratio's cell and the row of the member's cell behind it."""
    member = getattr(ratio, which)
    starts = pl.DataFrame({"ratio": sheet.starts[ratio.code], "own": sheet.starts[member]}).drop_nulls()
    offsets = [
        (offset, sheet.offsets[member][breakdown, "value"])
        for (breakdown, measure), offset in sheet.offsets[ratio.code].items()
        if measure == which
    ]
    cells = pl.DataFrame(offsets, schema={"offset": pl.Int64, "member_offset": pl.Int64}, orient="row")
    return starts.join(cells, how="cross").select(
        at=pl.col("ratio") + pl.col("offset"), member=pl.col("own") + pl.col("member_offset")
    )
