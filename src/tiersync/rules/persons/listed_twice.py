"""Told twice: what several streams of a node say in the same words is one record, and what is nearly so a question."""

from typing import NamedTuple

import polars as pl

from tiersync.rules.rows.merged import PLACES
from tiersync.rules.rows.repeated import perhaps_shared

STREAM, LISTED = "stream", "listed_on"  # Which stream brings a row, and the day of its list.
SAME = {
    "association": ("unit", "name"),
    "facility": ("unit", "name", "facility_type"),
    "activity": ("unit", "activity_id", "start_at", "participants_total"),
    "service": ("unit", "service_id", "person_key", "kind"),
    "benefit": ("unit", "benefit_id", "person_key", "kind", "scheme", "paid_on", "amount"),
}  # By what rows of several streams may be one record; a number alone is not enough, for every list may begin with 1.
DAYS = {"service": ("requested_on", "done_on")}  # The first that is known: nobody asks for a visit.
BESIDE = (*PLACES, STREAM, LISTED, "flags")  # What a row says nothing by.
AT, WHAT, WHOLE = "at", "what", "whole"


class Alike(NamedTuple):
    """Rows that may be records of another stream: those that are equal to one of it in all they say, and do not count,
    and those that differ in something, and do."""

    equal: pl.DataFrame
    unlike: pl.DataFrame


def listed_twice(record: str, rows: pl.DataFrame) -> Alike:
    """The rows of one record type, with STREAM and LISTED, that may be what another stream says too, but for those of
    the later list, or else of the last stream."""
    if not {*SAME[record], *DAYS.get(record, ())} <= {*rows.columns}:
        return Alike(rows.clear(), rows.clear())
    same = [*map(pl.col, SAME[record]), *([pl.coalesce(DAYS[record])] if record in DAYS else [])]
    what = pl.struct(part.cast(pl.String).str.replace_all(r"\s", "") for part in same).hash()
    said = pl.struct(pl.col(name) for name in rows.columns if name not in BESIDE).hash()
    known = rows.with_row_index(AT).filter(pl.all_horizontal(part.is_not_null() for part in same))
    known = known.with_columns(what.alias(WHAT), said.alias(WHOLE))
    some = known.filter(perhaps_shared(known[WHAT])).sort(LISTED, STREAM, maintain_order=True, nulls_last=False)
    other = pl.col(STREAM) != pl.col(STREAM).last()
    found = some.filter(other.over(WHAT)).sort(AT)
    equal = some.filter(other.over(WHAT, WHOLE))[AT]
    is_equal = pl.col(AT).is_in(equal.implode())
    return Alike(found.filter(is_equal).drop(WHAT, WHOLE), found.filter(~is_equal).drop(WHAT, WHOLE))


def without(rows: pl.DataFrame, beaten: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not among those that are told twice."""
    if beaten.is_empty():
        return rows
    return rows.with_row_index(AT).filter(~pl.col(AT).is_in(beaten[AT].implode())).drop(AT)
