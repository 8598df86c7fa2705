"""Reconciliation of totals: each must be exactly the parts it names and its adjustments, and what the base reports and
the adjustments of the totals above them come to.

A residual belongs to the lowest total that does not equal the parts it names; those above that add up are no findings.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey, Cells
from tiersync.model.finding import Finding, Reason
from tiersync.model.form import Form
from tiersync.model.report import PartNamed, Rank, Report, ReportKey
from tiersync.model.unit import Tree
from tiersync.rules.agreement.difference import decimal_text, leading, say_rank, unlike
from tiersync.rules.agreement.reconcile import in_order
from tiersync.rules.persons.duplicates import impossible
from tiersync.rules.totals.expected import PartOf, parts_of
from tiersync.rules.totals.roll_up import PartCells, roll_up


class Scope(NamedTuple):
    """How the figures of one form and period are added: catalogue, form, and the tree of the period's last day; beside
    it the one from before the period, by which nodes add that do not know yet who moved."""

    catalogue: Catalogue
    form: Form
    tree: Tree
    before: Tree | None = None

    def parts_of(self, unit: str) -> list[PartOf]:
        """The parts that `unit`'s total adds; none where there is no such unit."""
        return parts_of(self.catalogue, self.form, unit, self.tree) if unit in self.tree else []

    @property
    def trees(self) -> list[Tree]:
        """The trees by which a total may have been added, the right one first, at last with whatever there ever was."""
        return [tree for tree in (self.tree, self.before, self.catalogue.tree) if tree is not None]


class Sealed(NamedTuple):
    """A total as it was sealed: by the node of which unit, as which revision."""

    node: str
    rank: Rank
    report: Report


@dataclass(frozen=True)
class Holding:
    """What this node holds of one form and period.

    `named`: the cells of each part that a total names, left out where that revision is not here. `newest`: the latest
    revision of each report. `own`: the cells of the latest own part of each unit. `adjustments`: those of the latest
    total of each unit. `filed_here`: the units whose reports this node files itself, where it knows something of them.
    `aside`: the reports that were made by other definitions, which are in none of these.
    """

    named: Mapping[PartNamed, Cells] = field(default_factory=dict)
    newest: Mapping[ReportKey, Rank] = field(default_factory=dict)
    own: Mapping[str, Cells] = field(default_factory=dict)
    adjustments: Mapping[str, Adjustments] = field(default_factory=dict)
    filed_here: frozenset[str] = frozenset()
    aside: frozenset[ReportKey] = frozenset()


def arithmetic(scope: Scope, totals: Iterable[Sealed], held: Holding) -> list[Finding]:
    """What is wrong with these totals, the latest of each unit, seen from the lowest up.

    A total in which and below which nothing is wrong is added once more from the base reports alone, unless that adds
    the very same cells again: its latest own parts, and totals that base reports were seen to come to.
    """
    findings: list[Finding] = []
    wrong = [key.unit for key in held.aside]  # Totals lack what base reports below them may hold.
    right: dict[str, Cells] = {}
    for total in sorted(totals, key=lambda total: -_depth(scope, total.report.unit)):
        by = added_by(scope, total, held)
        found = [*part_findings(scope, total, held, by), *residuals(by, total, held)]
        if not found and not any(scope.tree.is_within(unit, total.report.unit) for unit in wrong):
            found = [] if adds_the_same(scope, total, held, right) else [*base_residuals(scope, total, held)]
            right |= {} if found else {total.report.unit: total.report.cells}
        wrong += [total.report.unit] if found else []
        findings += found
    return in_order(findings)


def _depth(scope: Scope, unit: str) -> int:
    """How far below the top a unit lies; one that is gone where it lay."""
    return len(next((tree for tree in scope.trees if unit in tree), scope.tree).path(unit))


def added_by(scope: Scope, total: Sealed, held: Holding) -> Scope:
    """The scope, over the tree by which this total was added: that from before the period, where it adds up by that one
    and by no other, because its node did not know yet who moved."""
    named = {part.unit for part in total.report.parts} | {total.report.unit}
    if scope.before in (None, scope.tree) and named <= scope.tree.units.keys():
        return scope
    scopes = [scope._replace(tree=tree) for tree in scope.trees if all(unit in tree for unit in named)]
    unlike = [one for one in scopes if one.parts_of(total.report.unit) != scope.parts_of(total.report.unit)]
    if scopes and scopes[0] not in unlike and not any(residuals(scopes[0], total, held)):
        return scopes[0]
    return next((one for one in unlike if not any(residuals(one, total, held))), next(iter(scopes), scope))


def catalogue_findings(scope: Scope, aside: Iterable[Sealed]) -> Iterator[Finding]:
    """The reports that were made by other definitions than this period's: each is added when it is filed anew."""
    for node, _, report in aside:
        yield Finding(
            level="arithmetic", reason="catalogue_differs", node=node, unit=report.unit, form=report.form,
            period=str(report.period), part=report.part, revision=report.digest,
            sent=f"№{report.catalogue}", held=f"№{scope.catalogue.number}",
        )  # fmt: skip


def adds_the_same(scope: Scope, total: Sealed, held: Holding, right: Mapping[str, Cells]) -> bool:
    """Whether the parts that a total names are those that adding from the base reports adds, `right` being the totals
    that base reports come to."""
    named = {PartOf(part.unit, part.part): held.named.get(part) for part in total.report.parts}
    again = {
        part: right.get(part.unit) if part.part == "total" else held.own[part.unit]
        for part in parts_of(scope.catalogue, scope.form, total.report.unit, scope.tree)
        if (not _files_nothing(part.unit, held) if part.part == "total" else part.unit in held.own)
    }
    is_latest = held.adjustments.get(total.report.unit, UNADJUSTED) == total.report.adjustments
    same = (cells is not None and cells is again.get(part) for part, cells in named.items())
    return is_latest and named.keys() == again.keys() and all(same)


def part_findings(scope: Scope, total: Sealed, held: Holding, by: Scope) -> Iterator[Finding]:
    """The parts that a total names, against those it should add and those held here; `by` is how it was added."""
    expected, known = scope.parts_of(total.report.unit), by.parts_of(total.report.unit)
    seen: set[PartOf] = set()
    for named in total.report.parts:
        part = PartOf(named.unit, named.part)
        newest = _newest(part, total, held)
        reason = "two_revisions" if part in seen else _why(named, part in expected, newest, held)
        if reason:
            yield _about_part(total, part, reason, rank_of(named), newest)
        seen.add(part)
    for part in sorted(set(expected) - seen):
        for lacking in _lacking(scope, total, part, held):
            if _key_of(lacking, total) in held.aside:
                continue  # Why it is not added is said of the report itself.
            newest = _newest(lacking, total, held)
            reason = "unit_moved" if part not in known else "revision_behind" if newest else "missing_child"
            yield _about_part(total, lacking, reason, None, newest)


def _lacking(scope: Scope, total: Sealed, part: PartOf, held: Holding) -> Iterator[PartOf]:
    """What lacks where a total does not name `part`: the part, or, where this node would file it and knows nothing to
    file, whatever others have to file below it."""
    if part.unit not in held.filed_here or _newest(part, total, held):
        yield part
    elif part.part == "total":
        for below in parts_of(scope.catalogue, scope.form, part.unit, scope.tree):
            yield from _lacking(scope, total, below, held)


def residuals(scope: Scope, total: Sealed, held: Holding) -> Iterator[Finding]:
    """For each indicator, the leading difference between a total and exactly the parts it names with its adjustments,
    and the first adjustment that cannot be; all parts must be held."""
    if all(named in held.named for named in total.report.parts):
        parts = [PartCells(named.unit, named.part, held.named[named]) for named in total.report.parts]
        found = [
            *_residuals(scope, total, added(scope, total.report.unit, parts, total.report.adjustments)),
            *_impossible(scope, total, parts),
        ]
        yield from {(one.indicator, one.measure): one for one in reversed(found)}.values()


def base_residuals(scope: Scope, total: Sealed, held: Holding) -> Iterator[Finding]:
    """For each indicator, the leading difference between a total and what the base reports below it come to."""
    yield from _residuals(scope, total, recomputed_from_base(scope, total.report.unit, held))


def added(scope: Scope, unit: str, parts: list[PartCells], adjustments: Adjustments) -> Cells:
    """`unit`'s total added anew from these parts and adjustments."""
    return roll_up(scope.catalogue, scope.form, unit, scope.tree, parts, adjustments)


def recomputed_from_base(scope: Scope, unit: str, held: Holding) -> Cells:
    """`unit`'s total added anew, step by step, from nothing but what each unit at or below it holds itself, and what
    each total on the way up subtracts. A total that this node would file, and knows nothing to file, is no part."""
    parts = []
    for part in parts_of(scope.catalogue, scope.form, unit, scope.tree):
        if part.part == "total" and not _files_nothing(part.unit, held):
            parts.append(PartCells(*part, recomputed_from_base(scope, part.unit, held)))
        elif part.part == "own" and part.unit in held.own:
            parts.append(PartCells(*part, held.own[part.unit]))
    return added(scope, unit, parts, held.adjustments.get(unit, UNADJUSTED))


def _files_nothing(unit: str, held: Holding) -> bool:
    """Whether this node would file the total of a unit, and did not."""
    return unit in held.filed_here and unit not in held.adjustments


def rank_of(named: PartNamed) -> Rank:
    """Which revision of a part a total names."""
    return Rank(named.tenure, named.epoch, named.revision)


def _newest(part: PartOf, total: Sealed, held: Holding) -> Rank | None:
    return held.newest.get(_key_of(part, total))


def _key_of(part: PartOf, total: Sealed) -> ReportKey:
    return ReportKey(total.report.form, part.unit, str(total.report.period), part.part)


def _why(named: PartNamed, is_expected: bool, newest: Rank | None, held: Holding) -> Reason | None:
    """What is wrong with one part that a total names."""
    if not is_expected:
        return "unit_moved"
    if named not in held.named:
        return "two_revisions" if newest == rank_of(named) else "sent_not_held"
    return "revision_behind" if newest and newest > rank_of(named) else None


def _about_part(total: Sealed, part: PartOf, reason: Reason, named: Rank | None, newest: Rank | None) -> Finding:
    return Finding(
        level="arithmetic", reason=reason, node=total.node, unit=part.unit, form=total.report.form,
        period=str(total.report.period), part=part.part, revision=total.report.digest,
        sent=say_rank(named), held=say_rank(newest),
    )  # fmt: skip


def _residuals(scope: Scope, total: Sealed, again: Cells) -> Iterator[Finding]:
    """What a total says against what adding again comes to. How a figure came about (its basis) is not compared."""
    if _figures(total.report.cells) == _figures(again):
        return  # Nearly always: columns are compared far sooner than rows.
    for difference in leading(unlike(_without_basis(total.report.cells), _without_basis(again))):
        yield _about_cell(scope, total, difference.key, difference.said())


def _impossible(scope: Scope, total: Sealed, parts: list[PartCells]) -> Iterator[Finding]:
    """What a total subtracts against the most that it can."""
    for row, most in impossible(scope.catalogue, parts, total.report.adjustments):
        yield _about_cell(scope, total, row.key, (decimal_text(row.value, row.scale), decimal_text(-most, row.scale)))


def _about_cell(scope: Scope, total: Sealed, key: CellKey, said: tuple[str, str]) -> Finding:
    sent, held = said
    return Finding(
        level="arithmetic", reason="unexplained", node=total.node, unit=total.report.unit, form=total.report.form,
        period=str(total.report.period), part=total.report.part, revision=total.report.digest,
        **key._asdict(), sent=sent, held=held,
    )  # fmt: skip


def _figures(cells: Cells) -> list[tuple[str | int | None, ...]]:
    """All columns but the basis."""
    return [column for name, column in zip(Cell._fields, cells.columns(), strict=True) if name != "basis"]


def _without_basis(cells: Cells) -> Iterator[Cell]:
    return (cell._replace(basis="") for cell in cells.rows())
