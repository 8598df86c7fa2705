"""Doubts: rows that are kept and counted all the same, by their flags and by what other rows of their person say."""

import polars as pl

from tiersync.rules.doubled import ALIVE_LATER, COUNTS, DOUBLED

FLAG, FLAGS = "flag", "flags"


def flagged_rows(records: pl.DataFrame) -> pl.DataFrame:
    """A row for each flag of each record, in the column `flag`; of seniors those that `mark_doubled` finds are among
    them."""
    flags = [pl.col(FLAGS).cast(pl.String)]
    if COUNTS in records.columns:
        flags += [pl.when(~pl.col(COUNTS)).then(pl.lit(DOUBLED)), pl.when(ALIVE_LATER).then(pl.lit(ALIVE_LATER))]
    joined = records.with_columns(pl.concat_str(flags, separator=",", ignore_nulls=True).alias(FLAG))
    odd = joined.filter(pl.col(FLAG) != "").with_columns(pl.col(FLAG).str.split(","))
    return odd.explode(FLAG).filter(pl.col(FLAG) != "")


def count_flags(records: pl.DataFrame) -> dict[str, int]:
    """How many records carry each flag, in order of the flags."""
    return dict(sorted(flagged_rows(records)[FLAG].value_counts().rows()))
