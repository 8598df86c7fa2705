"""Whether a report may be filed now: its form's dates, what was granted, and what was said of the revision that
stands."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from tiersync.errors import (
    GrantOver,
    NotOpenYet,
    PastWindow,
    ReportAccepted,
    ReportLocked,
    ReportRecalled,
    TiersyncError,
)
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import ReviewedReport, reviewed, reviewed_unit
from tiersync.link.life import ReviewState
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.rules.calendar.windows import Window, window_of
from tiersync.store.database import Connection
from tiersync.store.reports.entered import recalled_reports


class Gate(NamedTuple):
    """What stands before the reports of one form and period: each that was filed or spoken about, those that were
    recalled, and on a day of the office its window, where the form keeps its dates."""

    form: Form
    period: Period
    known: Mapping[ReportKey, ReviewedReport]
    recalled: frozenset[ReportKey]
    today: date
    moment: datetime
    window: Window | None

    def why_not(self, key: ReportKey) -> TiersyncError | None:
        """Why this report may not be filed now; None where it may."""
        named = {"form": key.form, "period": key.period, "unit": key.unit}
        if key in self.recalled:
            return ReportRecalled(**named)
        one = self.known.get(key)
        state = one.state if one else None
        if one and (locked := _why_locked(one)):
            return locked
        if state == ReviewState.ACCEPTED and key.part == "own":
            return ReportAccepted(**named)
        if one and state == ReviewState.CORRECTING:
            granted = one.last("granted")
            is_over = granted is not None and granted.until and granted.until < str(self.today)
            return GrantOver(**named, until=granted.until) if granted and is_over else None
        return self._why_not_by_date(key, one)

    def says_the_same(self, report: Report) -> bool:
        """Whether a report that is filed because something changed says what the one that stands does, by the same
        catalogue: what was written to explain it explains nothing that is in it."""
        one = self.known.get(report.key)
        row = one.row if one else None
        says = (report.reason, report.digest, report.catalogue)
        return row is not None and row.state == "held" and says == ("changed", row.digest, row.catalogue)

    def _why_not_by_date(self, key: ReportKey, one: ReviewedReport | None) -> TiersyncError | None:
        if self.window is None or key.part != "own":
            return None
        state = self.window.state(self.moment)
        if state == "not_open":
            return NotOpenYet(form=key.form, period=key.period, opens=self.window.opens)
        if state in ("past", "closed") and not _may_be_late(one, self.today):
            return PastWindow(form=key.form, period=key.period, unit=key.unit, until=self.window.late_until)
        return None


def why_total_stands(db: Connection, node: Node, key: ReportKey) -> TiersyncError | None:
    """Why a total may not be filed anew: it is locked, or was recalled. None where it may."""
    one = reviewed_unit(db, node, key.form, key.period, key.unit).get(key)
    if key in recalled_reports(db, key.form, key.period):
        return ReportRecalled(form=key.form, period=key.period, unit=key.unit)
    return _why_locked(one) if one else None


def _why_locked(one: ReviewedReport) -> TiersyncError | None:
    if one.state != ReviewState.LOCKED:
        return None
    lock, key = one.last("locked"), one.key
    return ReportLocked(form=key.form, period=key.period, unit=key.unit, by=lock.by if lock else "")


def _may_be_late(one: ReviewedReport | None, today: date) -> bool:
    """Whether the unit above granted it, or returned it to be filed anew, until a day that is not past. A grant with a
    date holds until then, however often it is used."""
    if one is None:
        return False
    dated = [act.until for act in one.acts if act.said == "granted" and act.until]
    found = one.last("granted", "returned")
    still = [*dated, *([found.until or str(today)] if found else [])]
    return max(still, default="") >= str(today)


def gate_of(db: Connection, node: Node, form: Form, period: Period, now: datetime) -> Gate:
    """What stands before the reports of a form and period."""
    local = node.local(now)
    window = window_of(form, period, node.working_days(db)) if form.keeps_dates else None
    return Gate(
        form, period, reviewed(db, node, form.code, str(period)), recalled_reports(db, form.code, str(period)),
        local.date(), local, window,
    )  # fmt: skip
