"""Rows in doubt: what the node keeps and counts, though something about it is odd, as its snapshots hold it now."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tiersync.flow.node import Node
from tiersync.flow.reading.lists import SENIOR, dated, lists_of
from tiersync.rules.persons.doubts import FLAG, FLAGS, count_flags, flagged_rows
from tiersync.rules.rows.doubled import LATEST, READ, mark_doubled
from tiersync.store.database import Row
from tiersync.store.files.snapshots import current_snapshots, read_snapshot
from tiersync.store.runs.quarantine import flags_held

STREAM = "stream"
PLACE = ["place_file", "place_sheet", "place_row"]
Counts = Mapping[str, dict[str, int]]


def count_doubts(node: Node) -> Counts:
    """How many rows of each stream carry each flag; a stream without any is left out.

    A stream's own run has counted them. Only several streams of seniors are compared anew: a row of one may double a
    row of another.
    """
    with node.store.read() as db:
        counts, held = flags_held(db), current_snapshots(db)
    if sum(row.record == SENIOR and row.rows > 0 for row in held) > 1:
        for (stream,), rows in _seniors(node, held).group_by(STREAM):
            counts[str(stream)] = count_flags(rows)
    return {stream: flags for stream, flags in sorted(counts.items()) if flags}


def doubtful_rows(node: Node, stream: str | None = None) -> pl.DataFrame:
    """The place and the flag of each row in doubt, once for each of its flags, in order of stream and place; no value
    of any row."""
    with node.store.read() as db:
        held = current_snapshots(db)
    frames = [_seniors(node, held), *(_read(node, row, []) for row in held if row.record != SENIOR and row.rows)]
    columns = [pl.col(STREAM, *PLACE[:2]), pl.col(PLACE[2]).cast(pl.UInt32), FLAG]
    listed = pl.concat([flagged_rows(frame).select(columns) for frame in frames if not frame.is_empty()] or [NOBODY])
    wanted = listed.filter(pl.col(STREAM) == stream) if stream else listed
    return wanted.sort(STREAM, *PLACE, FLAG)


NOBODY = pl.DataFrame(schema=dict.fromkeys([STREAM, *PLACE, FLAG], pl.String))


def _seniors(node: Node, held: list[Row[Any]]) -> pl.DataFrame:
    """What tells the persons of all streams of seniors apart, and which of their rows counts."""
    needed = list(dict.fromkeys([*READ, *LATEST]))
    frames = [dated(_read(node, row, needed), row) for row in lists_of(SENIOR, held) if row.rows]
    if not frames:
        return NOBODY
    return mark_doubled(pl.concat([frame.cast({pl.Enum: pl.String}) for frame in frames]))


def _read(node: Node, held: Row[Any], needed: list[str]) -> pl.DataFrame:
    """The places and flags of one snapshot, and the columns that are needed beside them."""
    columns = list(dict.fromkeys([*PLACE, FLAGS, *needed]))
    return read_snapshot(node.store, held.digest, columns).with_columns(pl.lit(held.stream).alias(STREAM))
