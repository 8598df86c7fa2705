"""Told twice: an association, a facility or an event that several streams of a node list is one record."""

import polars as pl

from tiersync.rules.repeated import perhaps_shared

STREAM, LISTED = "stream", "listed_on"  # Which stream brings a row, and the day of its list.
SAME = {
    "association": ("unit", "name"),
    "facility": ("unit", "name"),
    "activity": ("unit", "activity_id", "start_at"),
    "service": ("unit", "service_id", "person_key", "requested_on"),
    "benefit": ("unit", "benefit_id", "person_key", "kind", "paid_on"),
}  # By what records of several streams are one: a number alone is not enough, for every list may begin with 1.
AT, WHAT = "at", "what"


def told_twice(record: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one record type, with STREAM and LISTED, that say what another stream says too, but for those that
    count: the rows of the later list, or else of the last stream."""
    same = SAME[record]
    if not {*same} <= {*rows.columns}:
        return rows.clear()
    what = pl.struct(pl.col(name).cast(pl.String).str.replace_all(r"\s", "") for name in same).hash()
    known = rows.with_row_index(AT).filter(pl.all_horizontal(pl.col(same).is_not_null())).with_columns(what.alias(WHAT))
    some = known.filter(perhaps_shared(known[WHAT])).sort(LISTED, STREAM, maintain_order=True, nulls_last=False)
    beaten = some.filter(pl.col(STREAM) != pl.col(STREAM).last().over(WHAT))
    return beaten.sort(AT).drop(WHAT)


def without(rows: pl.DataFrame, beaten: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not among those that are told twice."""
    if beaten.is_empty():
        return rows
    return rows.with_row_index(AT).filter(~pl.col(AT).is_in(beaten[AT].implode())).drop(AT)
