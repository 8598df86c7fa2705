"""Rolling up: a unit's own part and its children's reports become its total, from the sealed revisions alone."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from tiersync.flow.figures.arrivals import HeldReports, arrivals, held_of, names_in, parts_held, wanted_parts
from tiersync.flow.figures.filing import NextRevision, file_reports, next_revisions
from tiersync.flow.figures.waiting import added, waiting_rows
from tiersync.flow.node import Node
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.review.correcting import lapse
from tiersync.flow.review.may_file import why_total_stands
from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Report, ReportKey
from tiersync.rules.calendar.terms import deadline_of
from tiersync.rules.totals.expected import complete
from tiersync.rules.totals.roll_up import PartCells, roll_up
from tiersync.store.database import Connection, Row
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.reports import DAMAGED, current_report
from tiersync.store.reports.sealed import sealed_reports

INTERVAL = timedelta(days=1)  # A form's totals are sealed again at most this often, unless a person says push.


def file_totals(node: ReadingNode, due: Iterable[tuple[Form, Period]], now: datetime) -> int:
    """A person says push: every total that differs from its parts is filed, complete or not; returns how many."""
    return sum(_file_form(node, form, period, now, lambda db, held, unit: True) for form, period in due)


def file_ripe_totals(node: ReadingNode, due: Iterable[tuple[Form, Period]], now: datetime) -> int:
    """The daemon's way: a total is filed when it first becomes complete, at the due date although it is not, and then
    at most once per interval."""

    def may_file(db: Connection, held: HeldReports, unit: str) -> bool:
        return is_ripe(db, node, held, unit, now)

    return sum(_file_form(node, form, period, now, may_file) for form, period in due)


def would_total(
    node: ReadingNode, due: Iterable[tuple[Form, Period]], changed: Iterable[ReportKey], now: datetime
) -> list[ReportKey]:
    """The totals that a push would file after own parts and adjustments have `changed`."""
    totals: dict[ReportKey, None] = {}
    filed = set(changed)
    with node.store.read() as db:
        for form, period in due:
            held = _to_add(db, node, form, period)
            for unit in _totalled(db, node, period):
                key = held.key(unit)
                if filed & {key, *wanted_parts(held, unit)} or any(_total(db, held, unit, 0, now)):
                    totals[key] = None
                    filed |= totals.keys()
    return list(totals)


def _file_form(
    node: ReadingNode,
    form: Form,
    period: Period,
    now: datetime,
    may_file: Callable[[Connection, HeldReports, str], bool],
) -> int:
    filed = 0
    with node.store.write() as db:
        keyring, held = load_keyring(db), _to_add(db, node, form, period)
        lapse(db, node, held, now)
        for unit in _totalled(db, node, period):
            total = [*_total(db, held, unit, keyring.tenure(unit, held.tree), now)] if may_file(db, held, unit) else []
            if total and why_total_stands(db, node, held.key(unit)) is not None:
                continue
            if file_reports(db, node, total, now):
                filed += 1
                held.rows.update(_filed(db, held, unit))
    return filed


def _to_add(db: Connection, node: ReadingNode, form: Form, period: Period) -> HeldReports:
    """What is held of a form and period, and the rows that wait at this node."""
    return held_of(db, node, form, period)._replace(waiting=waiting_rows(db, node))


def _filed(db: Connection, held: HeldReports, unit: str) -> dict[ReportKey, Row[Any]]:
    """The total that was just filed: the totals above add it."""
    row = current_report(db, held.key(unit))
    return {} if row is None else {held.key(unit): row}


def _totalled(db: Connection, node: Node, period: Period) -> list[str]:
    """The units with children whose totals this node files, the lowest first."""
    tree = node.tree(db).on(period.last_day)
    answered = load_keyring(db).answered_by(node.home, tree)
    return [unit for unit in reversed(answered) if tree.children(unit)]


def is_ripe(db: Connection, node: Node, held: HeldReports, unit: str, now: datetime) -> bool:
    """Whether the daemon may file this total now."""
    days = node.working_days(db)
    due = deadline_of(held.form.due_days, held.period.last_day, days).day
    current = held.rows.get(held.key(unit))
    is_due, parts = due <= node.day_of(now), parts_held(held, unit)
    if not is_due and not _is_complete(db, held, unit, parts):
        return False
    if current is None or _may_be_filed_again(node, datetime.fromisoformat(current.received_at), due, now):
        return True
    return _is_complete(db, held, unit, parts) and not _is_complete(db, held, unit, _names(db, held, current))


def _may_be_filed_again(node: Node, filed: datetime, due: date, now: datetime) -> bool:
    """Whether the interval has gone by, or the due date come, since a total was filed."""
    return now - filed >= INTERVAL or node.day_of(filed) < due <= node.day_of(now)


def _is_complete(db: Connection, held: HeldReports, unit: str, parts: Sequence[PartNamed]) -> bool:
    """Whether a total that adds these parts has every base report; those that are not here at all are seen first."""
    here = complete(held.catalogue, held.form, held.period, unit, held.tree, frozenset(held.rows))
    return here and arrivals(db, held, unit, parts).is_complete


def _total(db: Connection, held: HeldReports, unit: str, tenure: int, now: datetime) -> Iterator[Report]:
    """The total of `unit`, if it is not the one that stands: with other parts, or other adjustments."""
    rows = [row for part in wanted_parts(held, unit) if (row := held.rows.get(part))]
    named, key = parts_held(held, unit), held.key(unit)
    adjustments, revision = held.adjustments.get(unit, UNADJUSTED), next_revisions(db, [key])[key]
    waiting = added([*(json.loads(row.waiting) for row in rows), held.waiting.beside(unit)])
    waits_otherwise = revision.says_otherwise(waiting) and revision.may_say_again(now)
    if not rows or (_made_of(db, held.rows.get(key)) == (named, adjustments) and not waits_otherwise):
        return
    parts = [PartCells(row.unit, row.part, report.cells) for row, report in sealed_reports(db, rows)]
    if len(parts) < len(rows) or _may_come_back(held.rows.get(key)):
        return  # A total waits for good copies of what is damaged: without them it would be a wrong one.
    cells = roll_up(held.catalogue, held.form, unit, held.tree, parts, adjustments)
    yield Report(
        form=held.form.code, unit=unit, period=held.period, part="total", tenure=tenure, revision=revision.number,
        catalogue=held.catalogue.number, cells=cells, parts=named, adjustments=adjustments,
        corrections=held.corrections.get(unit, ()), waiting=waiting, reason=_reason(revision, cells.digest),
        replaces=revision.replaces,
    )  # fmt: skip


def _names(db: Connection, held: HeldReports, row: Row[Any]) -> tuple[PartNamed, ...]:
    """The parts that a filed total names."""
    return names_in(db, held, [row]).get(row.envelope, ())


def _made_of(db: Connection, row: Row[Any] | None) -> tuple[tuple[PartNamed, ...], Adjustments] | None:
    """The parts that a filed total names, and its adjustments; None for one that was never filed."""
    sealed = sealed_reports(db, [row] if row else [])
    return next(((report.parts, report.adjustments) for _, report in sealed), None)


def _may_come_back(row: Row[Any] | None) -> bool:
    """Whether the filed total is damaged here, and a neighbour may hold a good copy."""
    return row is not None and row.state == DAMAGED


def _reason(revision: NextRevision, cells_digest: str) -> Literal["first", "changed", "part_revised"]:
    if revision.replaces is None:
        return "first"
    return "part_revised" if revision.cells_digest == cells_digest else "changed"
