"""Persons: the seniors whom all streams of a node list, and which of several rows of one person counts."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from tiersync.flow.node import Node
from tiersync.model.spoken import Spoken
from tiersync.rules.doubled import mark_doubled, with_day_of_list
from tiersync.store.database import Row
from tiersync.store.snapshots import read_snapshot, together

SENIOR = "senior"


def senior_lists(held: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The current snapshots of seniors."""
    return [row for row in held if row.record == SENIOR]


def seniors_of(node: Node, lists: Sequence[Row[Any]]) -> pl.DataFrame:
    """Every row of these snapshots of seniors, with what `mark_doubled` says of it."""
    frames = [read_snapshot(node.store, row.digest) for row in lists]
    if len(lists) > 1:
        frames = [dated(frame, row) for frame, row in zip(frames, lists, strict=True)]
    return mark_doubled(together(frames))


def dated(seniors: pl.DataFrame, held: Row[Any]) -> pl.DataFrame:
    """The rows of one snapshot with the day of their list, where the stream says what it speaks for."""
    return with_day_of_list(seniors, Spoken.model_validate_json(held.spoken)) if held.spoken else seniors
