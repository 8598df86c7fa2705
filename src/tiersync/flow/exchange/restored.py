"""Recovery: a node that was put back to an older copy files its reports again, above what it filed and forgot."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.figures.filing import AGAIN, file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import Statement
from tiersync.model.report import Report
from tiersync.store.database import Connection, Row
from tiersync.store.facts import forget, recall, remember
from tiersync.store.reports.compiled import forget_compiled
from tiersync.store.reports.entered import keep_typed_back
from tiersync.store.reports.reports import current_reports, key_of, rows_under
from tiersync.store.reports.sealed import sealed_reports

TWO_CONTENTS = "told_twice"  # the envelopes of reports under whose revision another one is held above
MOST_TOLD = 100  # of which it remembers
RECOVER = "recover"  # set while the unit above may hold reports of this node's that it forgot


def is_recovering(db: Connection) -> bool:
    """Whether this node was put back to an older copy and has not filed again yet."""
    return recall(db, RECOVER) is not None


def recover(db: Connection, node: Node, differs: Iterable[Statement], now: datetime) -> None:
    """File again every report of a form and period of which the unit above holds something else. The new epoch makes
    it outrank what this node filed and forgot; what was altered here is left alone. What people typed may be older than
    what they typed since, and nobody can count it again: it is kept back until somebody submits it."""
    if not is_recovering(db) or not may_seal(db):
        return
    for statement in differs:
        rows = current_reports(db, form=statement.form, period=statement.period, origin=node.home)
        typed = keep_typed_back(db, statement.form, statement.period, now)
        if typed:
            forget_compiled(db, statement.form, statement.period)  # so that a push says what is kept back
        file_again(db, node, [row for row in rows if key_of(row) not in typed], now)
    forget(db, RECOVER)


def hear_of_two(db: Connection, node: Node, envelope: str, now: datetime) -> None:
    """A unit above holds another report under the very same revision as this one: this node had lost that one, and gave
    its number to another. It may have lost this one, too, until a copy comes."""
    told = dict.fromkeys([*(recall(db, TWO_CONTENTS) or "").split(), envelope])  # More than one tier may say so.
    remember(db, TWO_CONTENTS, " ".join(list(told)[-MOST_TOLD:]))
    outrank(db, node, now)


def outrank(db: Connection, node: Node, now: datetime) -> None:
    """File again, above both, what was heard of so and counts here. Once a day: who says so of every new one is not
    answered without end."""
    told = (recall(db, TWO_CONTENTS) or "").split()
    if not told or not may_seal(db):
        return
    here = {id_: row for id_, row in rows_under(db, told).items() if row.origin == node.home}
    standing = [row for row in here.values() if row.is_current]
    ready = [row for row, report in sealed_reports(db, standing) if _may_file_again(row, report, now)]
    file_again(db, node, ready, now)
    done = {row.envelope for row in ready} | {id_ for id_, row in here.items() if not row.is_current}
    left = " ".join(id_ for id_ in told if id_ not in done)
    remember(db, TWO_CONTENTS, left) if left else forget(db, TWO_CONTENTS)


def _may_file_again(row: Row[Any], report: Report, now: datetime) -> bool:
    return report.reason != "recovered" or abs(now - datetime.fromisoformat(row.received_at)) >= AGAIN


def file_again(db: Connection, node: Node, rows: Sequence[Row[Any]], now: datetime) -> None:
    """The same figures in a new revision, above every one that is here."""
    file_reports(db, node, list(_again(db, rows)), now)


def _again(db: Connection, rows: Sequence[Row[Any]]) -> Iterator[Report]:
    revisions = next_revisions(db, [key_of(row) for row in rows])
    for row, report in sealed_reports(db, rows):
        revision = revisions[key_of(row)]
        said_again = {"revision": revision.number, "replaces": revision.replaces, "reason": "recovered"}
        yield report.model_copy(update=said_again)
