"""After a restore: what the unit above holds from a history that is gone here is outranked by what is held here."""

from collections.abc import Collection
from datetime import datetime

from tiersync.flow.filing import file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.link.messages import Statement
from tiersync.store.database import Connection
from tiersync.store.facts import forget, recall, remember
from tiersync.store.reports import current_reports, key_of, sealed_reports

RECOVERING = "recovering"


def begin_recovery(db: Connection) -> None:
    """This node was shown to be older than it was: the unit above may hold more of it than it knows."""
    remember(db, RECOVERING, "1")


def recover(db: Connection, node: Node, differs: Collection[Statement], now: datetime) -> int:
    """File this node's own reports again where the digests of both sides differ; returns how many."""
    if recall(db, RECOVERING) is None or not differs:
        return 0
    forget(db, RECOVERING)
    unlike = {(statement.form, statement.period) for statement in differs}
    rows = [row for row in current_reports(db, origin=node.home) if (row.form, row.period) in unlike]
    revisions = next_revisions(db, [key_of(row) for row in rows])
    again = [
        report.model_copy(update={
            "revision": revisions[report.key].number, "replaces": revisions[report.key].replaces, "reason": "recovered",
        })
        for _, report in sealed_reports(db, rows)
    ]  # fmt: skip
    return file_reports(db, node, again, now)
