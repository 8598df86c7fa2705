"""Recovery: a node that was put back to an older copy files its reports again, above what it filed and forgot."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from tiersync.flow.filing import file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.flow.sealing import may_seal
from tiersync.link.messages import Statement
from tiersync.model.report import Report
from tiersync.store.database import Connection, Row
from tiersync.store.facts import forget, recall
from tiersync.store.reports import current_reports, key_of, sealed_reports

RECOVER = "recover"  # set while the unit above may hold reports of this node's that it forgot


def is_recovering(db: Connection) -> bool:
    """Whether this node was put back to an older copy and has not filed again yet."""
    return recall(db, RECOVER) is not None


def recover(db: Connection, node: Node, differs: Iterable[Statement], now: datetime) -> None:
    """File again every report of a form and period of which the unit above holds something else. The new epoch makes
    it outrank what this node filed and forgot; what was altered here is left alone."""
    if not is_recovering(db) or not may_seal(db):
        return
    for statement in differs:
        rows = current_reports(db, form=statement.form, period=statement.period, origin=node.home)
        file_reports(db, node, list(_again(db, rows)), now)
    forget(db, RECOVER)


def _again(db: Connection, rows: Sequence[Row[Any]]) -> Iterator[Report]:
    revisions = next_revisions(db, [key_of(row) for row in rows])
    for row, report in sealed_reports(db, rows):
        revision = revisions[key_of(row)]
        said_again = {"revision": revision.number, "replaces": revision.replaces, "reason": "recovered"}
        yield report.model_copy(update=said_again)
