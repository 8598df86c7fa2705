"""One indicator of many units over many periods, as the current reports say it."""

from typing import NamedTuple

import polars as pl

from tiersync.flow.figures.definitions import made_otherwise
from tiersync.flow.figures.segments import cells_together
from tiersync.flow.node import Node
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.database import Connection
from tiersync.store.reports.reports import current_reports, of_other_catalogues

ORDER = ("period", "unit", "breakdown", "measure")
SAID = ("indicator", *ORDER, "value", "scale", "status", "basis", "expected", "present", "bounds", "part")


class UnitsAsked(NamedTuple):
    """An indicator of a form, or one breakdown of it, in these periods, of one tier's units at or below one unit."""

    form: str
    cells: WhichCells
    periods: tuple[Period, ...]
    within: str
    tier: str


def figures(db: Connection, node: Node, asked: UnitsAsked) -> pl.DataFrame:
    """The cells that were asked for, in order of period, unit, breakdown and measure: of each unit its total, else its
    own part. A unit without a report has no row, nor one whose total is damaged or set aside."""
    whole, units = node.tree(db), dict[Tree, pl.DataFrame]()
    found = []
    for period in asked.periods:
        tree = whole.on(period.last_day)  # The same one for most periods.
        if tree not in units:
            units[tree] = _units(tree, asked)
        found.append(_of_period(db, node, asked, period).join(units[tree], on="unit", how="semi"))
    return pl.concat(found).select(SAID).sort(ORDER)


def _of_period(db: Connection, node: Node, asked: UnitsAsked, period: Period) -> pl.DataFrame:
    """A total stands for its unit's own part, too, and the own part never for a total that cannot be read. What was
    made by other definitions than those of its period is nobody's figure."""
    cells = cells_together(db, node, (asked.form, str(period)), asked.cells)
    totals = {row.unit for row in current_reports(db, asked.form, str(period), part="total")}
    others = of_other_catalogues(db, asked.form, str(period), node.catalogue_for(db, period).number)
    aside = [row.id for row in made_otherwise(db, node, others, period)]
    whole = cells.filter(~pl.col("report").is_in(aside)).filter(
        (pl.col("part") == "total") | ~pl.col("unit").is_in(totals)
    )
    return whole.with_columns(pl.lit(str(period)).alias("period"))


def _units(tree: Tree, asked: UnitsAsked) -> pl.DataFrame:
    """The units of the tier that was asked for."""
    within = tree.within(asked.within) if asked.within in tree else ()
    codes = [code for code in within if tree[code].tier == asked.tier]
    return pl.DataFrame({"unit": codes}, schema={"unit": pl.String})
