"""A figure is "ok" only where nothing that the node holds leaves it in doubt."""

from pathlib import Path

import pytest

from tests.stories.known import HEADINGS, NAMES, SENIOR, STREET, A, B, D, District, senior

Q4, YEAR = "2025-Q4", "2025"
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


def test_who_left_on_a_day_that_nobody_noted_leaves_in_doubt_how_many_left(district: District) -> None:
    told = {
        "life_status": '{ from = "状态", values = { 健在 = "1", 去世 = "2" } }',
        "status_date": '{ from = "日期", parse = "date" }',
    }
    district.plugin("register", "senior", SENIOR | told)
    rows = [f"{senior(person, unit)},健在," for person, unit in enumerate([A] * 10 + [B] * 10, 1)]
    left = [f"{senior(30, A)},去世,2025-05-01", f"{senior(31, A)},去世,", f"{senior(32, B)},去世,2025-05-01"]
    district.drop("register", "2025-12-31.csv", [*rows, *left], f"{HEADINGS['senior']},状态,日期")
    district.push(YEAR)
    assert district.cell(A, "P12", YEAR) == (1, "provisional")
    assert district.cell(B, "P12", YEAR) == (1, "ok")
    assert district.cell(A, "P02", YEAR) == (10, "ok")
