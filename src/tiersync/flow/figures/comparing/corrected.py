"""Figures that were corrected: what stood before, where it was whole and something else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tiersync.flow.figures.comparing.cells import CellsAsked, of_bodies
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.comparing.values import power, values_of
from tiersync.store.database import Connection, Row
from tiersync.store.reports.reports import current_reports, key_of, rank_of
from tiersync.store.reports.standing import replaced_reports, stood_on

NO_FIGURE = ("partial", "missing")


class CorrectedFigure(NamedTuple):
    """What a figure was before it was corrected, in units of 10**-places, and when the correction came."""

    indicator: str
    unit: str
    breakdown: str
    period: str
    was: int
    places: int
    at: datetime


def corrected(
    db: Connection, asked: CellsAsked, values: pl.DataFrame, indicators: Iterable[Indicator]
) -> list[CorrectedFigure]:
    """Those of the `values` of which an earlier revision said something else, although nothing was missing there: a
    total that grew while its parts arrived was not corrected."""
    found, ways = list[CorrectedFigure](), list(indicators)
    for period, units in asked.units.items():
        here = values.filter(pl.col("period") == str(period))
        found += _of_period(db, asked, period, units, here, ways)
    return found


def _of_period(
    db: Connection, asked: CellsAsked, period: Period, units: Iterable[str], values: pl.DataFrame,
    indicators: list[Indicator],
) -> list[CorrectedFigure]:  # fmt: skip
    earlier = replaced_reports(db, asked.form, str(period), units)
    if not earlier:
        return []
    shown = frozenset(values["report"].drop_nulls())
    standing = {row.id: row for row in _standing(db, asked, period) if row.id in shown}
    by_key = {key_of(row): row for row in standing.values()}
    before = [row for row in earlier if (now := by_key.get(key_of(row))) and _is_unlike(row, now)]
    cells = of_bodies(db, before, asked.cells).with_columns(period=pl.lit(str(period)))
    was = values_of(cells, indicators).filter(pl.col("value").is_not_null() & ~pl.col("status").is_in(NO_FIGURE))
    rows = {row.id: row for row in before}
    return list(_unlike(values, was, rows, standing))


def _standing(db: Connection, asked: CellsAsked, period: Period) -> list[Row[Any]]:
    if asked.until is None:
        return current_reports(db, asked.form, str(period))
    return stood_on(db, asked.form, str(period), asked.until)


def _is_unlike(row: Row[Any], now: Row[Any]) -> bool:
    return rank_of(row) < rank_of(now) and row.cells_digest != now.cells_digest


def _unlike(
    values: pl.DataFrame, was: pl.DataFrame, rows: dict[int, Row[Any]], standing: dict[int, Row[Any]]
) -> Iterable[CorrectedFigure]:
    """The latest earlier figure that is not the one shown, and the revision after it, which corrected it."""
    key = ["indicator", "unit", "breakdown", "period"]
    is_other = pl.col("value") * power(pl.col("places_now")) != pl.col("value_now") * power(pl.col("places"))
    both = was.join(values, on=key, suffix="_now").filter(is_other)
    newest: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in both.iter_rows(named=True):
        place = tuple(one[name] for name in key)
        known = newest.get(place)
        if known is None or rank_of(rows[one["report"]]) > rank_of(rows[known["report"]]):
            newest[place] = one
    for place, one in sorted(newest.items()):
        old, now = rows[one["report"]], standing[one["report_now"]]
        later = [row for row in rows.values() if key_of(row) == key_of(old) and rank_of(row) > rank_of(old)]
        at = datetime.fromisoformat(min([*later, now], key=rank_of).received_at)
        yield CorrectedFigure(*place, one["value"], one["places"], at)  # type: ignore[call-arg, arg-type]
