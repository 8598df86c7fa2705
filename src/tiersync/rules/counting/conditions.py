"""Conditions of indicators as polars expressions over a record's columns."""

from calendar import monthrange
from datetime import date

import polars as pl

from tiersync.model.indicator import Condition, Indicator, RatioPart
from tiersync.model.period import Period

Day = date | pl.Expr  # one for all records, or one of each


def counts(indicator: Indicator | RatioPart, period: Period) -> pl.Expr:
    """Whether a record counts for `indicator` in `period`: all of its conditions hold."""
    day = age_day(indicator.aged_on, period)
    return pl.all_horizontal(pl.lit(True), *(holds(condition, period, day) for condition in indicator.where))


def age_day(aged_on: str, period: Period) -> Day:
    """The day on which ages are taken: a date of each record, or the period's last day."""
    return pl.col(aged_on) if aged_on else period.last_day


def holds(condition: Condition, period: Period, day: Day) -> pl.Expr:
    """Whether one condition holds, ages being those on `day`; where it cannot be known, it does not."""
    field = pl.col(condition.field)
    first, last = period.first_day, period.last_day
    if condition.field == "age":
        return aged(condition, day)
    if condition.bands:
        return in_own_band(condition, day)
    if condition.equals:
        known = field.is_in(condition.equals) | closed_later(condition, last)
        return known | field.is_null() if condition.or_unknown else known
    if condition.known:
        return field.is_not_null()
    if condition.differs:
        return field.is_not_null() & ~field.is_in(condition.differs)
    if condition.unless:
        return field.is_null() | ~field.is_in(condition.unless)
    if condition.during:
        return field.is_between(first, last)
    if condition.within_months:
        return field.is_between(months_before(last, condition.within_months), last, closed="right")
    if condition.by_end:
        return field.is_null() | (field <= last)
    if condition.after_start:
        return field.is_null() | (field > first)
    if condition.past_end:
        return field.is_null() | (field >= last)
    if condition.same_year:
        return field.is_null() | field.str.starts_with(str(period.year))
    return within(field, condition.at_least, condition.at_most)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def closed_later(condition: Condition, last: date) -> pl.Expr:
    """Whether a record that is closed by now was still active on the day `last`."""
    if not condition.ended:
        return pl.lit(False)
    return pl.col(condition.field).is_in(condition.ended) & (pl.col(condition.dated) > last)


def within(field: pl.Expr, at_least: int | None, at_most: int | None) -> pl.Expr:
    """Whether a number lies within its bounds."""
    low = field >= at_least if at_least is not None else pl.lit(True)
    return low & (field <= at_most) if at_most is not None else low


def in_own_band(condition: Condition, day: Day) -> pl.Expr:
    """Whether somebody's full years on `day` lie in the band that stands for their code."""
    code = pl.col(condition.field)
    return pl.any_horizontal((code == one) & born_within(*bounds(band), day) for one, band in condition.bands)


def aged(condition: Condition, day: Day) -> pl.Expr:
    """Whether somebody's full years on `day` lie within the bounds."""
    return born_within(condition.at_least, condition.at_most, day)


def born_within(at_least: int | None, at_most: int | None, day: Day) -> pl.Expr:
    """Whether a birth date makes somebody `at_least` and `at_most` so many full years old on `day`."""
    born = pl.col("birth_date")
    young = born > latest_birth(at_most + 1, day) if at_most is not None else born.is_not_null()
    return young & (born <= latest_birth(at_least, day)) if at_least is not None else young


def bounds(band: str) -> tuple[int, int | None]:
    """60-64 is 60 to 64, 100+ is 100 and no end."""
    low, _, high = band.rstrip("+").partition("-")
    return int(low), int(high) if high else (None if band.endswith("+") else int(low))


def latest_birth(years: int, day: Day) -> Day:
    """The last day of birth on which somebody is `years` full years old on `day`.

    Who is born on 29 February completes a year on 1 March where there is no 29 February.
    """
    if isinstance(day, pl.Expr):
        return day.dt.offset_by(f"-{years}y")
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=day.day - 1)
