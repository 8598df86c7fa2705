"""Doubled rows: of several rows of one person one counts, and what the others say of it may be a question."""

import polars as pl

from tiersync.rules.persons.listed_twice import LISTED
from tiersync.rules.rows.repeated import perhaps_shared

LATEST = ["status_date", "file_verified_on", "place_file", "place_sheet", "place_row"]  # The first that differs
LEFT_ON, SPEAKS = "left_on", "speaks"
ACTIVE, DIED = "1", "2"  # of the list LIFE; every other code ended otherwise: moved out, merged, lost contact
READ = ["person_key", "residence_unit", "life_status"]

COUNTS, ALIVE_LATER = "counts", "alive_after_death"
DOUBLED = "doubled"  # what a row is called that does not count


def mark_doubled(seniors: pl.DataFrame) -> pl.DataFrame:
    """`seniors` with two columns more: `counts`, False for a row that another of the same `person_key` replaces, and
    `alive_after_death`, True for the row of a death after which another row says that the person was seen alive.

    A death counts before all else. In each unit the latest row of each list speaks: the one with the later
    `status_date`, then `file_verified_on`, then the later place; no date is earliest. Of several lists the one with the
    later day of leaving speaks, then the later list: since when somebody is active says nothing against it. Of several
    units one where the person is active counts before one that they left, then again the latest.
    """
    ranked = _ranked(seniors, [name for name in LATEST if name in seniors.columns])
    best = ranked.sort("dead", SPEAKS, "active", maintain_order=True)
    chosen = best.unique("person_key", keep="last", maintain_order=True)
    beaten = ranked["row"].filter(~ranked["row"].is_in(chosen["row"].implode()))
    return seniors.with_columns(
        _marked(seniors, True, beaten).alias(COUNTS),
        _marked(seniors, False, _seen_alive(chosen, ranked)).alias(ALIVE_LATER),
    )


def _ranked(seniors: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    """The rows of persons who may have several, the latest last, and whether each is dead, is active, and SPEAKS."""
    status, listed = pl.col("life_status").cast(pl.String), [LISTED] if LISTED in seniors.columns else []
    several = seniors.select(*READ, *order, *listed).with_row_index("row").filter(perhaps_several(seniors))
    left = pl.col("status_date") if "status_date" in order else pl.lit(None, dtype=pl.Date)
    marked = several.sort(order, nulls_last=False, maintain_order=True).with_columns(
        dead=(status == DIED).fill_null(False),
        active=(status == ACTIVE).fill_null(False),
        **{LEFT_ON: pl.when(status != ACTIVE).then(left)},
    )
    in_list = marked.with_columns(_is_last(*READ[:2], *listed).alias(SPEAKS))
    ranked = in_list.sort(SPEAKS, LEFT_ON, *listed, *order, nulls_last=False, maintain_order=True)
    return ranked.with_columns(_is_last(*READ[:2]).alias(SPEAKS))


def _is_last(*names: str) -> pl.Expr:
    """Whether a row is dead, or the last of those that are alike in these columns."""
    return pl.col("dead") | pl.struct(names).is_last_distinct()


def perhaps_several(seniors: pl.DataFrame) -> pl.Series:
    """Whether a row's key, or one of the same hash, stands in other rows too; telling long texts apart takes longer."""
    return perhaps_shared(seniors["person_key"].hash())


def _seen_alive(chosen: pl.DataFrame, ranked: pl.DataFrame) -> pl.Series:
    """The rows of deaths that came before another row's day of verification."""
    seen = ranked.filter(~pl.col("dead")).group_by("person_key").agg(pl.col("file_verified_on").max().alias("seen"))
    dead = chosen.filter("dead").join(seen, on="person_key")
    return dead.filter(pl.col("seen") > pl.col("status_date"))["row"]


def _marked(seniors: pl.DataFrame, usual: bool, others: pl.Series) -> pl.Series:
    """A truth for each row: `usual`, and the opposite for the `others`."""
    return pl.repeat(usual, seniors.height, eager=True, dtype=pl.Boolean).scatter(others, not usual)
