"""Dates as offices write them, turned into 1931-02-03, or 1931-02 where no day is said. What is no date stays as it
stands.

A moment with a time zone, and one counted in seconds, is of the day that the node's office had then.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import polars as pl

from tiersync.plugins.values.day_numbers import as_told, from_1900
from tiersync.plugins.values.loose_dates import (
    UNCLEAR,
    Within,
    end_of_span,
    in_digits,
    month_alone,
    month_then_day,
    start_of_span,
    within_year,
    year_last,
)

ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DATE = r"([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
WRITTEN = rf"^{DATE}([ T][0-9:. ]*)?$"
PACKED = r"^([12][0-9]{3})([0-9]{2})([0-9]{2})$"

TIME = r"([0-9]{1,2}:[0-9]{2})(:[0-9]{2})?(?:[.,][0-9]+)?"
ZONE = r"(Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
MOMENT = rf"(?i)^{DATE}(?:T|\s+){TIME}\s*{ZONE}$"
FROM_TO = r"\s[0-9]{1,2}:[0-9]{2}\s*-"  # 08:30-11:30 is how long something took; a program writes seconds, or a T.

SECONDS, MILLISECONDS = r"^([1-9][0-9]{9})(?:\.[0-9]+)?$", r"^([1-9][0-9]{12})(?:\.[0-9]+)?$"
LAST_SECOND = 4_102_444_800  # of 2099, in Greenwich; what is counted in fewer digits than ten is rather something else.
HOUR = r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])([01][0-9]|2[0-3])$"  # 2013123116 may as well be an hour.


class HowDated(NamedTuple):
    """How a column's dates are meant: the office's time zone; whether they say when something happened, and then in
    which time where a cell names no year (None: nobody knows) and whether the end of several days is meant; which comes
    first of day and month; and in each row how many days a bare number is behind those that count from 1900 (None: it
    is one of them everywhere)."""

    time_zone: str
    happened: bool = False
    within: Within | None = None
    ends: bool = False
    first: Literal["", "day", "month"] = ""
    behind: pl.Series | None = None


def to_iso(texts: pl.Series, clean: Callable[[pl.Series], pl.Series], how: HowDated) -> pl.Series:
    """The dates in `texts` as YYYY-MM-DD, or YYYY-MM; what is not written so already is cleaned first.

    Read are 1931-2-3, 1931/2/3, 1931年2月3日, 1931.2.3, 19310203 and serials; a time of day is cut off, as it is by the
    office's clock. With a time zone (Z, +08:00, +0800) it is a moment, whose day is that in the office's; so it is with
    seconds since 1970 in ten digits, and milliseconds in thirteen. 2012年3月, 2015.06 and 193102 are months, which the
    field makes a day of. Read as well are Chinese numerals, years of the Republic (民国), of what happened 10月9日 and
    5.12-5.13, and 25/12/2012 where it is known which number is the day.
    """
    other = (~texts.str.contains(ISO)).fill_null(False).arg_true()
    if other.is_empty():
        return texts
    if how.behind is not None:
        how = how._replace(behind=how.behind.gather(other))
    return texts.clone().scatter(other, _rewrite(clean(texts.gather(other)), how))


def _rewrite(texts: pl.Series, how: HowDated) -> pl.Series:
    counted = from_1900() if how.behind is None else as_told()
    frame = pl.DataFrame({"text": texts}).with_columns(behind=how.behind)
    days = frame.select(pl.coalesce(_unclear(), _from_parts(WRITTEN), _from_parts(PACKED), counted)).to_series()
    days = _read_rest(texts, days, *(_day_of(moment, how.time_zone) for moment in (_from_moment(), _from_seconds())))
    return _read_rest(texts, days, *_loosely(how), pl.col("text"))


def _unclear() -> pl.Expr:
    """What looks like a day and may be several months, as it stands."""
    return pl.when(pl.col("text").str.contains(UNCLEAR)).then(pl.col("text"))


def _read_rest(texts: pl.Series, days: pl.Series, *forms: pl.Expr) -> pl.Series:
    """`days`, and where there is none what the first of `forms` makes of the text that does."""
    rest = (days.is_null() & texts.is_not_null()).arg_true()
    return days if rest.is_empty() else days.scatter(rest, _coalesced(texts.gather(rest), *forms))


def _loosely(how: HowDated) -> list[pl.Expr]:
    """What is read of a text in which no plain date stands."""
    text = in_digits(pl.col("text"))
    forms = [_existing(text.str.replace(WRITTEN, "${1}-${2}-${3}")), month_alone(text)]
    if how.first:
        forms.append(_existing(year_last(text, how.first)))
    if how.happened:
        forms.append(_within_span(text, how))
    if how.happened and how.within:
        dated = within_year(month_then_day(text) if how.first == "day" else text, how.within)
        forms += [month_alone(dated), _existing(dated), _within_span(dated, how)]
    return forms


def _within_span(text: pl.Expr, how: HowDated) -> pl.Expr:
    """The first or the last of several days, where both exist."""
    first, last = _existing(start_of_span(text)), _existing(end_of_span(text))
    return pl.when(first <= last).then(last if how.ends else first)


def _existing(text: pl.Expr) -> pl.Expr:
    """Texts such as 2012-3-4 with their noughts, where they name a day that exists."""
    parts = text.str.extract_groups(r"^([12][0-9]{3})-([0-9]{1,2})-([0-9]{1,2})$")
    year, month, day = (parts.struct.field(name) for name in ("1", "2", "3"))
    padded = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return pl.when(padded.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(padded)


def _coalesced(texts: pl.Series, *forms: pl.Expr) -> pl.Series:
    return texts.alias("text").to_frame().select(pl.coalesce(*forms)).to_series()


def _from_parts(pattern: str) -> pl.Expr:
    """Year, month and day, where they make a day that exists."""
    padded = _padded(pattern)
    return pl.when(padded.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(padded)


def _padded(pattern: str) -> pl.Expr:
    """What a pattern takes for year, month and day."""
    year, month, day = (pl.col("text").str.extract(pattern, group) for group in (1, 2, 3))
    return pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")


def _from_moment() -> pl.Expr:
    """A moment in Greenwich, from a date and a time with their zone."""
    time, second, zone = (pl.col("text").str.extract(MOMENT, group) for group in (4, 5, 6))
    written = pl.concat_str(_padded(MOMENT), time.str.zfill(5) + second.fill_null(":00"), separator=" ")
    clock = written.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    hours, minutes = (zone.str.extract(f"^[+-]{digits}$").cast(pl.Int64) for digits in (r"(\d\d).*", r"\d\d:?(\d\d)"))
    ahead = pl.duration(minutes=hours.fill_null(0) * 60 + minutes.fill_null(0))
    there = pl.when(zone.str.starts_with("-")).then(clock + ahead).otherwise(clock - ahead)
    return pl.when(~pl.col("text").str.contains(FROM_TO)).then(there)


def _from_seconds() -> pl.Expr:
    """A moment in Greenwich, from seconds or milliseconds since 1970."""
    counted = pl.coalesce(
        pl.col("text").str.extract(SECONDS).cast(pl.Int64),
        pl.col("text").str.extract(MILLISECONDS).cast(pl.Int64) // 1000,
    )
    plainly = (counted < LAST_SECOND) & ~pl.col("text").str.contains(HOUR)
    return pl.from_epoch(pl.when(plainly).then(counted), "s")


def _day_of(moment: pl.Expr, time_zone: str) -> pl.Expr:
    """The day in `time_zone` of a moment in Greenwich."""
    return moment.dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone).dt.to_string("%Y-%m-%d")
