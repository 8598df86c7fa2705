"""What a partition leaves of its total is a row of its own, never a zero and never silence."""

import pytest

from tests.rules.small_catalogue import cell, count, own_cells, small_catalogue
from tests.rules.test_rounding import BY_ABILITY, cells_of
from tiersync.model.cell import Cell, Cells
from tiersync.model.indicator import Breakdown
from tiersync.rules.disclosure.rounding import disclose
from tiersync.rules.totals.unallocated import declared_rests, is_rest, with_unallocated

CATALOGUE = small_catalogue()


def left(*cells: Cell) -> dict[str, tuple[int | None, str]]:
    """What is left of P02 by each breakdown, and how approximate that is."""
    shown = with_unallocated(CATALOGUE, cells)
    return {one.breakdown: (one.value, one.bounds) for one in shown if is_rest(one)}


def test_what_the_parts_leave_of_the_total_stands_among_them_as_certain_as_the_total() -> None:
    cells = [cell("P02", 331), cell("P02", 200, "sex=1"), cell("P02", 79, "sex=2"), cell("P02", None, "sex=unknown")]
    shown = with_unallocated(CATALOGUE, cells)
    assert [(one.breakdown, one.value, one.status) for one in shown] == [
        ("", 331, "ok"), ("sex=1", 200, "ok"), ("sex=2", 79, "ok"), ("sex=unallocated", 52, "ok"),
        ("sex=unknown", None, "missing"),
    ]  # fmt: skip


def test_each_breakdown_has_a_row_of_its_own() -> None:
    parts = [cell("P02", 6, "sex=1"), cell("P02", 9, "age_band=60-64")]
    assert left(cell("P02", 10), *parts) == {"sex=unallocated": (4, ""), "age_band=unallocated": (1, "")}


@pytest.mark.parametrize(
    "cells",
    [
        [cell("P02", 10), cell("P02", 6, "sex=1"), cell("P02", 4, "sex=2")],  # Nothing is left.
        [cell("P02", 10), cell("P02", None, "sex=1")],  # Nobody splits it.
        [cell("P02", None), cell("P02", 6, "sex=1")],  # Nobody says of what.
        [cell("P02", 10), cell("P02", 6, "sex=1"), cell("P02", None, "sex=2", status="masked")],
        [cell("P02", 10), cell("P02", 6, "planet=mars")],  # It has no such breakdown.
        [cell("P02", 5), cell("P02", 6, "sex=1")],
        [cell("I02", 5, measure="numerator"), cell("I02", 3, "sex=1", measure="numerator")],  # Ratios do not add.
    ],
)
def test_nothing_is_shown_as_left_where_nobody_can_say_so(cells: list[Cell]) -> None:
    assert left(*cells) == {}


def test_a_subset_leaves_nothing() -> None:
    split = (Breakdown(dims=("sex",), kind="subset"),)
    catalogue = small_catalogue().model_copy(update={"indicators": (count("P02", breakdowns=split),)})
    cells = [cell("P02", 10), cell("P02", 6, "sex=1")]
    assert with_unallocated(catalogue, cells) == cells


def test_unlike_scales_are_aligned_exactly() -> None:
    assert left(cell("P02", 1000, scale=2), cell("P02", 7, "sex=1")) == {"sex=unallocated": (300, "")}


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        ("325..335", "", (52, "46..56")),  # about 330 and exactly 279
        ("330..", "", (52, "51..")),
        ("..331", "", None),  # nearly 331: it may be 279
        ("270..340", "", None),
        ("", "270..", None),
        ("", "270..290", (52, "41..61")),
    ],
)
def test_what_is_left_of_an_approximate_total_is_approximate(
    whole: str, part: str, expected: tuple[int, str] | None
) -> None:
    found = left(cell("P02", 331, bounds=whole), cell("P02", 279, "sex=1", bounds=part))
    assert found.get("sex=unallocated") == expected


def test_only_a_declared_partition_can_exceed_its_total_and_only_for_certain() -> None:
    def exceeded(basis: str, bounds: str = "") -> list[bool]:
        cells = [cell("P02", 10, basis=basis, bounds=bounds), cell("P02", 12, "sex=1", basis=basis)]
        return [rest.is_exceeded for rest in declared_rests(CATALOGUE, Cells.of(cells))]

    assert exceeded("declared") == [True]
    assert exceeded("declared", "8..12") == [False]
    assert exceeded("records") == []
    assert declared_rests(CATALOGUE, own_cells(P02=3)) == []


def test_what_is_left_of_a_sensitive_breakdown_is_rounded_like_its_parts() -> None:
    declared = {"": 120, "ability_level=0": 90, "ability_level=1": 12, "ability_level=2": 9, "ability_level=3": 7}
    shown = disclose(BY_ABILITY, with_unallocated(BY_ABILITY, cells_of("N01", declared)))
    assert [(one.cell.value, one.is_rounded) for one in shown if is_rest(one.cell)] == [(0, True)]
