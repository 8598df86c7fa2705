"""Payments that somebody should look at, of all streams of a node together: a finding for each stream."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from tiersync.flow.reading.lists import SENIOR, lists_of, records_by_stream, seniors_of
from tiersync.flow.reading.row_findings import OddRows, keep_odd_rows
from tiersync.flow.reading.unread import name_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.canonical import canonical, digest
from tiersync.model.finding import Reason
from tiersync.rules.persons.paid import STREAM, paid_after_death, paid_twice, payments_of
from tiersync.rules.rows.merged import PLACES
from tiersync.store.database import Row
from tiersync.store.facts import recall, remember
from tiersync.store.files.snapshots import current_snapshots

BENEFIT = "benefit"
SEEN = "payments_seen"  # Of which snapshots the findings tell.
NOBODY = pl.DataFrame(schema=dict.fromkeys((STREAM, "person_key", *PLACES), pl.String))
NOTHING: dict[Reason, pl.DataFrame] = {"paid_twice": NOBODY, "paid_after_death": NOBODY}


def note_payments(node: ReadingNode, now: datetime) -> None:
    """Open, renew or close the findings about payments, if what the node holds of benefits or seniors changed."""
    with node.store.read() as db:
        held, seen = current_snapshots(db), recall(db, SEEN)
    benefits, seniors = lists_of(BENEFIT, held), lists_of(SENIOR, held)
    paid = [(row.stream, row.digest) for row in benefits]
    inputs = digest(canonical([paid, [row.digest for row in seniors]])) if benefits else ""
    if inputs == (seen or ""):
        return
    found = _look(node, benefits, seniors) if benefits else NOTHING
    with node.store.write() as db:
        for stream in _streams(node):
            for reason, rows in found.items():
                some = rows.filter(pl.col(STREAM) == stream[0])
                how_many = some["person_key"].n_unique() if reason == "paid_after_death" else some.height
                keep_odd_rows(db, node, stream, OddRows(reason, how_many, some), now)
        remember(db, SEEN, inputs)


def _look(node: ReadingNode, benefits: Sequence[Row[Any]], seniors: Sequence[Row[Any]]) -> dict[Reason, pl.DataFrame]:
    """The rows of payments that are odd, by reason. What several streams list in the same words is one payment."""
    payments = payments_of(records_by_stream(node, BENEFIT, benefits).cast({pl.Enum: pl.String}))
    late = payments.paid.clear()
    if seniors:
        late = paid_after_death(payments, seniors_of(node, seniors))
    return {"paid_twice": paid_twice(payments), "paid_after_death": late}


def _streams(node: ReadingNode) -> list[tuple[str, str]]:
    """Name and unit of each stream of benefits."""
    return [
        (name_of(plugin, stream), plugin.unit)
        for plugin in (*node.plugins, *node.disabled)
        for stream in plugin.streams
        if stream.record == BENEFIT
    ]
