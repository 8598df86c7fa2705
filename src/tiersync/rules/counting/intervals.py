"""Intervals: how often something was due to everybody by their frequency in a period, and how often it was done.

An interval belongs to the period in which it ends: of a year that is the fourth quarter, of a week that of its Sunday.
"""

from collections.abc import Mapping

import polars as pl

from tiersync.model.indicator import Condition, KeptInterval, RatioPart
from tiersync.model.period import Period
from tiersync.rules.counting.conditions import holds
from tiersync.rules.counting.counted import CountedNumber
from tiersync.rules.counting.standing import kind_of

LENGTHS = {
    "D": "1d",
    "W": "1w",
    "M": "1mo",
    "Q": "1q",
    "Y": "1y",
}  # by code of the list VISIT_FREQ; weeks begin on Monday
INTERVALS, UNTIL, ENDS_ON, WHO = "intervals", "active_until", "ends_on", "person_key"


def counts_intervals(counted: CountedNumber) -> bool:
    """Whether intervals are counted, and no records."""
    return counted.measure == "intervals"


def with_intervals(
    counted: CountedNumber, rows: pl.LazyFrame, period: Period, frames: Mapping[str, pl.DataFrame]
) -> pl.LazyFrame:
    """`rows` with the column INTERVALS, where intervals are counted: those that were due to each, or were kept."""
    if not counts_intervals(counted):
        return rows
    rows = rows.filter(pl.col(counted.field).is_not_null()).with_columns(active_until(counted.count).alias(UNTIL))
    kept = counted.count.kept
    if kept is None:
        return rows.with_columns(due(counted.field, period).alias(INTERVALS))
    if kept.record not in frames:
        return rows.with_columns(pl.lit(0, dtype=pl.Int64).alias(INTERVALS))
    done = done_of(rows, counted.field, days_of(kept, frames[kept.record], period), period)
    return rows.join(done, on=WHO, how="left").with_columns(pl.col(INTERVALS).fill_null(0))


def was_active(count: RatioPart, period: Period) -> pl.Expr:
    """Whether a record counts in the period: active at its end, or ended on a day that is known."""
    passing = (holds(condition, period, period.last_day) | has_ended(condition) for condition in count.where)
    return pl.all_horizontal(pl.lit(True), *passing)


def has_ended(condition: Condition) -> pl.Expr:
    """Whether a record was closed on a day that is known."""
    if not condition.ended:
        return pl.lit(False)
    return pl.col(condition.field).is_in(condition.ended) & pl.col(condition.dated).is_not_null()


def active_until(count: RatioPart) -> pl.Expr:
    """The day on which a record was closed, none of one that is active still."""
    ends = (pl.when(has_ended(one)).then(pl.col(one.dated)) for one in count.where if one.ended)
    return pl.coalesce(*ends, pl.lit(None, dtype=pl.Date))


def due(frequency: str, period: Period) -> pl.Expr:
    """How many intervals of each record's frequency end in the period, and before the record was closed."""
    counts = (
        pl.when(pl.col(frequency).cast(pl.String) == code).then(before(ends_in(period, code))) for code in LENGTHS
    )
    return pl.coalesce(*counts, pl.lit(0, dtype=pl.Int64))


def before(ends: pl.Series) -> pl.Expr:
    """How many of some days, in order, come before the one on which a record was closed; all where it is active."""
    passed = pl.lit(ends).search_sorted(pl.col(UNTIL), side="left").cast(pl.Int64)
    return pl.when(pl.col(UNTIL).is_null()).then(pl.lit(ends.len(), dtype=pl.Int64)).otherwise(passed)


def ends_in(period: Period, code: str) -> pl.Series:
    """The last days of the intervals that end in a period."""
    days = pl.date_range(period.first_day, period.last_day, eager=True).alias("day").to_frame()
    ends = days.select(last_of(pl.col("day"), code).unique().sort()).to_series()
    return ends.filter(ends <= period.last_day)


def last_of(day: pl.Expr, code: str) -> pl.Expr:
    """The last day of the interval in which a day lies."""
    length = LENGTHS[code]
    return day.dt.truncate(length).dt.offset_by(length).dt.offset_by("-1d")


def days_of(kept: KeptInterval, frame: pl.DataFrame, period: Period) -> pl.LazyFrame:
    """On which days something was done for whom: person_key, `on`."""
    passing = pl.all_horizontal(pl.lit(True), *(holds(condition, period, period.last_day) for condition in kept.where))
    in_reach = (pl.col(kept.on) <= period.last_day) & pl.col(WHO).is_not_null()
    done = frame.lazy().with_columns(lacking(kept, frame)).filter(passing & in_reach)
    return done.select(WHO, pl.col(kept.on).alias("on"))


def lacking(kept: KeptInterval, frame: pl.DataFrame) -> list[pl.Expr]:
    """The columns that tell what was done for whom and when, and that no stream gave: unknown."""
    columns = {WHO: pl.String, kept.on: pl.Date} | {condition.field: kind_of(condition) for condition in kept.where}
    return [pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in frame.columns]


def done_of(rows: pl.LazyFrame, frequency: str, days: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """For every person the intervals that end in the period, before their record was closed, and hold such a day."""
    each = (pl.when(pl.col(frequency).cast(pl.String) == code).then(last_of(pl.col("on"), code)) for code in LENGTHS)
    ends = rows.select(WHO, frequency, UNTIL).join(days, on=WHO).with_columns(pl.coalesce(*each).alias(ENDS_ON))
    counts = pl.col(ENDS_ON).is_between(period.first_day, period.last_day)
    active = pl.col(UNTIL).is_null() | (pl.col(ENDS_ON) < pl.col(UNTIL))
    pairs = ends.filter(counts & active).select(WHO, ENDS_ON).unique()
    return pairs.group_by(WHO).agg(pl.len().cast(pl.Int64).alias(INTERVALS))
