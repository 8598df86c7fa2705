"""Accepting by itself: where a form says so, a report in which the rules find nothing that somebody has to look at."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.figures.asked import due_now
from tiersync.flow.node import Node
from tiersync.flow.review.checking import Checks, said_in
from tiersync.flow.review.judging import Decided, Words, say
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.link.life import ReviewState
from tiersync.link.review import reviewer_of
from tiersync.model.finding import ReportNamed
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.totals.gathered import gather
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.sealed import sealed_reports

BY_ITSELF = Words(by_itself=True)
LOOKED_AT = frozenset({"returned", "granted", "accepted"})  # Who has spoken about a report before looks at the next.


def accept_clean(node: Node, now: datetime) -> int:
    """Accept what may be accepted by itself of the periods that are open; returns how many reports."""
    with node.store.read() as db:
        asked = [one for one in due_now(db, node, node.day_of(now)) if one[0].accepts == "clean"]
        waiting = any(_candidates(db, node, form, period) for form, period in asked)
    if not waiting:
        return 0
    with node.store.write() as db:
        return sum(_accept(db, node, form, period, now) for form, period in asked) if may_seal(db) else 0


def _candidates(db: Connection, node: Node, form: Form, period: Period) -> list[ReviewedReport]:
    """The reports that are to be reviewed here and that nobody has ever spoken about."""
    tree, keyring = node.tree(db), load_keyring(db)
    return [
        one
        for one in reviewed(db, node, form.code, str(period)).values()
        if one.row is not None
        and one.state == ReviewState.RECEIVED
        and one.row.state == "held"
        and not any(act.said in LOOKED_AT for act in one.acts)
        and reviewer_of(tree, keyring, one.row.origin, one.key.unit) == node.home
    ]


def _accept(db: Connection, node: Node, form: Form, period: Period, now: datetime) -> int:
    clean = list(_clean(db, node, form, period, _candidates(db, node, form, period), now))
    say(db, node, "accepted", clean, BY_ITSELF, now)
    return len(clean)


def _clean(
    db: Connection, node: Node, form: Form, period: Period, candidates: Iterable[ReviewedReport], now: datetime
) -> Iterator[Decided]:
    """Those in which nothing is hard, and what is soft is explained to the last of it."""
    rows = {one.key: one.row for one in candidates if one.row is not None}
    sealed = list(sealed_reports(db, list(rows.values())))
    cells = gather((row.id, report) for row, report in sealed).drop("report")
    found = Checks(db, node, form, period, now).found(cells, said_in(report for _, report in sealed))
    for row, report in sealed:
        if not any(one.is_hard or one.is_open for one in found.get(report.key, ())):
            named = ReportNamed(
                form=report.form, unit=report.unit, period=report.period, part=report.part, revision=row.digest
            )
            yield Decided(report.key, row.origin, named)
