"""Dates as offices write them, turned into 1931-02-03. What is no date stays as it stands."""

from collections.abc import Callable

import polars as pl

ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
WRITTEN = r"^([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?([ T][0-9:. ]*Z?)?$"
PACKED = r"^([12][0-9]{3})([0-9]{2})([0-9]{2})$"
SERIAL = r"^[1-7][0-9]{4}(\.[0-9]+)?$"  # 1927 to 2099; four digits are rather a year than a day of before 1927.
DAY_ZERO = pl.date(1899, 12, 30)  # Spreadsheets count from here, since they believe in 29 February 1900.


def to_iso(texts: pl.Series, clean: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The dates in `texts` as YYYY-MM-DD; what is not written so already is cleaned first.

    Read are 1931-2-3, 1931/2/3, 1931年2月3日, 1931.2.3, 19310203 and serials; a time of day is cut off.
    """
    other = (~texts.str.contains(ISO)).fill_null(False).arg_true()
    if other.is_empty():
        return texts
    return texts.clone().scatter(other, _rewrite(clean(texts.gather(other))))


def _rewrite(texts: pl.Series) -> pl.Series:
    frame = texts.alias("text").to_frame()
    text = pl.col("text")
    forms = (_from_parts(WRITTEN), _from_parts(PACKED), _from_serial())
    return frame.select(pl.coalesce(*forms, text)).to_series()


def _from_parts(pattern: str) -> pl.Expr:
    """Year, month and day, where they make a day that exists."""
    year, month, day = (pl.col("text").str.extract(pattern, group) for group in (1, 2, 3))
    padded = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return pl.when(padded.str.to_date("%Y-%m-%d", strict=False).is_not_null()).then(padded)


def _from_serial() -> pl.Expr:
    """A day number, as a date that was formatted as a number."""
    days = pl.when(pl.col("text").str.contains(SERIAL)).then(pl.col("text")).cast(pl.Float64, strict=False).floor()
    return (DAY_ZERO + pl.duration(days=days.cast(pl.Int64))).dt.to_string("%Y-%m-%d")
