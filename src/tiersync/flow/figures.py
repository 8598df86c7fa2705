"""One indicator of many units over many periods, as the current reports say it."""

from typing import NamedTuple

import polars as pl

from tiersync.flow.node import Node
from tiersync.flow.segments import cells_together
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.gathered import Wanted
from tiersync.store.database import Connection

ORDER = ("period", "unit", "breakdown", "measure")
SAID = (*ORDER, "value", "scale", "status", "basis", "expected", "present", "bounds", "part")


class Asked(NamedTuple):
    """An indicator of a form, or one breakdown of it, in these periods, of one tier's units at or below one unit."""

    form: str
    cells: Wanted
    periods: tuple[Period, ...]
    within: str
    tier: str


def figures(db: Connection, node: Node, asked: Asked) -> pl.DataFrame:
    """The cells that were asked for, in order of period, unit, breakdown and measure: of each unit its total, else its
    own part. A unit without a report has no row."""
    whole, units = node.tree(db), dict[Tree, pl.DataFrame]()
    found = []
    for period in asked.periods:
        tree = whole.on(period.last_day)  # The same one for most periods.
        if tree not in units:
            units[tree] = _units(tree, asked)
        cells = cells_together(db, node, (asked.form, str(period)), asked.cells).cells
        cells = cells.join(units[tree], on="unit", how="semi")
        found.append(cells.with_columns(pl.lit(str(period)).alias("period")))
    told = pl.concat(found)
    is_whole = pl.col("part") == pl.col("part").max().over("period", "unit")  # A total stands for its own part, too.
    return told.filter(is_whole).select(SAID).sort(ORDER)


def _units(tree: Tree, asked: Asked) -> pl.DataFrame:
    """The units of the tier that was asked for."""
    codes = (
        [code for code in tree.within(asked.within) if tree[code].tier == asked.tier] if asked.within in tree else []
    )
    return pl.DataFrame({"unit": codes}, schema={"unit": pl.String})
