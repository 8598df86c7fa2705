"""Lists: what all streams of a node list of one record type, and what counts of that which several of them list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tiersync.flow.node import Node
from tiersync.flow.reading.row_findings import OddRows, keep_odd_rows
from tiersync.flow.reading.speaking import unit_field
from tiersync.model.spoken import Spoken
from tiersync.rules.persons.listed_twice import LISTED, SAME, STREAM, listed_twice, without
from tiersync.rules.rows.doubled import mark_doubled
from tiersync.store.database import Connection, Row
from tiersync.store.files.snapshots import read_snapshot, together

SENIOR = "senior"


class ListedRecords(NamedTuple):
    """The records of one type that count, and the rows that another stream tells too, or nearly."""

    records: pl.DataFrame
    twice: pl.DataFrame


def lists_of(record: str, held: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The current snapshots of a record type."""
    return [row for row in held if row.record == record]


def listed(node: Node, record: str, lists: Sequence[Row[Any]]) -> ListedRecords:
    """What these snapshots of one record type hold; of seniors, with what `mark_doubled` says of each row."""
    if record == SENIOR:
        return ListedRecords(seniors_of(node, lists), pl.DataFrame())
    if len(lists) == 1 or record not in SAME:
        return ListedRecords(together([read_snapshot(node.store, row.digest) for row in lists]), pl.DataFrame())
    rows = _by_stream(node, lists)
    alike = listed_twice(record, rows)
    return ListedRecords(without(rows, alike.equal).drop(STREAM, LISTED), pl.concat(alike))


def records_by_stream(node: Node, record: str, lists: Sequence[Row[Any]]) -> pl.DataFrame:
    """The records of one type that count, each with the STREAM that brought it."""
    rows = _by_stream(node, lists)
    return rows if len(lists) == 1 else without(rows, listed_twice(record, rows).equal)


def _by_stream(node: Node, lists: Sequence[Row[Any]]) -> pl.DataFrame:
    """Every row of these snapshots, with STREAM and LISTED."""
    told = ((dated(read_snapshot(node.store, row.digest), row), row.stream) for row in lists)
    return together([frame.with_columns(pl.lit(stream).alias(STREAM)) for frame, stream in told])


def seniors_of(node: Node, lists: Sequence[Row[Any]]) -> pl.DataFrame:
    """Every row of these snapshots of seniors, with what `mark_doubled` says of it."""
    frames = [read_snapshot(node.store, row.digest) for row in lists]
    if len(lists) > 1 or _has_several_days(lists[0]):
        frames = [dated(frame, row) for frame, row in zip(frames, lists, strict=True)]
    return mark_doubled(together(frames))


def _has_several_days(held: Row[Any]) -> bool:
    """Whether a stream's files are of several days."""
    return bool(held.spoken) and len({*Spoken.model_validate_json(held.spoken).units.values()}) > 1


def dated(rows: pl.DataFrame, held: Row[Any]) -> pl.DataFrame:
    """The rows of one snapshot with the day of the list that names their unit; rows of an earlier run keep theirs."""
    if not held.spoken:
        return rows.with_columns(pl.lit(None, dtype=pl.Date).alias(LISTED))
    spoken = Spoken.model_validate_json(held.spoken)
    unit = pl.col(unit_field(spoken.record)).cast(pl.String)
    day = unit.replace_strict(spoken.units, default=spoken.as_of, return_dtype=pl.Date)
    return rows.with_columns(day.alias(LISTED))


def note_listed_twice(
    db: Connection, node: Node, spoken: Iterable[Spoken], listed: Mapping[str, ListedRecords], now: datetime
) -> None:
    """Open, renew or close the finding about rows of each stream that another tells too, or nearly."""
    for one in spoken:
        twice = listed[one.record].twice
        rows = twice.filter(pl.col(STREAM) == one.stream) if STREAM in twice.columns else twice
        keep_odd_rows(db, node, (one.stream, one.unit), OddRows("listed_twice", rows.height, rows), now)
