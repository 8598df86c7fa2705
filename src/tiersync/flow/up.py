"""The way up: source, rows, records, snapshot, cells, report, envelope, link."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from tiersync.errors import BadPeriod, TiersyncError
from tiersync.flow.counting import count_and_file, would_count
from tiersync.flow.exchange import Sent, send_waiting
from tiersync.flow.ingest import Ingested, ingest, raise_together, read_sources
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


class Pushed(NamedTuple):
    """What a push did; `read.failed` is what went wrong with sources, while the others were counted and sent."""

    read: Ingested
    concerned: list[tuple[str, str]]
    filed: int
    altered: list[Finding]
    sent: Sent


def push(node: Node, ask: Ask | None, now: datetime, today: date, period: Period | None = None) -> Pushed:
    """Read every source, count, file what changed, and hand it to the parent; at the top (`ask` is None) only file."""
    read = read_sources(node, now)
    concerned = what_is_due(node, today, period)
    filed = count_and_file(node, concerned, now) + file_totals(node, concerned, now)
    return _hand_over(node, ask, now, read, concerned, filed)


def push_by_itself(node: Node, ask: Ask | None, now: datetime, today: date) -> Pushed:
    """The daemon's push: the same, but totals are filed only when they are ripe."""
    read = read_sources(node, now)
    concerned = what_is_due(node, today, None)
    filed = count_and_file(node, concerned, now) + file_ripe_totals(node, concerned, now)
    return _hand_over(node, ask, now, read, concerned, filed)


def plan(node: Node, now: datetime, today: date, period: Period | None = None) -> list[ReportKey]:
    """The reports that a push would file, each named; sources are read, nothing is filed or sent."""
    ingest(node, now)
    concerned = what_is_due(node, today, period)
    return [*would_count(node, concerned), *would_total(node, concerned)]


def _hand_over(
    node: Node,
    ask: Ask | None,
    now: datetime,
    read: Ingested,
    concerned: Sequence[tuple[Form, Period]],
    filed: int,
) -> Pushed:
    """Look for altered cells, then exchange with the parent; when that fails, so is said what failed before."""
    altered = watch(node, now)
    try:
        sent = send_waiting(node, ask, now) if ask else NOTHING_SENT
    except TiersyncError as error:
        raise_together([*read.failed, error])
        raise
    return Pushed(read, [(form.code, str(period)) for form, period in concerned], filed, altered, sent)


def what_is_due(node: Node, today: date, period: Period | None) -> Sequence[tuple[Form, Period]]:
    """The forms and periods that a push concerns; raises BadPeriod when no form asks for the one that was named."""
    with node.store.read() as db:
        forms = node.catalogue(db).forms
        filed = {(form, Period(text)) for form, text in filed_periods(db)}
    if period is None:
        return due(forms, today, filed)
    found = due_for(forms, period)
    if not found:
        raise BadPeriod(text=str(period))
    return found
