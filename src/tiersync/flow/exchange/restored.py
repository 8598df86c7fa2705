"""Recovery: a node that was put back to an older copy files its reports again, above what it filed and forgot."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.figures.filing import AGAIN, file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import Listed, Statement
from tiersync.model.report import Rank, Report
from tiersync.store.database import Connection, Row
from tiersync.store.facts import forget, recall
from tiersync.store.reports.reports import current_reports, key_of, rows_under
from tiersync.store.reports.sealed import sealed_reports

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
        file_again(db, node, rows, now)
    forget(db, RECOVER)


def outrank(db: Connection, node: Node, envelope: str, now: datetime) -> None:
    """File again what a unit above holds otherwise under the very same revision: this node had lost that one, and gave
    its number to another. Once a day: who says so of every new one is not answered without end."""
    rows = [row for row in rows_under(db, [envelope]).values() if row.is_current and row.origin == node.home]
    if may_seal(db):
        file_again(db, node, [row for row, said in sealed_reports(db, rows) if _may_file_again(row, said, now)], now)


def _may_file_again(row: Row[Any], report: Report, now: datetime) -> bool:
    return report.reason != "recovered" or abs(now - datetime.fromisoformat(row.received_at)) >= AGAIN


def _rank_listed(one: Listed) -> Rank:
    return Rank(one.tenure, one.epoch, one.revision)


def file_again(db: Connection, node: Node, rows: Sequence[Row[Any]], now: datetime) -> None:
    """The same figures in a new revision, above every one that is here."""
    file_reports(db, node, list(_again(db, rows)), now)


def _again(db: Connection, rows: Sequence[Row[Any]]) -> Iterator[Report]:
    revisions = next_revisions(db, [key_of(row) for row in rows])
    for row, report in sealed_reports(db, rows):
        revision = revisions[key_of(row)]
        said_again = {"revision": revision.number, "replaces": revision.replaces, "reason": "recovered"}
        yield report.model_copy(update=said_again)
