"""Dates that are bare numbers of days. Most spreadsheets count them from 1900, some from 1904, and nothing in the cell
says which: the identity numbers beside birth dates prove it. Where they do not agree, such a number is no day."""

from typing import Literal, NamedTuple

import polars as pl

System = Literal["", "1900", "1904", "unclear"]  # '' where nothing is proven: then it is 1900, as nearly always.

DAY_ZERO = pl.date(1899, 12, 30)  # Spreadsheets count from here, since they believe in 29 February 1900.
BETWEEN_SYSTEMS = 1462  # days: what workbooks that count from 1904 are behind.
SERIAL = r"^[1-7][0-9]{4}(\.[0-9]+)?$"  # 1927 to 2099; four digits are rather a year than a day of before 1927.
SERIAL_1904 = (  # The same of a workbook that is known to count so, back to 1906; 1931 is a year even there.
    r"^(?:[3-9][0-9]{3}|1[0-7][0-9]{2}|2[1-9][0-9]{2}|[1-7][0-9]{4})(?:\.0+)?$"
)
BORN = r"^[0-9]{6}([0-9]{8})[0-9]{3}[0-9Xx]$"
FEWEST_PROOFS = 2  # Two people are not born 1,462 days early by accident.
MOST_AGAINST = 0.1  # of the rows that prove something


class Behind(NamedTuple):
    """How many days the numbers in each row are behind those that count from 1900; none where nobody can tell."""

    births: pl.Series
    others: pl.Series


def system_by(births: pl.Series, numbers: pl.Series) -> System:
    """From which year the birth dates that are bare numbers count, as the identity numbers beside them prove."""
    apart = _apart(births, numbers).drop_nulls()
    if apart.is_empty():
        return ""
    for_1904, for_1900 = int((apart == BETWEEN_SYSTEMS).sum()), int((apart == 0).sum())
    few = apart.len() * MOST_AGAINST
    if for_1904 >= FEWEST_PROOFS and apart.len() - for_1904 <= few:
        return "1904"
    if for_1904 == 0 or (for_1900 >= FEWEST_PROOFS and for_1904 <= few):
        return "1900"
    return "unclear"


def behind_by(births: pl.Series, numbers: pl.Series, system: System) -> Behind | None:
    """How far each row is behind, none where all rows count from 1900. A row whose own number contradicts the others
    tells its birth, and of its other numbers nobody knows what they are."""
    if system in ("", "1900"):
        return None
    usual = BETWEEN_SYSTEMS if system == "1904" else None
    frame = pl.DataFrame({"apart": _apart(births, numbers)}).with_columns(usual=pl.lit(usual, pl.Int64))
    silent, own = pl.col("apart").is_null(), pl.col("apart").is_in([0, BETWEEN_SYSTEMS])
    told = frame.select(
        births=pl.when(silent).then("usual").when(own).then("apart"),
        others=pl.when(silent | (pl.col("apart") == pl.col("usual"))).then("usual"),
    )
    return Behind(told["births"], told["others"])


def count_since_1904(births: pl.Series, behind: pl.Series) -> int:
    """How many birth dates are read as days since 1904."""
    return int((births.str.contains(SERIAL_1904) & (behind == BETWEEN_SYSTEMS)).sum())


def from_1900() -> pl.Expr:
    """The day of a number in the column `text`, a time of day cut off."""
    return _day(SERIAL, 0)


def as_told() -> pl.Expr:
    """The day of a number in the column `text` that is so many days `behind`; no time of day stands beside one that
    counts from 1904."""
    later = pl.when(pl.col("behind") == BETWEEN_SYSTEMS).then(_day(SERIAL_1904, BETWEEN_SYSTEMS))
    return pl.coalesce(pl.when(pl.col("behind") == 0).then(from_1900()), later)


def _day(written: str, behind: int) -> pl.Expr:
    days = pl.when(pl.col("text").str.contains(written)).then(pl.col("text")).cast(pl.Float64, strict=False).floor()
    return (DAY_ZERO + pl.duration(days=days.cast(pl.Int64) + behind)).dt.to_string("%Y-%m-%d")


def _apart(births: pl.Series, numbers: pl.Series) -> pl.Series:
    """How many days after its birth date, counted from 1900, each row's number says its person was born; none where
    the one is no bare number or the other tells no day."""
    born = pl.col("number").str.extract(BORN).str.to_date("%Y%m%d", strict=False)
    serial = pl.when(pl.col("birth").str.contains(SERIAL_1904)).then(pl.col("birth")).cast(pl.Float64, strict=False)
    day = DAY_ZERO + pl.duration(days=serial.cast(pl.Int64))
    frame = pl.DataFrame({"birth": births, "number": numbers}, {"birth": pl.String, "number": pl.String})
    return frame.select((born - day).dt.total_days()).to_series()
