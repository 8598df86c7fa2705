"""Two nodes and their units: who files for a unit that has a node of its own, and for one that has just begun."""

from datetime import date
from pathlib import Path

import pytest

from tests.stories.known import (
    DISTRICT,
    HEADINGS,
    OTHER,
    PAYROLL,
    SENIOR,
    STREET,
    UNITS,
    A,
    B,
    D,
    District,
    payment,
    senior,
)

BEFORE, YEAR = "2025-Q2", "2025"


@pytest.fixture
def district(tmp_path: Path) -> District:
    """D began in July 2025."""
    began = {"valid_from": date(2025, 7, 1)}
    return District(
        tmp_path / "district", tuple(one.model_copy(update=began if one.code == D else {}) for one in UNITS)
    )


@pytest.fixture
def community(district: District) -> District:
    return District(district.folder.parent / "community", home=D, above=district)


def test_a_node_files_nothing_for_a_time_in_which_its_unit_was_not_there_yet(
    district: District, community: District
) -> None:
    community.plugin("register", "senior", SENIOR, D)
    community.drop("register", "2025-12.csv", [senior(1, D)])
    assert not community.push(BEFORE).failed
    assert not community.push(YEAR).failed
    assert (community.report(D, BEFORE), community.cell(D, "P02", YEAR)) == (None, (1, "ok"))
    district.push(BEFORE)
    assert (district.report(D, BEFORE), district.cell(D, "P02", YEAR)) == (None, (1, "ok"))


def test_what_a_node_holds_from_before_its_unit_began_makes_its_own_part_a_lower_bound(
    district: District, community: District
) -> None:
    community.plugin("payroll", "benefit", PAYROLL, D)
    rows = [payment(1, D, "2025-03-01"), payment(2, D, "2025-09-01")]
    community.drop("payroll", "2025年.csv", rows, HEADINGS["benefit"])
    assert not community.push(YEAR).failed
    assert community.cell(D, "B03", YEAR) == (10000, "partial")
    assert community.report(OTHER, YEAR) is None
    assert {(one.reason, one.unit, one.sent, one.held) for one in community.findings()} == {("not_alive", D, D, "1")}
    assert not district.push(YEAR).failed
    assert district.cell(OTHER, "B03", YEAR, part="total") == (10000, "partial")


def test_rows_of_units_below_a_node_are_in_no_figure_of_the_node_above(district: District) -> None:
    street = District(district.folder.parent / "street", home=STREET, above=district)
    for node, unit, rows in (
        (street, STREET, [senior(1, A)]),
        (district, DISTRICT, [senior(1, A), senior(2, A), senior(3, B), senior(4, D)]),
    ):
        node.plugin("register", "senior", SENIOR, unit)
        node.drop("register", "2025-12.csv", rows)
        assert not node.push(YEAR).failed
    assert (district.cell(A, "P02", YEAR), district.report(B, YEAR)) == ((1, "ok"), None)
    total = district.whole(DISTRICT, "P02", YEAR, part="total")
    assert (total.value, total.status, total.expected, total.present) == (2, "partial", 4, 2)
