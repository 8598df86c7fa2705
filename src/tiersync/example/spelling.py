"""How a column of made-up people stands in a file: in words, and spoilt where its row is meant to be."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from tiersync.example.habits import Habits, in_words
from tiersync.example.margins import HARDSHIP

RECORD = "senior"


def spelled(habits: Habits) -> list[pl.Expr]:
    """The columns as they stand in the file."""
    words = habits.words_of(RECORD)
    spoilt = {"id_number": _identity(), "birth_date": _birth(), "sex": _sex(), "file_verified_on": pl.col("verified")}
    return [
        _in_words(spoilt.get(name, pl.col(name)), words.get(name, {})).alias(header)
        for name, header in habits.headers_of(RECORD).items()
    ]


def _in_words(column: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    if not words:
        return column
    known = {*words, *HARDSHIP}  # Of hardships, one person can have several.
    return column.replace_strict({codes: in_words(codes, words) for codes in known})


def _identity() -> pl.Expr:
    sound = pl.col("id_number")
    wrong = pl.when(sound.str.ends_with("1")).then(pl.lit("2")).otherwise(pl.lit("1"))
    return (
        pl.when(dirt="bad_checksum").then(sound.str.head(17) + wrong)
        .when(dirt="fifteen_digits").then(sound.str.head(6) + sound.str.slice(8, 9))
        .when(dirt="precision_lost").then(pl.format("{}.{}E+17", sound.str.head(1), sound.str.slice(1, 5)))
        .otherwise(sound)
    )  # fmt: skip


def _birth() -> pl.Expr:
    born = pl.col("birth_date")
    return (
        pl.when(dirt="impossible_date").then(born.dt.strftime("%Y-02-30"))
        .when(dirt="birth_conflict").then((born - timedelta(days=365)).dt.strftime("%Y-%m-%d"))
        .otherwise(born.dt.strftime("%Y-%m-%d"))
    )  # fmt: skip


def _sex() -> pl.Expr:
    other = pl.when(pl.col("sex") == "1").then(pl.lit("2")).otherwise(pl.lit("1"))
    return pl.when(dirt="sex_conflict").then(other).otherwise(pl.col("sex"))
