"""Filing: a report is sealed, indexed and queued in one transaction, and only if it says something new."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tiersync.flow.node import Node
from tiersync.flow.partitions import note_unallocated
from tiersync.flow.sealing import parent_of, seal_all
from tiersync.model.report import Report, ReportKey
from tiersync.store.database import Connection, Row
from tiersync.store.outbox import queue, replace_waiting
from tiersync.store.reports import Arrived, keep_reports, revisions_of


class Revision(NamedTuple):
    """The number that a report's next revision gets, the digest it replaces, and the cells digest of that one."""

    number: int
    replaces: str | None
    cells_digest: str | None


def next_revisions(db: Connection, keys: Sequence[ReportKey]) -> dict[ReportKey, Revision]:
    """For each report the revision after every one that is held."""
    held = revisions_of(db, keys)
    return {key: _after(held.get(key, [])) for key in keys}


def _after(rows: Sequence[Row[Any]]) -> Revision:
    number = max((row.revision for row in rows), default=0) + 1
    current = next((row for row in rows if row.is_current), None)
    return (
        Revision(number, current.digest, current.cells_digest) if current is not None else Revision(number, None, None)
    )


def file_reports(db: Connection, node: Node, reports: Iterable[Report], now: datetime) -> int:
    """Seal reports, index them, and queue them for the parent; returns how many. What they replace and nobody has
    seen yet does not travel."""
    bodies = list(reports)
    filed = [
        Arrived(stored.head, report) for stored, report in zip(seal_all(db, node, bodies, now), bodies, strict=True)
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
