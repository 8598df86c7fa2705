"""Rolling up: a unit's own part and its children's reports become its total, from the sealed revisions alone."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from tiersync.flow.filing import Revision, file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.flow.waiting import Waiting, added, waiting_rows
from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Report, ReportKey
from tiersync.model.unit import Tree
from tiersync.rules.expected import complete, parts_of
from tiersync.rules.roll_up import PartCells, roll_up
from tiersync.store.adjustments import kept_adjustments
from tiersync.store.charters import load_keyring
from tiersync.store.database import Connection, Row
from tiersync.store.reports import current_report, current_reports, sealed_reports

INTERVAL = timedelta(days=1)  # A form's totals are sealed again at most this often, unless a person says push.


class Held(NamedTuple):
    """The current reports of one form and period, the tree that they are summed by, the rows that wait here, and what
    totals subtract."""

    catalogue: Catalogue
    form: Form
    period: Period
    tree: Tree
    rows: dict[ReportKey, Row[Any]]
    waiting: Waiting
    adjustments: dict[str, Adjustments]


def file_totals(node: Node, due: Iterable[tuple[Form, Period]], now: datetime) -> int:
    """A person says push: every total that differs from its parts is filed, complete or not; returns how many."""
    return sum(_file_form(node, form, period, now, lambda held, unit: True) for form, period in due)


def file_ripe_totals(node: Node, due: Iterable[tuple[Form, Period]], now: datetime) -> int:
    """The daemon's way: a total is filed when it first becomes complete, and then at most once per interval."""
    return sum(_file_form(node, form, period, now, lambda held, unit: is_ripe(held, unit, now)) for form, period in due)


def would_total(
    node: Node, due: Iterable[tuple[Form, Period]], changed: Iterable[ReportKey], now: datetime
) -> list[ReportKey]:
    """The totals that a push would file after own parts and adjustments have `changed`."""
    totals: dict[ReportKey, None] = {}
    filed = set(changed)
    with node.store.read() as db:
        for form, period in due:
            held = _held(db, node, form, period)
            for unit in _totalled(db, node, period):
                key = ReportKey(form.code, unit, str(period), "total")
                if filed & {key, *_parts(held, unit)} or any(_total(db, held, unit, 0, now)):
                    totals[key] = None
                    filed |= totals.keys()
    return list(totals)


def _file_form(node: Node, form: Form, period: Period, now: datetime, may_file: Callable[[Held, str], bool]) -> int:
    filed = 0
    with node.store.write() as db:
        keyring, held = load_keyring(db), _held(db, node, form, period)
        for unit in _totalled(db, node, period):
            total = _total(db, held, unit, keyring.tenure(unit), now) if may_file(held, unit) else ()
            if file_reports(db, node, total, now):
                filed += 1
                held.rows.update(_filed(db, held, unit))
    return filed


def _filed(db: Connection, held: Held, unit: str) -> dict[ReportKey, Row[Any]]:
    """The total that was just filed: the totals above add it."""
    key = ReportKey(held.form.code, unit, str(held.period), "total")
    row = current_report(db, key)
    return {} if row is None else {key: row}


def _totalled(db: Connection, node: Node, period: Period) -> list[str]:
    """The units with children whose totals this node files, the lowest first."""
    tree = node.tree(db).on(period.last_day)
    answered = load_keyring(db).answered_by(node.home, tree)
    return [unit for unit in reversed(answered) if tree.children(unit)]


def _held(db: Connection, node: Node, form: Form, period: Period) -> Held:
    rows = current_reports(db, form=form.code, period=str(period))
    keys = {ReportKey(row.form, row.unit, row.period, row.part): row for row in rows}
    tree, waiting = node.tree(db).on(period.last_day), waiting_rows(db, node)
    return Held(node.catalogue(db), form, period, tree, keys, waiting, kept_adjustments(db, form.code, str(period)))


def is_ripe(held: Held, unit: str, now: datetime) -> bool:
    """Whether the daemon may file this total now."""
    if not complete(held.catalogue, held.form, held.period, unit, held.tree, frozenset(held.rows)):
        return False
    current = held.rows.get(ReportKey(held.form.code, unit, str(held.period), "total"))
    return current is None or now - datetime.fromisoformat(current.received_at) >= INTERVAL


def _total(db: Connection, held: Held, unit: str, tenure: int, now: datetime) -> Iterator[Report]:
    """The total of `unit`, if it is not the one that stands: with other parts, or other adjustments."""
    rows = [row for part in _parts(held, unit) if (row := held.rows.get(part))]
    named = tuple(_named(row) for row in rows)
    key = ReportKey(held.form.code, unit, str(held.period), "total")
    adjustments, revision = held.adjustments.get(unit, UNADJUSTED), next_revisions(db, [key])[key]
    waiting = added([*(json.loads(row.waiting) for row in rows), held.waiting.beside(unit)])
    waits_otherwise = revision.says_otherwise(waiting) and revision.may_say_again(now)
    if not rows or (_made_of(db, held.rows.get(key)) == (named, adjustments) and not waits_otherwise):
        return
    parts = [PartCells(row.unit, row.part, report.cells) for row, report in sealed_reports(db, rows)]
    cells = roll_up(held.catalogue, held.form, unit, held.tree, parts, adjustments)
    yield Report(
        form=held.form.code, unit=unit, period=held.period, part="total", tenure=tenure, revision=revision.number,
        catalogue=held.catalogue.number, cells=cells, parts=named, adjustments=adjustments, waiting=waiting,
        reason=_reason(revision, cells.digest), replaces=revision.replaces,
    )  # fmt: skip


def _parts(held: Held, unit: str) -> list[ReportKey]:
    """The reports that a unit's total adds."""
    wanted = parts_of(held.catalogue, held.form, unit, held.tree)
    return [ReportKey(held.form.code, part.unit, str(held.period), part.part) for part in wanted]


def _named(row: Row[Any]) -> PartNamed:
    return PartNamed(
        unit=row.unit, part=row.part, tenure=row.tenure, epoch=row.epoch, revision=row.revision, digest=row.digest
    )


def _made_of(db: Connection, row: Row[Any] | None) -> tuple[tuple[PartNamed, ...], Adjustments] | None:
    """The parts that a filed total names, and its adjustments; None for one that was never filed."""
    return None if row is None else next((report.parts, report.adjustments) for _, report in sealed_reports(db, [row]))


def _reason(revision: Revision, cells_digest: str) -> Literal["first", "changed", "part_revised"]:
    if revision.replaces is None:
        return "first"
    return "part_revised" if revision.cells_digest == cells_digest else "changed"
