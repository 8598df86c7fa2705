"""The way up: source, rows, records, snapshot, cells, report, envelope, link."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import NotAsked, TiersyncError
from tiersync.flow.beside import beside_open
from tiersync.flow.counting import count_and_file, would_count
from tiersync.flow.exchange import Sent, send_waiting
from tiersync.flow.ingest import Ingested, ingest, read_patiently, read_sources
from tiersync.flow.node import Ask, Node
from tiersync.flow.totals import file_ripe_totals, file_totals, would_total
from tiersync.flow.watch import watch
from tiersync.model.finding import Finding
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.rules.due import due, due_for
from tiersync.store.reports import filed_periods

NOTHING_SENT = Sent(0, 0, 0)
EXAMPLES = {"Y": "2013", "H": "2013-H1", "Q": "2013-Q4", "M": "2013-06", "W": "2013-W23"}  # of each kind of period


class Pushed(NamedTuple):
    """What a push did; `read.failed` is what went wrong with sources, while the others were counted and sent; `unsent`
    why nothing more went up; `declared` the open findings about declared figures."""

    read: Ingested
    concerned: list[tuple[str, str]]
    filed: int
    altered: list[Finding]
    sent: Sent
    unsent: TiersyncError | None = None
    declared: Sequence[Finding] = ()

    @property
    def failed(self) -> list[TiersyncError]:
        """Everything that went wrong."""
        return [*self.read.failed, *filter(None, [self.unsent])]


def push(node: Node, ask: Ask | None, now: datetime, period: Period | None = None) -> Pushed:
    """Read every source, count, file what changed, and hand it to the parent; at the top (`ask` is None) only file."""
    concerned = what_is_due(node, now, period)
    read = read_sources(node, now)
    filed = count_and_file(node, concerned, now) + file_totals(node, concerned, now)
    return _hand_over(node, ask, now, read, concerned, filed)


def push_by_itself(node: Node, ask: Ask | None, now: datetime) -> Pushed:
    """The daemon's push: the same, but paused plugins are left alone, and totals are filed only when they are ripe."""
    concerned = what_is_due(node, now, None)
    read = read_patiently(node, now)
    filed = count_and_file(node, concerned, now) + file_ripe_totals(node, concerned, now)
    return _hand_over(node, ask, now, read, concerned, filed)


def plan(node: Node, now: datetime, period: Period | None = None) -> list[ReportKey]:
    """The reports that a push would file, each named; sources are read, nothing is filed or sent."""
    concerned = what_is_due(node, now, period)
    ingest(node, now)
    own = would_count(node, concerned, now)
    return [*own, *would_total(node, concerned, own)]


def _hand_over(
    node: Node,
    ask: Ask | None,
    now: datetime,
    read: Ingested,
    concerned: Sequence[tuple[Form, Period]],
    filed: int,
) -> Pushed:
    """Look for altered cells, then exchange with the parent; what was read and filed stands, though that fails."""
    named = [(form.code, str(period)) for form, period in concerned]
    altered = watch(node, now)
    with node.store.read() as db:
        declared = beside_open(db, node)
    try:
        sent = send_waiting(node, ask, now) if ask else NOTHING_SENT
    except TiersyncError as error:
        return Pushed(read, named, filed, altered, NOTHING_SENT, error, declared)
    return Pushed(read, named, filed, altered, sent, declared=declared)


def what_is_due(node: Node, now: datetime, period: Period | None) -> Sequence[tuple[Form, Period]]:
    """The forms and periods that a push concerns; raises NotAsked when no form asks for the one that was named."""
    with node.store.read() as db:
        forms = node.catalogue(db).forms
        filed = {(form, Period(text)) for form, text in filed_periods(db)}
    if period is None:
        return due(forms, node.day_of(now), filed)
    found = due_for(forms, period)
    if not found:
        examples = ", ".join(f"{form.code} {EXAMPLES[form.period]}" for form in forms)
        raise NotAsked(period=period, forms=examples)
    return found
