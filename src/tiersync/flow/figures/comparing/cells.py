"""The cells of many indicators, in the periods that they are asked of, as they stand or stood on a day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from tiersync.flow.figures.comparing.by_tree import MadeAnew, by_tree_of
from tiersync.flow.figures.definitions import made_otherwise
from tiersync.flow.figures.segments import cells_together
from tiersync.flow.node import Node
from tiersync.model.period import Period
from tiersync.rules.comparing.values import KEY
from tiersync.rules.totals.gathered import SCHEMA, WhichCells, gather
from tiersync.store.database import Connection, Row
from tiersync.store.links.envelopes import spell_time
from tiersync.store.reports.reports import current_reports, of_other_catalogues
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.reports.standing import stood_on

SAID = (*KEY, "report", "measure", "value", "scale", "status", "expected", "present", "bounds", "part")


class CellsAsked(NamedTuple):
    """Which cells of a form, of which units in which period; as they stood before a moment, spelled as it is stored;
    those of `own` parts only, whether or not there is a total. Totals are as they were added, or by the tree of a
    `day`."""

    form: str
    cells: WhichCells
    units: Mapping[Period, Iterable[str]]
    until: str | None = None
    own: bool = False
    day: date | None = None


def end_of(node: Node, day: date) -> str:
    """The moment at which a day of the office is over, spelled as it is stored."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(node.time_zone))
    return spell_time(midnight)


def cells_asked(db: Connection, node: Node, asked: CellsAsked) -> pl.DataFrame:
    """The cells in columns of SAID: of each unit its total, else its own part. A unit without a report has no row, nor
    one whose total is damaged or set aside."""
    found = [pl.DataFrame(schema={name: SCHEMA.get(name, pl.String()) for name in SAID})]
    frames = dict[int, pl.DataFrame]()
    for period, units in asked.units.items():
        if id(units) not in frames:  # The same ones for most periods.
            frames[id(units)] = pl.DataFrame({"unit": list(units)}, schema={"unit": pl.String})
        cells = _of_period(db, node, asked, period).join(frames[id(units)], on="unit", how="semi")
        found.append(cells.with_columns(period=pl.lit(str(period))).select(SAID))
    return pl.concat(found)


def _of_period(db: Connection, node: Node, asked: CellsAsked, period: Period) -> pl.DataFrame:
    if asked.until is None:
        cells = cells_together(db, node, (asked.form, str(period)), asked.cells)
        totals = {row.unit for row in current_reports(db, asked.form, str(period), part="total")}
        others = of_other_catalogues(db, asked.form, str(period), node.catalogue_for(db, period).number)
    else:
        standing = stood_on(db, asked.form, str(period), asked.until)
        cells = _of_standing(db, node, asked, period, standing)
        totals = {row.unit for row in standing if row.part == "total"}
        others = [row for row in standing if row.catalogue != node.catalogue_for(db, period).number]
    aside = [row.id for row in made_otherwise(db, node, others, period)]
    whole = cells.filter(~pl.col("report").is_in(aside))
    if asked.own:
        return whole.filter(pl.col("part") == "own")
    shown = whole.filter((pl.col("part") == "total") | ~pl.col("unit").is_in(totals))
    if asked.day is None:
        return shown
    anew = _by_tree(db, node, asked, period, asked.day, frozenset(aside))
    return pl.concat([shown.filter(~pl.col("unit").is_in(sorted(anew.units))).select(anew.cells.columns), anew.cells])


def _by_tree(
    db: Connection, node: Node, asked: CellsAsked, period: Period, day: date, aside: frozenset[int]
) -> MadeAnew:
    """The units whose totals are others by the tree of a day, and their cells."""
    named = asked.form, str(period)
    standing = stood_on(db, *named, asked.until) if asked.until else current_reports(db, *named, part="own")
    base = [row for row in standing if row.part == "own" and row.id not in aside]
    return by_tree_of(db, node, asked.form, period, day, asked.units[period], base, asked.cells)


def _of_standing(
    db: Connection, node: Node, asked: CellsAsked, period: Period, standing: Iterable[Row[Any]]
) -> pl.DataFrame:
    """The cells of these revisions: of those in force still as everybody reads them, of others from their bodies."""
    rows = list(standing)
    now = cells_together(db, node, (asked.form, str(period)), asked.cells)
    now = now.filter(pl.col("report").is_in([row.id for row in rows if row.is_current]))
    return pl.concat([now, of_bodies(db, (row for row in rows if not row.is_current), asked.cells)])


def of_bodies(db: Connection, rows: Iterable[Row[Any]], wanted: WhichCells) -> pl.DataFrame:
    """The cells of these revisions, whichever they are, from their sealed bodies."""
    sealed = ((row.id, report) for row, report in sealed_reports(db, rows))
    return gather(sealed, wanted).cast(SCHEMA)
