"""Several files of one register: versions of one list, of which the newest counts, or parts of it, which all count."""

from pathlib import Path

import pytest

from tests.stories.known import HEADINGS, SENIOR, A, B, C, D, District, payment, senior
from tests.stories.known import PAYROLL as PAYROLL_MAP
from tiersync.errors import WhichCounts
from tiersync.flow.up import Pushed

Q4 = "2025-Q4"


@pytest.fixture
def district(tmp_path: Path) -> District:
    district = District(tmp_path / "district")
    district.plugin("r", "senior", SENIOR)
    return district


def people(unit: str, *numbers: int) -> list[str]:
    return [senior(number, unit) for number in numbers]


def counted(district: District, *units: str) -> list[int | None]:
    return [district.cell(unit, "P02", Q4)[0] for unit in units]


def doubts(pushed: Pushed) -> list[str]:
    return [error.say("en") for error in pushed.read.failed if isinstance(error, WhichCounts)]


def detail(pushed: Pushed) -> str:
    [run] = pushed.read.runs
    return run.detail


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("名册2025年11月.csv", "名册2025年12月.csv"),
        ("名册十一月.csv", "名册十二月.csv"),
        ("z_2024-12-31.csv", "a_2025-12-31.csv"),
        ("名册(2).csv", "名册(10).csv"),
        ("老年人v1.csv", "老年人v2.csv"),
    ],
)
def test_of_two_versions_the_newer_counts_whatever_order_they_are_read_in(
    district: District, older: str, newer: str
) -> None:
    district.drop("r", older, people(A, *range(1, 24)))
    district.drop("r", newer, people(A, *range(3, 25)))  # Two are gone, one is new.
    pushed = district.push(Q4)
    assert counted(district, A) == [22]
    assert f'"replaced":{{"inbox/{older}":"inbox/{newer}"}}' in detail(pushed)


def test_a_file_that_comes_later_is_newer_where_no_name_says_so_and_stays_so(district: District) -> None:
    district.drop("r", "november.csv", people(A, *range(1, 24)))
    district.push(Q4)
    district.drop("r", "december.csv", people(A, *range(3, 25)))
    for _ in range(2):
        district.push(Q4)
        assert counted(district, A) == [22]
        with (district.folder / "plugins" / "r" / "plugin.toml").open("a", encoding="utf-8") as file:
            file.write("# read again\n")


def test_two_versions_that_came_together_without_a_date_are_a_question(district: District) -> None:
    district.drop("r", "december.csv", people(A, *range(1, 24)))
    district.drop("r", "november.csv", people(A, *range(3, 25)))
    [said] = doubts(district.push(Q4))
    assert "nothing says which is newer" in said
    assert district.report(A, Q4) is None
    with (district.folder / "plugins" / "r" / "plugin.toml").open(encoding="utf-8") as file:
        text = file.read()
    for setting, number in (("parts", 24), ("newest", 22)):
        told = text.replace('path = "inbox/*.csv"', f'path = "inbox/*.csv"\nfiles = "{setting}"')
        (district.folder / "plugins" / "r" / "plugin.toml").write_text(told, encoding="utf-8")
        assert doubts(district.push(Q4)) == []
        assert counted(district, A) == [number]


def test_files_that_share_hardly_anybody_are_parts_and_all_count(district: District) -> None:
    district.drop("r", "尉署2025-12.csv", people(A, *range(1, 41)))
    district.drop("r", "康乐2025-11.csv", people(B, *range(40, 81)))  # One moved.
    pushed = district.push(Q4)
    assert counted(district, A, B) == [40, 40]
    assert '"parts":2' in detail(pushed)


def test_files_that_share_some_are_a_question_and_the_old_figures_stand(district: District) -> None:
    district.drop("r", "2025-11.csv", people(A, *range(1, 41)))
    district.push(Q4)
    district.drop("r", "2025-12.csv", people(A, *range(31, 71)))
    [said] = doubts(district.push(Q4))
    assert "share 25%" in said
    assert counted(district, A) == [40]


def test_a_unit_that_the_newer_names_no_more_keeps_its_rows_as_a_question(district: District) -> None:
    district.drop("r", "2025-06.csv", [*people(A, *range(1, 21)), *people(B, 21, 22, 23)])
    district.drop("r", "2025-12.csv", [*people(A, *range(1, 22))])  # 21 moved to A; 22 and 23 stay with B.
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (21, "ok")
    assert district.cell(B, "P02", Q4) == (2, "imputed")
    assert ("unit_gone", B, "2") in [(one.reason, one.unit, one.held) for one in district.findings()]


def test_a_newer_file_of_a_few_of_the_same_people_may_be_a_supplement_and_is_a_question(district: District) -> None:
    district.drop("r", "2025-11.csv", people(A, *range(1, 11)))
    district.drop("r", "2025-12.csv", people(A, 1, 2, 11))
    [said] = doubts(district.push(Q4))
    assert "may be a supplement" in said


def test_what_was_refused_of_an_older_version_waits_no_more(district: District) -> None:
    district.drop("r", "2025-11.csv", [*people(A, *range(1, 31)), "1,坏,男,1940-06-01,康乐社区"])
    district.drop("r", "2025-12.csv", people(A, *range(1, 31)))
    district.push(Q4)
    assert district.report(A, Q4).waiting == {}
    assert district.cell(A, "P02", Q4) == (30, "ok")


def test_three_versions_and_a_part_are_sorted(district: District) -> None:
    for month, last in ((9, 21), (10, 22), (11, 23)):
        district.drop("r", f"康乐2025-{month:02}.csv", people(A, *range(1, last)))
    district.drop("r", "南龙2025-12.csv", people(C, *range(100, 130)))
    pushed = district.push(Q4)
    assert counted(district, A, C) == [22, 30]
    assert '"parts":2' in detail(pushed)


def test_equal_bytes_under_another_name_are_one_file(district: District) -> None:
    for name in ("名册.csv", "名册 - 副本.csv"):
        district.drop("r", name, people(D, *range(1, 11)))
    assert doubts(district.push(Q4)) == []
    assert counted(district, D) == [10]


def test_events_of_several_months_are_parts(district: District) -> None:
    district.plugin("p", "benefit", PAYROLL_MAP)
    for month in (10, 11):
        district.drop("p", f"2025-{month}.csv", [payment(1, A, f"2025-{month}-05")], HEADINGS["benefit"])
    district.drop("r", "2025-12.csv", people(A, 1))
    district.push(Q4)
    assert district.cell(A, "B03", Q4)[0] == 20000
