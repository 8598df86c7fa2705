"""Filing: a report is sealed, indexed and queued in one transaction, and only if it says something new."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tiersync.flow.counting.partitions import note_unallocated
from tiersync.flow.exchange.sealing import parent_of, seal_all
from tiersync.flow.node import Node
from tiersync.link.life import ReportState
from tiersync.model.report import Report, ReportKey
from tiersync.store.database import Connection, Row
from tiersync.store.links.outbox import queue
from tiersync.store.links.steps import replace_waiting
from tiersync.store.reports.reports import ArrivedReport, keep_reports, revisions_of

AGAIN = timedelta(days=1)  # How often a report is sent at most because of nothing but rows that wait.


class NextRevision(NamedTuple):
    """The number that a report's next revision gets, the digest it replaces, and the cells digest of that one, with the
    rows that it says wait, by record type, when it was filed, and under which catalogue."""

    number: int
    replaces: str | None
    cells_digest: str | None
    waiting: dict[str, int]
    filed_at: datetime | None
    catalogue: int | None = None

    def says_otherwise(self, waiting: Mapping[str, int]) -> bool:
        """Whether other rows wait than this report says."""
        return self.replaces is not None and self.waiting != waiting

    def may_say_again(self, now: datetime) -> bool:
        """Whether it may be sent again because of nothing but that."""
        return self.filed_at is None or now - self.filed_at >= AGAIN


def next_revisions(db: Connection, keys: Sequence[ReportKey]) -> dict[ReportKey, NextRevision]:
    """For each report the revision after every one that is held."""
    held = revisions_of(db, keys)
    return {key: _after(held.get(key, [])) for key in keys}


def _after(rows: Sequence[Row[Any]]) -> NextRevision:
    number = max((row.revision for row in rows), default=0) + 1
    current = next((row for row in rows if row.is_current), None)
    if current is None:
        return NextRevision(number, None, None, {}, None)
    filed_at = datetime.fromisoformat(current.received_at)
    cells_digest = current.cells_digest if current.state != ReportState.LOST else None  # Nobody can show what it said.
    return NextRevision(number, current.digest, cells_digest, json.loads(current.waiting), filed_at, current.catalogue)


def file_reports(db: Connection, node: Node, reports: Iterable[Report], now: datetime) -> int:
    """Seal reports, index them, and queue them for the parent; returns how many. What they replace and nobody has
    seen yet does not travel."""
    bodies = list(reports)
    filed = [
        ArrivedReport(stored.head, report)
        for stored, report in zip(seal_all(db, node, bodies, now), bodies, strict=True)
    ]
    keys = [one.report.key for one in filed]
    held = revisions_of(db, keys)
    replace_waiting(db, [row.envelope for rows in held.values() for row in rows if row.origin == node.home])
    keep_reports(db, filed, now)
    note_unallocated(db, node, bodies, now)
    parent = parent_of(db)
    if parent:
        queue(db, parent, [(one.head.id, "report") for one in filed])
    return len(filed)
