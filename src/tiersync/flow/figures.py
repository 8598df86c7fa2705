"""One indicator of many units over many periods, as the current reports say it."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from tiersync.flow.node import Node
from tiersync.flow.segments import cells_together
from tiersync.model.period import Period
from tiersync.store.database import Connection
from tiersync.store.reports import current_reports

ORDER = ("period", "unit", "breakdown", "measure")
SAID = ("indicator", *ORDER, "value", "scale", "status", "basis", "expected", "present", "bounds", "part")


class Asked(NamedTuple):
    """An indicator of a form, in these periods, of one tier's units at or below one unit."""

    form: str
    indicator: str
    periods: tuple[Period, ...]
    within: str
    tier: str


def figures(db: Connection, node: Node, asked: Asked) -> pl.DataFrame:
    """The cells that were asked for, in order of period, unit, breakdown and measure: of each unit its total, else its
    own part. A unit without a report has no row, nor one whose total is damaged."""
    return pl.concat([_of_period(db, node, asked, period) for period in asked.periods]).sort(ORDER)


def _of_period(db: Connection, node: Node, asked: Asked, period: Period) -> pl.DataFrame:
    units = _units(db, node, asked, period)
    cells = cells_together(db, node, (asked.form, str(period)), asked.indicator).cells
    cells = cells.join(pl.DataFrame({"unit": units}, schema={"unit": pl.String}), on="unit", how="semi")
    totals = {row.unit for row in current_reports(db, asked.form, str(period), part="total")}
    # A total stands for its own part, too, and its own part never for a total that cannot be read.
    whole = cells.filter((pl.col("part") == "total") | ~pl.col("unit").is_in(totals))
    return whole.with_columns(pl.lit(str(period)).alias("period")).select(SAID)


def _units(db: Connection, node: Node, asked: Asked, period: Period) -> Sequence[str]:
    tree = node.tree(db).on(period.last_day)
    return [
        one.code for one in tree.units.values() if one.tier == asked.tier and tree.is_within(one.code, asked.within)
    ]
