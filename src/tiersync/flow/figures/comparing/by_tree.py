"""Figures as the tree is on another day: the totals that are made of other base reports by it, made anew from these."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from tiersync.flow.figures.asked import form_for
from tiersync.flow.node import Node
from tiersync.model.period import Period
from tiersync.rules.totals.by_tree import Regrouped
from tiersync.rules.totals.gathered import OF_CELLS, SCHEMA, WhichCells
from tiersync.store.database import Connection, Row
from tiersync.store.reports.adjustments import kept_adjustments
from tiersync.store.reports.sealed import sealed_reports


class MadeAnew(NamedTuple):
    """The units whose figures are others by the tree of a day, and their cells, columns of SCHEMA; none of those that
    have none by it. A figure that no report says is under a number below 0."""

    units: frozenset[str]
    cells: pl.DataFrame


def by_tree_of(
    db: Connection, node: Node, form: str, period: Period, day: date, units: Iterable[str],
    rows: Iterable[Row[Any]], wanted: WhichCells,
) -> MadeAnew:  # fmt: skip
    """Those of these units whose figures are others by the tree of `day`, with their wanted cells. `rows` are the base
    reports that count."""
    catalogue, asked = node.catalogue_for(db, period), form_for(db, node, form, period)
    then, now = catalogue.tree.on(period.last_day), catalogue.tree.on(day)
    frames = [pl.DataFrame(schema=SCHEMA)]
    if asked is None or then is now:
        return MadeAnew(frozenset(), frames[0])
    unlike = Regrouped(catalogue, asked, then, now).unlike.intersection(units)
    if not unlike:
        return MadeAnew(unlike, frames[0])
    own = {row.unit: report.cells for row, report in sealed_reports(db, list(rows))}
    regrouped = Regrouped(catalogue, asked, then, now, own, kept_adjustments(db, form, str(period)))
    for number, (unit, part, cells) in enumerate(regrouped.made_anew(unlike), 1):
        columns = dict(zip(OF_CELLS, map(list, cells.columns()), strict=True))
        frame = pl.DataFrame(columns, schema=OF_CELLS).filter(wanted.is_met)
        where = {"report": pl.lit(-number, pl.Int64), "unit": pl.lit(unit), "part": pl.lit(part)}
        frames.append(frame.with_columns(**where).select(*SCHEMA))
    return MadeAnew(unlike, pl.concat(frames))
