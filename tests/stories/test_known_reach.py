"""How far a source reaches is told by what it was read from, also when its files are gone or its dead are not dated."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.known import HEADINGS, JANUARY, PAYROLL, SENIOR, A, B, District, payment, senior

Q4 = "2025-Q4"
NEXT = JANUARY + timedelta(days=1)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def with_cursor(district: District, id_: str, kind: str) -> None:
    """The plugin's stream is read on from where it was."""
    place = district.folder / "plugins" / id_ / "plugin.toml"
    told = place.read_text(encoding="utf-8").replace("[stream.map]", f'[stream.cursor]\nkind = "{kind}"\n[stream.map]')
    place.write_text(told, encoding="utf-8")


@pytest.mark.parametrize("kind", ["file", "none"])
def test_a_payroll_of_october_tells_of_october_alone_when_its_file_is_put_away(district: District, kind: str) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    with_cursor(district, "payroll", kind)
    district.drop("payroll", "2025年10月.csv", [payment(1, A, "2025-10-05")], HEADINGS["benefit"])
    district.push(Q4)
    district.remove("payroll", "2025年10月.csv")
    district.push(Q4, NEXT)
    assert district.cell(A, "B03", Q4) == (10000, "partial")
    assert district.cell(B, "B03", Q4) == (0, "partial")


@pytest.mark.parametrize("kind", ["file", "none"])
def test_a_register_is_no_younger_when_its_file_is_put_away(district: District, kind: str) -> None:
    district.plugin("register", "senior", SENIOR)
    with_cursor(district, "register", kind)
    district.drop("register", "名册2024-12.csv", [senior(1, A)])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (1, "imputed")
    district.remove("register", "名册2024-12.csv")
    district.push(Q4, NEXT)
    assert district.cell(A, "P02", Q4) == (1, "imputed")


def test_a_register_of_one_unit_is_no_younger_when_one_of_another_comes(district: District) -> None:
    district.plugin("register", "senior", SENIOR)
    with_cursor(district, "register", "file")
    district.drop("register", "名册2024-12.csv", [senior(1, A)])
    district.push(Q4)
    district.drop("register", "名册2025-12.csv", [senior(2, B)])
    district.push(Q4, NEXT)
    assert district.cell(A, "P02", Q4) == (1, "imputed")
    assert district.cell(B, "P02", Q4) == (1, "ok")


def test_rows_that_leave_the_time_of_their_file_are_a_question_still_when_the_next_file_comes(
    district: District,
) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    with_cursor(district, "payroll", "file")
    rows = [payment(1, A, "2025-11-05"), payment(2, A, "2025-09-05")]
    district.drop("payroll", "2025年11月.csv", rows, HEADINGS["benefit"])
    district.push(Q4)
    district.drop("payroll", "2025年12月.csv", [payment(3, A, "2025-12-05")], HEADINGS["benefit"])
    district.push(Q4, NEXT)
    assert [(one.reason, one.held) for one in district.findings()] == [("time_left", "inbox/2025年11月.csv")]
    assert district.cell(A, "B03", Q4) == (20000, "partial")


def test_what_a_file_told_of_is_forgotten_with_its_rows_when_a_source_is_read_anew(district: District) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    with_cursor(district, "payroll", "file")
    for month in (10, 11):
        rows = [payment(1, A, f"2025-{month}-05")]
        district.drop("payroll", f"2025年{month}月.csv", rows, HEADINGS["benefit"])
    district.push(Q4)
    district.remove("payroll", "2025年10月.csv")
    district.plugin("payroll", "benefit", PAYROLL | {"scheme": '{ constant = "allow_90" }'})
    with_cursor(district, "payroll", "file")
    district.push("2025-Q3", NEXT)
    district.drop("payroll", "2025年12月.csv", [payment(1, A, "2025-12-05")], HEADINGS["benefit"])
    district.push(Q4, NEXT)
    assert district.cell(A, "B03", Q4) == (20000, "partial")
