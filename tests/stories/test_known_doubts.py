"""A figure is "ok" only where nothing that the node holds leaves it in doubt."""

from pathlib import Path

import pytest

from tests.stories.known import HEADINGS, NAMES, SENIOR, STREET, A, D, District, senior

Q4 = "2025-Q4"
BY_CODE = SENIOR | {"residence_unit": '"社区"'}


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def of_unit(person: int, unit: str) -> str:
    """A row of a register that names units by their codes."""
    return senior(person, unit).replace(NAMES[unit], unit)


def test_a_register_of_one_street_speaks_for_no_community_of_another_that_a_row_names(district: District) -> None:
    district.plugin("register", "senior", BY_CODE, unit=STREET)
    rows = [of_unit(person, A) for person in range(1, 30)]
    district.drop("register", "2025-12.csv", [*rows, of_unit(40, D)], HEADINGS["senior"])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (29, "ok")
    assert district.report(D, Q4) is None


TICKED = SENIOR | {"ability_level": '{ from = "失能", values = { "√" = "4" } }'}


def test_a_blank_means_no_only_where_every_list_ticks(district: District) -> None:
    district.plugin("ticked", "senior", TICKED)
    rows = [f"{senior(1, A)},√", f"{senior(2, A)},"]
    district.drop("ticked", "2025-12.csv", rows, f"{HEADINGS['senior']},失能")
    district.push(Q4)
    assert district.cell(A, "P10", Q4) == (1, "ok")
    mapped = SENIOR | {"ability_level": '{ from = "能力", values = { 完好 = "0", 失能 = "4" } }'}
    district.plugin("worded", "senior", mapped)
    rows = [f"{senior(person, A)},{'失能' if person == 3 else ''}" for person in range(3, 13)]
    district.drop("worded", "2025-12.csv", rows, f"{HEADINGS['senior']},能力")
    district.push(Q4)
    assert district.cell(A, "P10", Q4) == (2, "provisional")
