"""What a total is made of: how many of the base reports expected are in it, and whether something newer is held."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tiersync.flow.figures.definitions import made_otherwise
from tiersync.flow.figures.waiting import NOTHING_WAITS, Waiting
from tiersync.flow.node import Node
from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Correction, PartNamed, Report, ReportKey, added_up
from tiersync.model.unit import Tree
from tiersync.rules.totals.expected import base_reports, parts_of, units_lacking
from tiersync.store.database import Connection, Row
from tiersync.store.reports.adjustments import kept_adjustments
from tiersync.store.reports.corrections import kept_corrections
from tiersync.store.reports.reports import current_reports, key_of, revisions_of
from tiersync.store.reports.sealed import sealed_reports


class HeldReports(NamedTuple):
    """The current reports of one form and period, the tree that they are summed by, what each total that was read so
    far names, by its envelope; what totals are adjusted by, this node's own corrections of them among that, and the
    reports that are set `aside` because they were made by other definitions. Who files totals knows the rows that wait
    here, too."""

    catalogue: Catalogue
    form: Form
    period: Period
    tree: Tree
    rows: dict[ReportKey, Row[Any]]
    names: dict[str, tuple[PartNamed, ...]]
    adjustments: dict[str, Adjustments]
    corrections: dict[str, tuple[Correction, ...]]
    aside: frozenset[ReportKey] = frozenset()
    waiting: Waiting = NOTHING_WAITS

    def key(self, unit: str, part: str = "total") -> ReportKey:
        return ReportKey(self.form.code, unit, str(self.period), part)


class Arrivals(NamedTuple):
    """So many base reports of those expected are in a total; it is stale when it adds less than what is held."""

    arrived: int
    expected: int
    is_stale: bool = False

    @property
    def is_complete(self) -> bool:
        return self.arrived >= self.expected


def held_of(db: Connection, node: Node, form: Form, period: Period) -> HeldReports:
    """What is held of a form and period, by the catalogue that the period pins; what was made by other definitions is
    set aside."""
    catalogue, current = node.catalogue_for(db, period), current_reports(db, form=form.code, period=str(period))
    aside = frozenset(map(key_of, made_otherwise(db, node, current, period)))
    rows = {key_of(row): row for row in current if key_of(row) not in aside}
    adjustments, corrections = kept_adjustments(db, form.code, str(period)), in_force(db, form.code, str(period), rows)
    for unit, said in corrections.items():
        adjustments[unit] = Adjustments.of([*adjustments.get(unit, UNADJUSTED).rows(), *added_up(said)])
    tree = catalogue.tree.on(period.last_day)
    return HeldReports(catalogue, catalogue.asks(form), period, tree, rows, {}, adjustments, corrections, aside)


def in_force(
    db: Connection, form: str, period: str, rows: Mapping[ReportKey, Row[Any]]
) -> dict[str, tuple[Correction, ...]]:
    """The corrections of totals whose revision still stands, by the unit of the total."""
    found: dict[str, tuple[Correction, ...]] = {}
    for kept in kept_corrections(db, form, period):
        row = rows.get(ReportKey(form, kept.correction.unit, period, kept.correction.part))
        if row is not None and row.digest == kept.correction.revision:
            found[kept.total] = (*found.get(kept.total, ()), kept.correction)
    return found


def wanted_parts(held: HeldReports, unit: str) -> list[ReportKey]:
    """The reports that a unit's total adds."""
    return [held.key(*part) for part in parts_of(held.catalogue, held.form, unit, held.tree)]


def name_of(row: Row[Any]) -> PartNamed:
    return PartNamed(
        unit=row.unit, part=row.part, tenure=row.tenure, epoch=row.epoch, revision=row.revision, digest=row.digest
    )


def parts_held(held: HeldReports, unit: str) -> tuple[PartNamed, ...]:
    """The parts that a unit's total would name now."""
    return tuple(name_of(row) for part in wanted_parts(held, unit) if (row := held.rows.get(part)))


def names_in(db: Connection, held: HeldReports, rows: Sequence[Row[Any]]) -> Mapping[str, tuple[PartNamed, ...]]:
    """The parts that these totals name, by envelope; each is read once."""
    unread = [row for row in rows if row.envelope not in held.names]
    held.names.update((row.envelope, report.parts) for row, report in sealed_reports(db, unread))
    return held.names


def arrivals_of(db: Connection, held: HeldReports, row: Row[Any], report: Report) -> Arrivals:
    """How complete one report is. An own part is one report; of a unit that the tree no longer has nothing is said."""
    if report.part == "own" or report.unit not in held.tree:
        return Arrivals(1, 1)
    held.names[row.envelope] = report.parts
    found = arrivals(db, held, report.unit, report.parts)
    return found if row.is_current else found._replace(is_stale=False)


def arrivals(db: Connection, held: HeldReports, unit: str, names: Sequence[PartNamed]) -> Arrivals:
    """How complete a total of `unit` is that names these parts, looked into down to the base reports."""
    expected = base_reports(held.catalogue, held.form, unit, held.tree)
    arrived, is_stale, open_ones = 0, False, {unit: tuple(names)}
    while open_ones:
        is_stale = is_stale or any(parts_held(held, of) != named for of, named in open_ones.items())
        parts = [part for named in open_ones.values() for part in named]
        arrived += sum(part.part == "own" for part in parts)
        rows = _rows_of(db, held, [part for part in parts if part.part == "total"])
        known = names_in(db, held, rows)
        open_ones = {row.unit: known.get(row.envelope, ()) for row in rows if row.unit in held.tree}
    return Arrivals(arrived, expected, is_stale)


def _rows_of(db: Connection, held: HeldReports, parts: Iterable[PartNamed]) -> list[Row[Any]]:
    """The revisions named, as far as they are held: mostly current ones."""
    current = {name_of(row): row for row in (held.rows.get(held.key(p.unit)) for p in parts) if row}
    earlier = [part for part in parts if part not in current]
    revisions = revisions_of(db, [held.key(part.unit) for part in earlier]) if earlier else {}
    past = {name_of(row): row for rows in revisions.values() for row in rows}
    return [row for part in parts if (row := current.get(part) or past.get(part))]


class Lacking(NamedTuple):
    """Units of which nothing has come for a form and period, out of so many that are expected to report."""

    form: str
    period: str
    units: tuple[str, ...]
    expected: int


def lacking_of(node: Node, concerned: Iterable[tuple[str, str]]) -> list[Lacking]:
    """What lacks of the totals of this node's home unit, in some forms and periods."""
    with node.store.read() as db:
        return lacking_at(db, node, concerned)


def lacking_at(db: Connection, node: Node, concerned: Iterable[tuple[str, str]]) -> list[Lacking]:
    """The same in a transaction that has begun."""
    found: list[Lacking] = []
    for code, text in concerned:
        held = held_of(db, node, node.catalogue_for(db, Period(text)).form(code), Period(text))
        if node.home in held.tree and held.tree.children(node.home):
            here = held.rows.keys() | held.aside
            units = units_lacking(held.catalogue, held.form, held.period, node.home, held.tree, here)
            expected = base_reports(held.catalogue, held.form, node.home, held.tree)
            found += [Lacking(code, text, tuple(units), expected)] if units else []
    return found
