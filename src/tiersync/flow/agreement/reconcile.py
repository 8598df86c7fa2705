"""Reconciliation at one node: sent and held, sealed and held, totals and their parts, published and counted."""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tiersync.flow.agreement.published import unlike_published
from tiersync.flow.exchange.sealing import parent_of
from tiersync.flow.figures.asked import check_form, form_for
from tiersync.flow.figures.definitions import made_otherwise
from tiersync.flow.healing.examine import damage_of, unsound_rows
from tiersync.flow.node import Node
from tiersync.model.cell import Cells
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Rank, Report, ReportKey
from tiersync.rules.agreement.difference import say_rank
from tiersync.rules.agreement.moved import moves_found
from tiersync.rules.agreement.reconcile import Revision, holdings, in_order, transport
from tiersync.rules.agreement.residual import Holding, Scope, Sealed, arithmetic, catalogue_findings
from tiersync.store.database import Connection, Row
from tiersync.store.findings import open_findings
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.links import all_links
from tiersync.store.links.refused import refused_reports
from tiersync.store.reports.reports import (
    HELD,
    current_reports,
    damaged_reports,
    filed_periods,
    key_of,
    rank_of,
    revisions_of,
    rows_under,
    without_row,
)
from tiersync.store.reports.rounds import Named, is_short, stored_in
from tiersync.store.reports.sealed import ids_of, read_sealed, sealed_reports

FOLLOWS_FROM_DAMAGE = ("sent_not_held", "held_not_sent", "two_revisions")
LEVELS = ("transport", "holdings", "cells", "arithmetic", "published")


class Wanted(NamedTuple):
    """What a person asked to see: all of it, or only one period, form, or unit with what lies below it."""

    period: Period | None = None
    form: str | None = None
    unit: str | None = None
    levels: tuple[str, ...] = LEVELS


def reconcile(node: Node, wanted: Wanted, now: datetime) -> list[Finding]:
    """Every difference that is not explained, each named once, with findings that came up from below.

    Raises UnknownUnit or UnknownName for what is not in the catalogue, where all would seem well.
    """
    with without_collecting(), node.store.read() as db:
        _check_names(db, node, wanted)
        looks = [look for levels, look in LOOKS.items() if not levels.isdisjoint(wanted.levels)]
        found = [finding for look in looks for finding in look(db, node, wanted)]
        told = [f for f in open_findings(db) if f.level in wanted.levels or f.level == "link"]
        by_subject = {finding.subject: finding for finding in (*told, *_beside_damage(db, node, wanted, found))}
        return in_order(f for f in by_subject.values() if _is_wanted(db, node, f, wanted))


def _check_names(db: Connection, node: Node, wanted: Wanted) -> None:
    if wanted.unit:
        node.tree(db)[wanted.unit]
    if wanted.form:
        check_form(db, node, wanted.form)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let Python look for no circles of garbage meanwhile: of millions of cells none is in one, and walking through
    all of them again and again took a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _beside_damage(db: Connection, node: Node, wanted: Wanted, found: list[Finding]) -> list[Finding]:
    """A report that is damaged is named once: that it cannot be read, or added again, follows from it."""
    if not any(finding.reason in FOLLOWS_FROM_DAMAGE for finding in found):
        return found
    damaged = {(f.form, f.period, f.unit) for f in _cells(db, node, wanted)}
    return [f for f in found if f.reason not in FOLLOWS_FROM_DAMAGE or (f.form, f.period, f.unit) not in damaged]


def _is_wanted(db: Connection, node: Node, finding: Finding, wanted: Wanted) -> bool:
    return (
        (wanted.period is None or finding.period in ("", str(wanted.period)))
        and (wanted.form is None or finding.form in ("", wanted.form))
        and (wanted.unit is None or node.tree(db).is_within(finding.unit, wanted.unit))
    )


def _transport(db: Connection, node: Node, wanted: Wanted) -> Iterator[Finding]:
    for link in all_links(db):
        if link.state == "open":
            yield from transport(node.home, link.peer, link.written_up_to, link.acknowledged)


def _as_sealed(db: Connection, node: Node, wanted: Wanted) -> Iterator[Finding]:
    """Holdings: the revisions that the sealed envelopes bring, against those that the table of reports shows as
    current. Arithmetic: the totals among these against their parts. Each body is read once for both, and those of one
    form and period are in memory together."""
    sent: dict[ReportKey, set[Revision]] = {}
    current = _by_name(_current(db, wanted))
    for named in _to_read(db, wanted, current):
        rows = current.get(named, [])
        bodies = _bodies(db, ids_of(db, *named), {row.envelope for row in rows if row.state == HELD}, sent)
        if rows and "arithmetic" in wanted.levels:
            yield from _added_up(db, node, rows, bodies)
    if "holdings" in wanted.levels:
        _bodies(db, without_row(db) if _is_all_read(db, wanted) else [], frozenset(), sent)
        held = {key_of(row): Revision(rank_of(row), row.digest) for rows in current.values() for row in rows}
        latest = {key: _sealed_beside(held.get(key), revisions) for key, revisions in sent.items()}
        yield from holdings(node.home, latest, held)
        yield from _refused(db, node)


def _by_name(rows: Iterable[Row[Any]]) -> dict[Named, list[Row[Any]]]:
    """Rows by form and period."""
    found: dict[Named, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.form, row.period), []).append(row)
    return found


def _bodies(
    db: Connection, ids: Iterable[str], kept: Collection[str], sent: dict[ReportKey, set[Revision]]
) -> dict[str, Report]:
    """Read the sealed reports under these ids; the latest of each stand in `sent`, two where a number was given twice;
    those to be kept are returned."""
    bodies: dict[str, Report] = {}
    for id_, head, report in read_sealed(db, ids):
        one = Revision(Rank(report.tenure, head.epoch, report.revision), report.digest)
        known = sent.setdefault(report.key, {one})
        if one.rank > max(known).rank:
            known.clear()
        if not known or one.rank == max(known).rank:
            known.add(one)
        if id_ in kept:
            bodies[id_] = report
    return bodies


def _sealed_beside(held: Revision | None, sealed: Iterable[Revision]) -> Revision:
    """What was sealed last of a report; where that was said twice, what is not held."""
    return min(sealed, key=lambda one: (one == held, one))


def _current(db: Connection, wanted: Wanted) -> list[Row[Any]]:
    return current_reports(db, form=wanted.form, period=str(wanted.period) if wanted.period else None)


def _to_read(db: Connection, wanted: Wanted, current: Iterable[Named]) -> list[Named]:
    """The forms and periods whose sealed reports are read: those that were asked for, as long as the index has as many
    as were stored."""
    if "holdings" not in wanted.levels:
        return sorted(current)
    read = filed_periods(db) if _is_all_read(db, wanted) else stored_in(db, str(wanted.period))
    return sorted({*read, *current})


def _is_all_read(db: Connection, wanted: Wanted) -> bool:
    return wanted.period is None or any(is_short(db, one) for one in stored_in(db, str(wanted.period)))


def _refused(db: Connection, node: Node) -> Iterator[Finding]:
    """What the unit above finally refused of this node's reports, and does not hold."""
    parent = parent_of(db)
    ids = refused_reports(db, parent, node.home) if parent else []
    for row in rows_under(db, ids).values():
        reason = "sent_not_held" if node.answers_below(db, row.unit, Period(row.period)) else "unit_moved"
        yield Finding(
            level="holdings", reason=reason, node=node.home, unit=row.unit, form=row.form, period=row.period,
            part=row.part, revision=row.digest, sent=say_rank(rank_of(row)),
        )  # fmt: skip


def _cells(db: Connection, node: Node, wanted: Wanted) -> Iterator[Finding]:
    """The reports that are not as they were sealed, known already or not."""
    unsound = [*unsound_rows(db, node, _current(db, wanted)), *damaged_reports(db)]
    yield from (damage_of(db, node, row) for row in unsound)


def _added_up(db: Connection, node: Node, rows: Sequence[Row[Any]], bodies: Mapping[str, Report]) -> Iterator[Finding]:
    """The totals among the reports of one form and period, and what was made by other definitions than theirs."""
    period = Period(rows[0].period)
    catalogue, form = node.catalogue_for(db, period), form_for(db, node, rows[0].form, period)
    if form is None:
        return
    aside = made_otherwise(db, node, rows, period)
    before = catalogue.tree.on(period.first_day - timedelta(days=1))
    scope = Scope(catalogue, form, catalogue.tree.on(period.last_day), before)
    apart = frozenset(map(key_of, aside))
    totals, held = _sealed(db, [row for row in rows if key_of(row) not in apart], bodies)
    answered = frozenset(load_keyring(db).answered_by(node.home, scope.tree))
    yield from arithmetic(scope, totals, replace(held, filed_here=answered, aside=apart))
    yield from catalogue_findings(scope, _of_rows(db, aside))
    yield from moves_found(scope, period, node.home, answered)


def _published(db: Connection, node: Node, wanted: Wanted) -> Iterator[Finding]:
    yield from unlike_published(db, node)


class ReportVersion(NamedTuple):
    """One revision of one report, told apart from every other by its digest too."""

    key: ReportKey
    rank: Rank
    digest: str


def _sealed(db: Connection, rows: list[Row[Any]], bodies: Mapping[str, Report]) -> tuple[list[Sealed], Holding]:
    """The latest totals and base reports among `rows`, and every part that the totals name, as they were sealed."""
    read = [(row, bodies[row.envelope]) for row in rows if row.envelope in bodies]
    totals = [Sealed(row.origin, rank_of(row), report) for row, report in read if row.part == "total"]
    return totals, Holding(
        named=_named(db, totals, {_version(row): report.cells for row, report in read}),
        newest={key_of(row): rank_of(row) for row in rows},
        own={row.unit: report.cells for row, report in read if row.part == "own"},
        adjustments={row.unit: report.adjustments for row, report in read if row.part == "total"},
    )


def _of_rows(db: Connection, rows: Iterable[Row[Any]]) -> Iterator[Sealed]:
    for row, report in sealed_reports(db, rows):
        yield Sealed(row.origin, rank_of(row), report)


def _named(db: Connection, totals: Iterable[Sealed], current: Mapping[ReportVersion, Cells]) -> dict[PartNamed, Cells]:
    """The cells of every part named: mostly current ones, else an earlier revision that is still held."""
    named = {_version_named(total, part): part for total in totals for part in total.report.parts}
    earlier = _earlier(db, named.keys() - current.keys())
    both = {**earlier, **current}
    return {part: both[version] for version, part in named.items() if version in both}


def _earlier(db: Connection, wanted: Collection[ReportVersion]) -> dict[ReportVersion, Cells]:
    held = revisions_of(db, sorted({version.key for version in wanted}))
    rows = [row for of_key in held.values() for row in of_key if _version(row) in wanted]
    return {_version(row): report.cells for row, report in sealed_reports(db, rows)}


def _version(row: Row[Any]) -> ReportVersion:
    return ReportVersion(key_of(row), rank_of(row), row.digest)


def _version_named(total: Sealed, part: PartNamed) -> ReportVersion:
    key = ReportKey(total.report.form, part.unit, str(total.report.period), part.part)
    return ReportVersion(key, Rank(part.tenure, part.epoch, part.revision), part.digest)


LOOKS: dict[frozenset[str], Callable[[Connection, Node, Wanted], Iterator[Finding]]] = {
    frozenset({"transport"}): _transport,
    frozenset({"holdings", "arithmetic"}): _as_sealed,
    frozenset({"cells"}): _cells,
    frozenset({"published"}): _published,
}
