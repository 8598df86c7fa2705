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
from tiersync.rules.persons.ages import in_two_bands, paid_outside_band, scheme_bands
from tiersync.rules.persons.paid import STREAM, paid_after_death, paid_twice, payments_of
from tiersync.rules.rows.merged import PLACES
from tiersync.store.database import Row
from tiersync.store.facts import recall, remember
from tiersync.store.files.snapshots import current_snapshots

BENEFIT = "benefit"
SEEN = "payments_seen"  # Of which snapshots the findings tell.
NOBODY = pl.DataFrame(schema=dict.fromkeys((STREAM, "person_key", *PLACES), pl.String))
REASONS: tuple[Reason, ...] = ("paid_twice", "paid_after_death", "outside_band", "two_bands")
NOTHING: dict[Reason, pl.DataFrame] = dict.fromkeys(REASONS, NOBODY)


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
    records = records_by_stream(node, BENEFIT, benefits).cast({pl.Enum: pl.String})
    payments = payments_of(records)
    found: dict[Reason, pl.DataFrame] = {"paid_twice": paid_twice(payments)}
    with node.store.read() as db:
        bands = scheme_bands(node.catalogue(db))
    if bands is not None:
        found["two_bands"] = in_two_bands(records, bands)
    if seniors:
        register = seniors_of(node, seniors)
        found["paid_after_death"] = paid_after_death(payments, register)
        if bands is not None:
            found["outside_band"] = paid_outside_band(payments, register, bands)
    return NOTHING | found


def _streams(node: ReadingNode) -> list[tuple[str, str]]:
    """Name and unit of each stream of benefits."""
    return [
        (name_of(plugin, stream), plugin.unit)
        for plugin in (*node.plugins, *node.disabled)
        for stream in plugin.streams
        if stream.record == BENEFIT
    ]
