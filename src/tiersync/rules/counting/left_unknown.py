"""What is left unknown: of a counted total whose split nobody maps, somebody may still declare some cells."""

from collections.abc import Iterable

import polars as pl

from tiersync.model.indicator import Indicator
from tiersync.rules.sources.known import UNKNOWN

SPLIT = ["unit", "indicator", "measure", "split"]
TOTAL = SPLIT[:-1]


def all_unknown(indicators: Iterable[Indicator], counted: pl.DataFrame) -> pl.DataFrame:
    """The cells (at, and SPLIT) in which all of a partition stands as unknown, because no other cell of it is known."""
    named = [
        (one.code, ";".join(f"{dim}={UNKNOWN}" for dim in sorted(breakdown.dims)))
        for one in indicators
        for breakdown in one.breakdowns
        if breakdown.kind == "partition" and not breakdown.fields
    ]
    wanted = pl.DataFrame(named, schema={"indicator": pl.String, "breakdown": pl.String}, orient="row")
    cells = split_of(counted.with_row_index("at").filter(pl.col("indicator").is_in(wanted["indicator"].implode())))
    is_known = pl.col("status") != "missing"
    alone = cells.filter((pl.col("breakdown") != "") & is_known & (is_known.sum().over(SPLIT) == 1))
    return alone.join(wanted, on=["indicator", "breakdown"], how="semi").select(pl.col("at").cast(pl.Int64), *SPLIT)


def fill_unknown(unknown: pl.DataFrame, counted: pl.DataFrame, declared: pl.DataFrame) -> pl.DataFrame:
    """What stands in an `unknown` cell that gave way and of which nothing is stated: what the `declared` cells leave of
    the counted total. It is missing where they are approximate, or more than the total."""
    totals = counted.filter(pl.col("breakdown") == "").select(*TOTAL, total="value", said="status")
    cells = counted.with_row_index("at").select(pl.col("at").cast(pl.Int64), *TOTAL, "breakdown")
    stated = split_of(declared.join(cells, on="at"))
    added = stated.group_by(SPLIT).agg(pl.col("value").sum().alias("added"), exact=(pl.col("bounds") == "").all())
    open_ones = declared.filter((pl.col("status") == "missing") & pl.col("value").is_null()).select("at", "bounds")
    own_total = stated.filter(pl.col("breakdown") == "").select(TOTAL).unique()
    left = (
        open_ones.join(unknown, on="at")
        .join(own_total, on=TOTAL, how="anti")
        .join(added, on=SPLIT)
        .join(totals, on=TOTAL)
        .filter(pl.col("exact") & (pl.col("total") >= pl.col("added")))
        .select("at", value=pl.col("total") - pl.col("added"), status="said", basis=pl.lit("declared"), bounds="bounds")
    )
    return left.select(pl.col(name).cast(kind) for name, kind in declared.schema.items())


def split_of(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with the dimensions that they are split by."""
    return cells.with_columns(split=pl.col("breakdown").str.replace_all("=[^;]*", ""))
