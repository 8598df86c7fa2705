"""Dates as offices write them, turned into 1931-02-03. What is no date stays as it stands.

A moment with a time zone, and one counted in seconds, is of the day that the node's office had then.
"""

from collections.abc import Callable

import polars as pl

ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DATE = r"([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
WRITTEN = rf"^{DATE}([ T][0-9:. ]*)?$"
PACKED = r"^([12][0-9]{3})([0-9]{2})([0-9]{2})$"
SERIAL = r"^[1-7][0-9]{4}(\.[0-9]+)?$"  # 1927 to 2099; four digits are rather a year than a day of before 1927.
DAY_ZERO = pl.date(1899, 12, 30)  # Spreadsheets count from here, since they believe in 29 February 1900.

TIME = r"([0-9]{1,2}:[0-9]{2})(:[0-9]{2})?(?:[.,][0-9]+)?"
ZONE = r"(Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
MOMENT = rf"(?i)^{DATE}(?:T|\s+){TIME}\s*{ZONE}$"
FROM_TO = r"\s[0-9]{1,2}:[0-9]{2}\s*-"  # 08:30-11:30 is how long something took; a program writes seconds, or a T.

SECONDS, MILLISECONDS = r"^([1-9][0-9]{9})(?:\.[0-9]+)?$", r"^([1-9][0-9]{12})(?:\.[0-9]+)?$"
LAST_SECOND = 4_102_444_800  # of 2099, in Greenwich; what is counted in fewer digits than ten is rather something else.
HOUR = r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])([01][0-9]|2[0-3])$"  # 2013123116 may as well be an hour.


def to_iso(texts: pl.Series, clean: Callable[[pl.Series], pl.Series], time_zone: str) -> pl.Series:
    """The dates in `texts` as YYYY-MM-DD; what is not written so already is cleaned first.

    Read are 1931-2-3, 1931/2/3, 1931年2月3日, 1931.2.3, 19310203 and serials; a time of day is cut off, as it is by the
    office's clock. With a time zone (Z, +08:00, +0800) it is a moment, whose day is that in `time_zone`; so it is with
    seconds since 1970 in ten digits, and milliseconds in thirteen.
    """
    other = (~texts.str.contains(ISO)).fill_null(False).arg_true()
    if other.is_empty():
        return texts
    return texts.clone().scatter(other, _rewrite(clean(texts.gather(other)), time_zone))


def _rewrite(texts: pl.Series, time_zone: str) -> pl.Series:
    days = _coalesced(texts, _from_parts(WRITTEN), _from_parts(PACKED), _from_serial())
    rest = (days.is_null() & texts.is_not_null()).arg_true()
    if rest.is_empty():
        return days
    moments = [_day_of(moment, time_zone) for moment in (_from_moment(), _from_seconds())]
    return days.scatter(rest, _coalesced(texts.gather(rest), *moments, pl.col("text")))


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


def _from_serial() -> pl.Expr:
    """A day number, as a date that was formatted as a number."""
    days = pl.when(pl.col("text").str.contains(SERIAL)).then(pl.col("text")).cast(pl.Float64, strict=False).floor()
    return (DAY_ZERO + pl.duration(days=days.cast(pl.Int64))).dt.to_string("%Y-%m-%d")


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
