"""What lists of facilities, associations, activities and services say, and what they leave open."""

from pathlib import Path

import pytest

from tests.stories.known import DISTRICT, OTHER, STREET, A, B, C, D, District, number
from tests.stories.lists_of_all_kinds import APPLICATIONS, ASSOCIATIONS, BEDS, EVENTS, FACILITIES, VISITS, Listing, keep
from tests.stories.test_known import closed_and_opened

YEAR = "2025"
Cell = tuple[str, str]  # indicator, breakdown


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


@pytest.mark.parametrize(
    ("kind", "row", "known", "missing", "unknown"),
    [
        (FACILITIES, (), "F01", "F02", "ownership"),
        (ASSOCIATIONS, (), "O01", "O03", "assoc_level"),
        (EVENTS, ("2025-10-05",), "A01", "A02", "category"),
        (VISITS, ("2025-10-05",), "S01", "S02", "visitor_level"),
        (APPLICATIONS, (number(1), "2025-10-05"), "B06", "B01", "decision"),
    ],
    ids=lambda given: given.record if isinstance(given, Listing) else "",
)
def test_what_no_column_of_a_list_says_is_missing_and_what_is_split_by_it_unknown(
    district: District, kind: Listing, row: tuple[str, ...], known: str, missing: str, unknown: str
) -> None:
    keep(district, kind, "2025年.csv", [(A, *row), (A, *row), (B, *row)])
    assert not district.push(YEAR).failed
    assert district.cell(A, known, YEAR) == (2, "ok")
    assert district.cell(A, missing, YEAR) == (None, "missing")
    assert district.cell(A, known, YEAR, f"{unknown}=unknown") == (2, "ok")
    report = district.report(A, YEAR)
    split = {cell.breakdown: cell.status for cell in report.cells.rows() if cell.indicator == known}
    told = {status for breakdown, status in split.items() if breakdown.startswith(unknown) and "=un" not in breakdown}
    assert told == {"missing"}


@pytest.mark.parametrize(("kind", "indicator", "entered"), [(BEDS, "F02", 7), (ASSOCIATIONS, "O01", 4)])
def test_a_list_of_one_street_in_the_plugin_of_a_district_makes_a_lower_bound_of_the_district(
    district: District, kind: Listing, indicator: str, entered: int
) -> None:
    keep(district, kind, "2025-12.csv", [(unit, "30") if kind is BEDS else (unit,) for unit in (A, B, C)])
    district.push(YEAR)
    assert (district.report(D, YEAR), district.report(OTHER, YEAR, "total")) == (None, None)
    total = district.whole(DISTRICT, indicator, YEAR, part="total")
    assert (total.value, total.status, total.present, total.expected) == (
        90 if kind is BEDS else 3, "partial", 3, entered,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "row", "indicator", "told"),
    [
        (EVENTS, "2025年3月.csv", ("2025-03-05",), "A01", {"2025-Q1": "partial", "2025-Q2": "", "2025": "partial"}),
        (VISITS, "2025年上半年.csv", ("2025-03-05",), "S01", {"2025-Q1": "ok", "2025-Q3": "", "2025": "partial"}),
        (APPLICATIONS, "2025年三季度.csv", (number(1), "2025-08-05"), "B06", {"2025-Q3": "ok", "2025-Q2": ""}),
    ],
)
def test_a_list_of_what_happened_says_nothing_of_a_time_that_its_name_leaves_out(
    district: District, kind: Listing, name: str, row: tuple[str, ...], indicator: str, told: dict[str, str]
) -> None:
    keep(district, kind, name, [(A, *row)])
    for period, status in told.items():
        district.push(period)
        expected = ((1, status), (0, status)) if status else ((None, "no report"),) * 2
        assert (district.cell(A, indicator, period), district.cell(D, indicator, period)) == expected


@pytest.mark.parametrize(("kind", "row", "indicator"), [(FACILITIES, (), "F01"), (ASSOCIATIONS, (), "O01")])
def test_a_list_of_today_without_what_has_closed_is_an_estimate_of_the_past(
    district: District, kind: Listing, row: tuple[str, ...], indicator: str
) -> None:
    keep(district, kind, "2025-12.csv", [(A, *row), (A, *row)])
    for year, status in (("2012", "estimated"), ("2023", "estimated"), ("2025", "ok")):
        district.push(year)
        assert district.cell(A, indicator, year) == (2, status)


def test_a_list_of_facilities_with_those_that_closed_knows_its_past(district: District) -> None:
    told = BEDS.mapped | {"status": '"状态"', "status_date": '"状态日期"', "opened_on": '"启用"'}
    listed = BEDS._replace(mapped=told, more="床位,状态,状态日期,启用")
    rows = [(A, "30", "active", "", "2010-05-01"), (A, "20", "dissolved", "2014-03-01", "2009-01-01")]
    keep(district, listed, "2015-12.csv", [*rows, (A, "10", "active", "", "2014-06-01")])
    past = (50, "estimated")  # What closed before 2014 was not noted.
    for year, beds in (("2012", past), ("2013", past), ("2014", (40, "ok"))):
        district.push(year)
        assert district.cell(A, "F02", year) == beds


@pytest.mark.parametrize(
    ("kind", "period", "name", "rows", "indicator", "value", "lost"),
    [
        (ASSOCIATIONS, "2025", "2025-12.csv", [(A,), (B,), (C,), (C,)], "O01", 2, (C, "2")),
        (BEDS, "2025-Q2", "2025-06.csv", [(A, "30"), (B, "20"), (C, "10")], "F02", 30, (A, "1")),
        (VISITS, "2025", "2025年.csv", [(A, "2025-03-01"), (A, "2025-09-01"), (B, "2025-03-01")], "S01", 2, (A, "1")),
        (EVENTS, "2025", "2025年.csv", [(B, "2025-03-01"), (C, "2025-09-01"), (C, "2025-09-02")], "A01", 1, (C, "2")),
    ],
    ids=["associations", "beds", "visits", "events"],
)  # fmt: skip
def test_what_is_listed_of_a_unit_that_there_was_not_is_a_finding_and_makes_its_totals_lower_bounds(
    tmp_path: Path, kind: Listing, period: str, name: str, rows: list[tuple[str, ...]], indicator: str, value: int,
    lost: tuple[str, str],
) -> None:  # fmt: skip
    """C was closed in June 2025, and A began in July."""
    district = closed_and_opened(tmp_path)
    keep(district, kind, name, rows)
    district.push(period)
    for unit in (STREET, DISTRICT):
        assert district.cell(unit, indicator, period, part="total") == (value, "partial")
    found = {
        (one.reason, one.unit, one.sent, one.held) for one in district.findings() if one.indicator in ("", indicator)
    }
    assert found == {("not_alive", lost[0], STREET, lost[1])}


@pytest.mark.parametrize(
    ("kind", "before", "indicator", "moment"),
    [
        (EVENTS, (), "A01", "2024-12-31T16:30:00Z"), (EVENTS, (), "A01", "1735662600"),
        (VISITS, (), "S01", "2025-01-01T00:30:00+08:00"), (APPLICATIONS, (number(1),), "B06", "2024-12-31T16:30:00Z"),
        (APPLICATIONS, (number(1),), "B06", "2024-12-31T11:30:00.5-05:00"),
    ],
)  # fmt: skip
def test_a_moment_of_any_list_is_of_the_day_and_year_that_the_office_had(
    district: District, kind: Listing, before: tuple[str, ...], indicator: str, moment: str
) -> None:
    """Half past midnight on New Year's Day; of the day before is another, an hour earlier."""
    keep(
        district, kind, "登记.csv", [(A, *before, moment), (A, *before, "2024-12-31T15:30:00Z")], 'from = "2024-01-01"'
    )
    assert [_count(district, indicator, period) for period in ("2024-Q4", "2025-Q1")] == [1, 1]


def _count(district: District, indicator: str, period: str) -> int | None:
    assert not district.push(period).failed
    return district.cell(A, indicator, period)[0]
