"""Corrections of totals: the office above cannot change a figure, but it can add to its own total, in its own name."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tiersync.errors import NothingToCorrect, NotWhole, UnknownName
from tiersync.flow.figures.arrivals import HeldReports, held_of
from tiersync.flow.node import Node
from tiersync.flow.review.screened import check_texts
from tiersync.model.cell import CellKey
from tiersync.model.finding import CellNamed, Finding
from tiersync.model.period import Period
from tiersync.model.report import Correction, ReportKey
from tiersync.rules.agreement.difference import decimal_text
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding
from tiersync.store.reports.corrections import drop_corrections, keep_correction, kept_corrections
from tiersync.store.reports.sealed import sealed_reports


class Corrects(NamedTuple):
    """What is corrected: of which form, period and unit, which cell, by how much, and why."""

    form: str
    period: Period
    unit: str
    cell: CellNamed
    by: Decimal
    text: str


def correct_total(node: Node, what: Corrects, now: datetime, dry_run: bool = False) -> Correction:
    """Add this to the total of this node's own unit, from its next revision on, as long as the revision that stands of
    the unit below does. Raises NothingToCorrect where that has no such figure, NotWhole, and PersonalData."""
    check_texts((what.text,))
    with node.store.write() as db:
        catalogue = node.catalogue_for(db, what.period)
        held = held_of(db, node, catalogue.form(what.form), what.period)
        correction = _correction(db, node, held, what)
        _check_sum(db, node, held, correction)
        if not dry_run:
            keep_correction(db, held.form.code, str(what.period), node.home, correction, now)
    return correction


def _correction(db: Connection, node: Node, held: HeldReports, what: Corrects) -> Correction:
    unit = node.tree(db)[what.unit].code
    if unit == node.home:
        raise NothingToCorrect(form=held.form.code, period=what.period, unit=unit, cell=what.cell.indicator)
    part = "total" if held.tree.children(unit) else "own"
    row = held.rows.get(ReportKey(held.form.code, unit, str(what.period), part))
    key = CellKey(what.cell.indicator, what.cell.breakdown, what.cell.measure)
    cells = [cell for _, report in sealed_reports(db, [row] if row else []) for cell in report.cells.rows()]
    cell = next((one for one in cells if one.key == key and one.value is not None), None)
    if row is None or cell is None:
        raise NothingToCorrect(form=held.form.code, period=what.period, unit=unit, cell=what.cell.indicator)
    scaled = what.by * 10**cell.scale
    if scaled != int(scaled) or not scaled or abs(scaled) > MOST:
        raise NotWhole(by=what.by, places=cell.scale)
    return Correction(
        unit=unit, part=row.part, revision=row.digest, **key._asdict(), value=int(scaled), scale=cell.scale,
        text=what.text,
    )  # fmt: skip


MOST = 10**15  # of a corrected total, in its own units: far from what a database or a JSON number holds


def _check_sum(db: Connection, node: Node, held: HeldReports, correction: Correction) -> None:
    """Raise NotWhole for what was said before in the same words, and for what takes a total beyond all bounds or below
    zero."""
    said = held.corrections.get(node.home, ())
    if correction in said:
        raise NotWhole(by=decimal_text(correction.value, correction.scale), places=correction.scale)
    row = held.rows.get(held.key(node.home))
    totals = [cell for _, report in sealed_reports(db, [row] if row else []) for cell in report.cells.rows()]
    before = next((cell.value or 0 for cell in totals if cell.key == correction.row.key), 0)
    by_hand = sum(one.value for one in (*said, correction) if one.row.key == correction.row.key)
    if abs(correction.value) > MOST or abs(by_hand) > MOST or (correction.value < 0 and before + by_hand < 0):
        raise NotWhole(by=decimal_text(correction.value, correction.scale), places=correction.scale)


def take_back(node: Node, form: str, period: Period, unit: str) -> int:
    """Take back every correction because of a unit; returns how many. Raises UnknownName where there is none."""
    with node.store.write() as db:
        ids = [kept.id for kept in kept_corrections(db, form, str(period)) if kept.correction.unit == unit]
        if not ids:
            raise UnknownName(what="adjustment", name=unit, hint="See: tiersync report show, the table of adjustments.")
        drop_corrections(db, ids)
    return len(ids)


def lapse(db: Connection, node: Node, held: HeldReports, now: datetime) -> None:
    """Drop the corrections whose revision was replaced, each with a finding."""
    form, period = held.form.code, str(held.period)
    lapsed = [
        kept
        for kept in kept_corrections(db, form, period)
        if kept.correction not in held.corrections.get(kept.total, ())
    ]
    for kept in lapsed:
        one = kept.correction
        keep_finding(
            db,
            Finding(
                level="arithmetic", reason="adjustment", node=node.home, unit=one.unit, form=form, period=period,
                part=one.part, revision=one.revision, indicator=one.indicator, breakdown=one.breakdown,
                measure=one.measure, sent=decimal_text(one.value, one.scale), held="",
            ),
            now,
        )  # fmt: skip
    drop_corrections(db, [kept.id for kept in lapsed])
