"""Doubled rows: of several rows of one person, only the latest counts."""

import polars as pl

from tiersync.rules.repeated import perhaps_shared

LATEST = ["status_date", "file_verified_on", "place_file", "place_sheet", "place_row"]  # by the first that differs


def mark_doubled(seniors: pl.DataFrame) -> pl.DataFrame:
    """`seniors` with a column `counts`: False for a row that a later one of the same `person_key` replaces.

    Later is the row with the later `status_date`, then `file_verified_on`, then the later place; no date is earliest.
    """
    order = [name for name in LATEST if name in seniors.columns]
    several = seniors.select("person_key", *order).with_row_index("row").filter(perhaps_several(seniors))
    ranked = several.sort(order, nulls_last=False, maintain_order=True)
    latest = ranked.unique("person_key", keep="last", maintain_order=True)
    beaten = several["row"].filter(~several["row"].is_in(latest["row"].implode()))
    counts = pl.repeat(True, seniors.height, eager=True, dtype=pl.Boolean).scatter(beaten, False)
    return seniors.with_columns(counts.alias("counts"))


def perhaps_several(seniors: pl.DataFrame) -> pl.Series:
    """Whether a row's key, or one of the same hash, stands in other rows too; telling long texts apart takes longer."""
    return perhaps_shared(seniors["person_key"].hash())
