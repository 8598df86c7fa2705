"""Totals that subtract persons: parts and adjustments are the total, and a forged one of either is found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from tests.rules.made_payments import (
    BELOW,
    CATALOGUE,
    CITY,
    DISTRICT,
    FORM,
    NORTH,
    ONE,
    SOUTH,
    THREE,
    TREE,
    TWO,
    counted,
    payment,
)  # fmt: skip
from tests.rules.made_snapshots import YEAR, rows
from tiersync.model.adjustment import UNADJUSTED, Adjustment, Adjustments
from tiersync.model.cell import CellKey, Cells
from tiersync.model.finding import Finding
from tiersync.model.report import PartNamed, Rank, Report
from tiersync.rules.agreement.residual import Holding, Scope, Sealed, arithmetic, recomputed_from_base
from tiersync.rules.totals.expected import PartOf, parts_of
from tiersync.rules.totals.roll_up import PartCells, roll_up

SCOPE = Scope(CATALOGUE, FORM, TREE)
PAID = [payment(who, unit) for who in "ab" for unit in (ONE, TWO, THREE)] + [payment("c", ONE), payment("c", THREE)]
TOTALS = (NORTH, SOUTH, DISTRICT, CITY)
KEY = CellKey("B01", "", "value")
Forge = Callable[[Report], Report]


def seal(part: PartOf, cells: Cells, parts: Iterable[PartNamed], adjustments: Adjustments) -> Report:
    return Report(
        form=FORM.code, unit=part.unit, period=YEAR, part=part.part, tenure=1, revision=1, catalogue=CATALOGUE.number,
        cells=cells, parts=tuple(parts), adjustments=adjustments,
    )  # fmt: skip


def name(report: Report) -> PartNamed:
    return PartNamed(unit=report.unit, part=report.part, tenure=1, epoch=1, revision=1, digest=report.digest)


def network(forge: Mapping[str, Forge] | None = None) -> dict[PartOf, Report]:
    """Every report as the district's node, and above it the city's, seal them; `forge` changes totals before that."""
    own, adjustments = counted({"benefit": rows("benefit", *PAID)}, BELOW)
    sealed = {PartOf(unit, "own"): seal(PartOf(unit, "own"), cells, (), UNADJUSTED) for unit, cells in own.items()}
    for unit in TOTALS:
        there = [sealed[part] for part in parts_of(CATALOGUE, FORM, unit, TREE) if part in sealed]
        adjusted = adjustments.get(unit, UNADJUSTED)
        parts = [PartCells(one.unit, one.part, one.cells) for one in there]
        cells = roll_up(CATALOGUE, FORM, unit, TREE, parts, adjusted)
        total = seal(PartOf(unit, "total"), cells, map(name, there), adjusted)
        sealed[PartOf(unit, "total")] = (forge or {}).get(unit, lambda report: report)(total)
    return sealed


def held_of(sealed: Mapping[PartOf, Report]) -> Holding:
    return Holding(
        named={name(one): one.cells for one in sealed.values()},
        newest={one.key: Rank(1, 1, 1) for one in sealed.values()},
        own={part.unit: one.cells for part, one in sealed.items() if part.part == "own"},
        adjustments={part.unit: one.adjustments for part, one in sealed.items() if part.part == "total"},
    )


def reconciled(sealed: Mapping[PartOf, Report]) -> list[Finding]:
    totals = [Sealed(one.unit, Rank(1, 1, 1), one) for part, one in sealed.items() if part.part == "total"]
    return arithmetic(SCOPE, totals, held_of(sealed))


def adjusted(report: Report, by: int) -> Report:
    """The same report with `by` more persons in what it subtracts from B01 as a whole, its cells as they were."""
    rows = [row._replace(value=row.value + by) if row.key == KEY else row for row in report.adjustments.rows()]
    return report.model_copy(update={"adjustments": Adjustments.of(rows)})


def fitted(report: Report, by: int) -> Report:
    """The same, its total made to fit."""
    fit = [one._replace(value=(one.value or 0) + by) if one.key == KEY else one for one in report.cells.rows()]
    return adjusted(report.model_copy(update={"cells": Cells.of(fit)}), by)


def persons(report: Report) -> int | None:
    return next(cell.value for cell in report.cells.rows() if cell.key == KEY)


def test_adjusted_totals_reconcile_with_their_parts_and_from_base_reports_alone() -> None:
    sealed = network()
    assert [persons(sealed[PartOf(unit, "total")]) for unit in TOTALS] == [3, 3, 3, 3]
    taken = [dict(zip(one.indicator, one.value, strict=True)) for one in held_of(sealed).adjustments.values()]
    assert [of.get("B01", 0) for of in taken] == [-2, 0, -3, 0]
    assert reconciled(sealed) == []
    for unit in TOTALS:
        assert recomputed_from_base(SCOPE, unit, held_of(sealed)) == sealed[PartOf(unit, "total")].cells


def test_base_reports_alone_need_the_adjustments_of_every_total_below() -> None:
    sealed = network()
    held = held_of(sealed)
    for unit in (NORTH, DISTRICT):
        without = replace(held, adjustments={**held.adjustments, unit: UNADJUSTED})
        again = recomputed_from_base(SCOPE, CITY, without)
        assert next(cell.value for cell in again.rows() if cell.key == KEY) > 3  # type: ignore[operator]


@pytest.mark.parametrize("by", [-1, 1])
def test_a_forged_adjustment_that_the_total_does_not_fit_is_a_residual_of_who_sealed_it(by: int) -> None:
    found = reconciled(network({NORTH: lambda report: adjusted(report, by)}))
    b01 = [(f.node, f.unit, f.reason, f.breakdown, f.sent, f.held) for f in found if f.indicator == "B01"]
    assert b01 == [(NORTH, NORTH, "unexplained", "", "3", str(3 + by))]
    assert {f.node for f in found} == {NORTH}


def test_an_adjustment_left_out_of_a_total_is_a_residual() -> None:
    found = reconciled(network({DISTRICT: lambda report: report.model_copy(update={"adjustments": UNADJUSTED})}))
    assert ("unexplained", "3", "6") in {(f.reason, f.sent, f.held) for f in found if f.indicator == "B01"}
    assert {f.node for f in found} == {DISTRICT}


def test_more_persons_than_can_be_are_not_taken_off_though_the_total_fits() -> None:
    """One community shows three and the other two: whoever stands in the larger stands in their street."""
    assert reconciled(network({NORTH: lambda report: fitted(report, 0)})) == []
    found = reconciled(network({NORTH: lambda report: fitted(report, -1)}))
    assert [(f.reason, f.sent, f.held) for f in found if f.node == NORTH] == [("unexplained", "-3", "-2")]


@pytest.mark.parametrize(
    ("indicator", "measure", "scale"), [("B03", "value", 2), ("B04", "denominator", 0), ("Z99", "value", 0)]
)
def test_only_counts_of_persons_are_adjusted(indicator: str, measure: str, scale: int) -> None:
    key = CellKey(indicator, "", measure)

    def forge(report: Report) -> Report:
        taken = Adjustment(*key, "duplicate_person", -100, scale)
        cells = [one._replace(value=(one.value or 0) - 100) if one.key == key else one for one in report.cells.rows()]
        rows = [*report.adjustments.rows(), taken]
        return report.model_copy(update={"cells": Cells.of(cells), "adjustments": Adjustments.of(rows)})

    found = reconciled(network({NORTH: forge}))
    shown = "-1.00" if scale else "-100"
    assert [(f.node, f.indicator, f.sent, float(f.held)) for f in found] == [(NORTH, indicator, shown, 0)]
