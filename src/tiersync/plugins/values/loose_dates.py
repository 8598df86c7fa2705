"""Dates that leave something out, or say more than a day: 2012年3月, 10月9日, 5.12-5.13, 民国20年3月5日, 25/12/2012.

Where a point was typed into a cell of numbers a nought at the end is lost: 2015.1 may be October, 5.1 may be the tenth
of May. Such texts stay as they are.
"""

from datetime import date
from typing import Literal, NamedTuple

import polars as pl

DIGITS = {"〇": "0", "零": "0", "○": "0", "元年": "1年"} | {
    digit: str(n) for n, digit in enumerate("一二三四五六七八九", 1)
}
YEARS_BEFORE_REPUBLIC = 1911
REPUBLIC = r"^(?:中华)?民国\s*([0-9]{1,3})\s*[年.]\s*(.*)$"  # 民国2035 is no year of it.
OF_MONTH = r"^([12][0-9]{3})(?:\s*[-/年]\s*(1[0-2]|0?[1-9])|\.(1[0-2]|0[1-9]|[2-9]))\s*月?份?$"
PACKED_MONTH = r"^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])$"
TO = r"\s*(?:[-~〜—–―至到]|--|——)\s*"
DAY = r"([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?"
UNTIL = r"(?:([12][0-9]{3})\s*[-/.年]\s*)?(?:([0-9]{1,2})\s*[-/.月]\s*)?([0-9]{1,2})\s*[日号]?"
SPAN = f"^{DAY}{TO}{UNTIL}$"
IN_YEAR = (
    r"^(1[0-2]|0?[1-9])(?:\s*月份?$|\s*月\s*[0-9]{1,2}|\s*/\s*[0-9]{1,2}|\.(?:[0-9]{2}|[4-9])(?:[^0-9]|$)"
    rf"|\.[1-3]{TO}[0-9]{{1,2}}\s*[.月/])"
)  # 10.1 may be the tenth, but 10.1-10.7 is no number that lost a nought.
YEAR_LAST = r"^([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([12][0-9]{3})$"
DAY_THEN_MONTH = r"^([0-9]{1,2})(?:\s*/\s*([0-9]{1,2})|\.([0-9]{2}|[4-9]))$"
UNCLEAR = r"^[12][0-9]{3}\s*[/.年]\s*[0-9]{1,2}\s*-\s*[0-9]{1,2}"  # 2025.5-12 may be a day, or eight months.
NEAR = 6  # months


class Within(NamedTuple):
    """In which time days without a year happened: the year that a title states; the last day of the list, where it is
    of one day or month, so that what came later in a year was in the year before; and the day of reading, before which
    all of it was."""

    year: int
    until: date | None = None
    read_on: date | None = None


def in_digits(text: pl.Expr) -> pl.Expr:
    """Without Chinese numerals, and with a year of the Republic as one of the common era."""
    for word, digit in DIGITS.items():
        text = text.str.replace_all(word, digit, literal=True)
    text = text.str.replace_all("廿", "2十", literal=True).str.replace_all("卅", "3十", literal=True)
    text = text.str.replace_all("([1-9])十([1-9])", "${1}${2}").str.replace_all("十([1-9])", "1${1}")
    text = text.str.replace_all("([1-9])十", "${1}0").str.replace_all("十", "10", literal=True)
    year = (text.str.extract(REPUBLIC, 1).cast(pl.Int64, strict=False) + YEARS_BEFORE_REPUBLIC).cast(pl.String)
    return pl.coalesce(pl.concat_str(year, pl.lit("年"), text.str.extract(REPUBLIC, 2)), text)


def month_alone(text: pl.Expr) -> pl.Expr:
    """2012-03 for 2012年3月, 2012.03, 2012/3 and 201203."""
    month = pl.coalesce(text.str.extract(OF_MONTH, 2), text.str.extract(OF_MONTH, 3)).str.zfill(2)
    packed = pl.concat_str(text.str.extract(PACKED_MONTH, 1), text.str.extract(PACKED_MONTH, 2), separator="-")
    return pl.coalesce(pl.concat_str(text.str.extract(OF_MONTH, 1), month, separator="-"), packed)


def month_then_day(text: pl.Expr) -> pl.Expr:
    """6月5日 for 5/6 and 5.06 where the day comes first; none for what has another sign behind its first number."""
    month = pl.coalesce(text.str.extract(DAY_THEN_MONTH, 2), text.str.extract(DAY_THEN_MONTH, 3))
    swapped = pl.concat_str(month, pl.lit("月"), text.str.extract(DAY_THEN_MONTH, 1), pl.lit("日"))
    return pl.coalesce(swapped, pl.when(~text.str.contains(r"^[0-9]{1,2}\s*[-/.]")).then(text))


def within_year(text: pl.Expr, within: Within) -> pl.Expr:
    """2025年10月9日 for 10月9日, and likewise 10月, 10/9, 10.19 and 5.12-5.13; none for any other text, nor for what
    the title leaves open."""
    plain = text.str.replace(r"^([0-9]{1,2})\s*月份?$", "${1}")
    year = _year_of(text, within).cast(pl.String)
    dated = pl.concat_str(year, pl.lit("-"), plain.str.replace(r"^([0-9]{1,2})\s*[-/.月]\s*", "${1}-"))
    alone = dated.str.replace(r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\s*[日号]$", "${1}")
    return pl.when(text.str.contains(IN_YEAR)).then(alone)


def _year_of(text: pl.Expr, within: Within) -> pl.Expr:
    """The year of what begins with a month; none where it had not come yet when it was read, or where it is as far
    before the list as behind it."""
    month = text.str.extract("^([0-9]{1,2})").cast(pl.Int64)
    day = text.str.extract(r"^[0-9]{1,2}\s*[-/.月]\s*([0-9]{1,2})").cast(pl.Int64).fill_null(1)
    year = pl.lit(within.year, pl.Int64)
    if within.until:
        later = month * 100 + day > within.until.month * 100 + within.until.day
        near = within.until.month + 12 - month <= NEAR
        year = pl.when(~later).then(year).when(near).then(year - 1)
    if within.read_on:
        read_on = within.read_on.year * 10_000 + within.read_on.month * 100 + within.read_on.day
        year = pl.when(year * 10_000 + month * 100 + day <= read_on).then(year)
    return year


def start_of_span(text: pl.Expr) -> pl.Expr:
    """The first day of 2025.5.12-5.13."""
    return pl.concat_str(*(text.str.extract(SPAN, group) for group in (1, 2, 3)), separator="-")


def end_of_span(text: pl.Expr) -> pl.Expr:
    """The last day of 2025.5.12-5.13, and of 2025年5月12日至14日."""
    year = pl.coalesce(text.str.extract(SPAN, 4), text.str.extract(SPAN, 1))
    month = pl.coalesce(text.str.extract(SPAN, 5), text.str.extract(SPAN, 2))
    return pl.concat_str(year, month, text.str.extract(SPAN, 6), separator="-")


def year_last(text: pl.Expr, first: Literal["day", "month"]) -> pl.Expr:
    """2012-12-25 for 25/12/2012 or 12/25/2012, as `first` says."""
    day, month = (1, 2) if first == "day" else (2, 1)
    return pl.concat_str(*(text.str.extract(YEAR_LAST, group) for group in (3, month, day)), separator="-")
