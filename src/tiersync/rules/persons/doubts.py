"""Doubts: rows that are kept and counted all the same, by their flags and by what other rows of their person say."""

import polars as pl

from tiersync.rules.rows.doubled import ALIVE_LATER, COUNTS, DOUBLED

FLAG, FLAGS = "flag", "flags"


def flagged_rows(records: pl.DataFrame) -> pl.DataFrame:
    """A row for each flag of each record, in the column `flag`; of seniors those that `mark_doubled` finds are among
    them."""
    flags, is_odd = [pl.col(FLAGS).cast(pl.String)], pl.col(FLAGS) != ""
    if COUNTS in records.columns:
        flags += [pl.when(~pl.col(COUNTS)).then(pl.lit(DOUBLED)), pl.when(ALIVE_LATER).then(pl.lit(ALIVE_LATER))]
        is_odd |= ~pl.col(COUNTS) | pl.col(ALIVE_LATER)
    odd = records.filter(is_odd).with_columns(pl.concat_str(flags, separator=",", ignore_nulls=True).alias(FLAG))
    return odd.with_columns(pl.col(FLAG).str.split(",")).explode(FLAG).filter(pl.col(FLAG) != "")


def count_flags(records: pl.DataFrame) -> dict[str, int]:
    """How many records carry each flag, in order of the flags."""
    return dict(sorted(flagged_rows(records)[FLAG].value_counts().rows()))
