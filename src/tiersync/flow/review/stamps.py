"""Late reports: the first node that receives one says so under its seal, and every other goes by its word."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tiersync.errors import NoCalendar
from tiersync.flow.exchange.sealing import may_seal, send
from tiersync.flow.figures.asked import form_for
from tiersync.flow.node import Node
from tiersync.model.finding import MOST_REPORTS, ReportNamed, Verdict
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.rules.calendar.windows import window_of
from tiersync.store.database import Connection
from tiersync.store.links.envelopes import spell_time
from tiersync.store.reports.acts import keep_acts
from tiersync.store.reports.reports import revisions_of

LATE = frozenset({"late", "past", "closed"})


def stamp_late(db: Connection, node: Node, filer: str, reports: Iterable[Report], now: datetime) -> None:
    """Say of own reports that came right from the node of `filer` that each was received only now, where it is the
    first of its key and was due before. Of a year of which no calendar is known nothing is said."""
    own = [report for report in reports if report.part == "own"] if may_seal(db) else []
    is_late = {named: _is_late(db, node, *named, now) for named in {(report.form, report.period) for report in own}}
    late = [report for report in own if is_late[report.form, report.period]]
    held, moment = revisions_of(db, [report.key for report in late]), spell_time(now)
    first = {report.key: report for report in late if all(row.received_at == moment for row in held[report.key])}
    for named in _by_form(list(first.values())):
        for start in range(0, len(named), MOST_REPORTS):
            some = tuple(named[start : start + MOST_REPORTS])
            verdict = Verdict(to=filer, envelope="", verdict="received", reports=some)
            keep_acts(db, send(db, node, verdict, now), verdict)


def _by_form(reports: Sequence[Report]) -> Iterable[list[ReportNamed]]:
    groups: dict[tuple[str, Period], list[ReportNamed]] = {}
    for report in reports:
        named = ReportNamed(
            form=report.form, unit=report.unit, period=report.period, part=report.part, revision=report.digest,
            tenure=report.tenure, number=report.revision,
        )  # fmt: skip
        groups.setdefault((report.form, report.period), []).append(named)
    return groups.values()


def _is_late(db: Connection, node: Node, code: str, period: Period, now: datetime) -> bool:
    form = form_for(db, node, code, period)
    if form is None:
        return False
    try:
        return window_of(form, period, node.working_days(db)).state(node.local(now)) in LATE
    except NoCalendar:
        return False
