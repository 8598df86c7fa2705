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
