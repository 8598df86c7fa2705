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
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.rules.totals.gathered import gather
from tiersync.rules.totals.unallocated import declared_rests
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
    tree, keyring = node.tree_in(db, period), load_keyring(db)
    return [
        one
        for one in reviewed(db, node, form.code, str(period)).values()
        if one.row is not None
        and one.state == ReviewState.RECEIVED
        and one.row.state == "held"
        and not any(act.said in LOOKED_AT and not act.by_itself for act in one.acts)
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
    known = {one.key: one for one in candidates}
    sealed = list(sealed_reports(db, [one.row for one in known.values() if one.row is not None]))
    cells = gather((row.id, report) for row, report in sealed).drop("report")
    found = Checks(db, node, form, period, now).found(cells, said_in(report for _, report in sealed))
    for row, report in sealed:
        is_odd = any(one.is_hard or one.is_open for one in found.get(report.key, ()))
        if not is_odd and _is_whole(db, node, report):
            yield Decided(report.key, row.origin, known[report.key].name(period))


def _is_whole(db: Connection, node: Node, report: Report) -> bool:
    """Whether every figure of the whole unit that is asked is there, of every part that is expected, and no declared
    partition leaves a rest."""
    whole = [cell for cell in report.cells.rows() if not cell.breakdown]
    lacks = any(cell.value is None and cell.status != "not_applicable" for cell in whole)
    lacks |= any(cell.present < cell.expected for cell in whole)
    rests = declared_rests(node.catalogue_for(db, report.period), report.cells)
    return not lacks and not any(rest.is_short or rest.is_exceeded for rest in rests)
