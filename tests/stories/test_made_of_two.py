"""Figures made of two numbers, of parts, and of what is only roughly known, in the lists of one district."""

from pathlib import Path

import pytest

from tests.stories.known import DISTRICT, SENIOR, STREET, A, B, C, D, District, number, senior
from tests.stories.lists_of_all_kinds import BEDS, FACILITIES, VISITS, Listing, declare, keep

Q4, YEAR = "2025-Q4", "2025"
Pair = tuple[int | None, int | None]


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def pair(district: District, unit: str, indicator: str, period: str, breakdown: str = "", part: str = "own") -> Pair:
    done, of = (
        district.cell(unit, indicator, period, breakdown, part, measure)[0] for measure in ("numerator", "denominator")
    )
    return done, of


def status(district: District, unit: str, indicator: str) -> set[str]:
    """Of either number of a total's ratio."""
    return {district.cell(unit, indicator, YEAR, "", "total", which)[1] for which in ("numerator", "denominator")}


@pytest.mark.parametrize(("of_others", "told"), [(10, "ok"), (0, "partial")])
def test_beds_at_streets_and_persons_at_communities_make_a_ratio_of_each_total(
    district: District, of_others: int, told: str
) -> None:
    """What is entered at different tiers has no pair below; what lacks in one number lacks in the ratio."""
    people = [*[A] * 5, *[B] * 3, *[C] * 2, *[D] * of_others]
    district.plugin("register", "senior", SENIOR)
    district.drop("register", "2025-12.csv", [senior(n, unit) for n, unit in enumerate(people, 1)])
    keep(district, BEDS, "2025-12.csv", [(STREET, "3"), (A, "2")], 'covers = "all"')
    district.push(YEAR)
    assert pair(district, STREET, "F03", YEAR, part="total") == (5, 10)
    assert pair(district, DISTRICT, "F03", YEAR, part="total") == (5, len(people))
    assert [status(district, unit, "F03") for unit in (STREET, DISTRICT)] == [{"ok"}, {told}]
    assert district.cell(A, "F03", YEAR, measure="numerator") == (None, "not asked")


@pytest.mark.parametrize(
    ("frequency", "days", "done", "due"),
    [
        ("M", ("2025-10-05",), 1, 3), ("M", ("2025-10-05", "2025-10-20", "2025-12-01"), 2, 3),
        ("Q", ("2025-10-05", "2025-11-05"), 1, 1), ("Q", (), 0, 1),
        ("W", ("2025-10-05", "2025-10-06", "2025-10-12"), 2, 13),  # A Sunday; the Monday and Sunday after it.
    ],
)  # fmt: skip
def test_visits_done_are_of_visits_due_and_one_an_interval(
    district: District, frequency: str, days: tuple[str, ...], done: int, due: int
) -> None:
    district.plugin("register", "senior", SENIOR | {"visit_frequency": f'{{ constant = "{frequency}" }}'})
    district.drop("register", "2025-12.csv", [senior(1, A), senior(2, B)])
    listed = VISITS._replace(mapped=VISITS.mapped | {"id_number": '"证号"'}, more="日期,证号")
    keep(district, listed, "2025年.csv", [(A, day, number(1)) for day in days])
    district.push(Q4)
    assert pair(district, A, "S03", Q4) == (done, due)
    assert pair(district, B, "S03", Q4) == (0, due)
    assert pair(district, A, "S03", Q4, f"visit_frequency={frequency}") == (done, due)
    assert pair(district, STREET, "S03", Q4, part="total") == (done, 2 * due)


PETITIONS = Listing(
    "service",
    "service_id",
    {
        "kind": '{ constant = "petition" }', "status": '"状态"', "channel": '"渠道"',
        "requested_on": '"受理"', "due_on": '"期限"', "done_on": '"办结"',
    },
    "状态,渠道,受理,期限,办结",
)  # fmt: skip
IN_TIME = (A, "closed", "letter", "2025-10-01", "2025-11-01", "2025-10-20")
LATE = (A, "closed", "web", "2025-10-01", "2025-11-01", "2025-11-02")
OPEN = (A, "overdue", "letter", "2025-10-01", "2025-12-01", "")
GONE = (A, "withdrawn", "letter", "2025-10-01", "2025-11-01", "")
GONE_IN_TIME = (A, "withdrawn", "web", "2025-10-01", "2025-11-01", "2025-10-05")


@pytest.mark.parametrize(
    ("period", "petitions", "rate", "letters", "accepted"),
    [
        (Q4, (IN_TIME, GONE), (1, 1), (1, 1), 2),
        (YEAR, (IN_TIME, LATE, OPEN, GONE, GONE_IN_TIME), (1, 3), (1, 2), 5),
        (YEAR, (GONE, GONE_IN_TIME), (0, 0), (0, 0), 2),
        (Q4, (LATE,), (0, 1), (0, 0), 1),
    ],
)
def test_petitions_that_were_withdrawn_are_in_no_closing_rate(
    district: District, period: str, petitions: tuple[tuple[str, ...], ...], rate: Pair, letters: Pair, accepted: int
) -> None:
    keep(district, PETITIONS, "2025年.csv", petitions)
    district.push(period)
    assert pair(district, A, "L06", period) == rate
    assert pair(district, A, "L06", period, "channel=letter") == letters
    assert district.cell(A, "L04", period) == (accepted, "ok")


def test_a_unit_that_no_list_names_is_in_no_denominator_of_communities_with_a_service(district: District) -> None:
    listed = FACILITIES._replace(mapped={"facility_type": '"类型"'}, more="类型")
    keep(district, listed, "2025-12.csv", [(A, "nursing_home"), (A, "canteen"), (D, "day_care"), (D, "day_care")])
    district.push(YEAR)
    assert [pair(district, unit, "F05", YEAR) for unit in (A, D)] == [(0, 1), (1, 1)]
    assert district.report(B, YEAR) is None
    assert pair(district, DISTRICT, "F05", YEAR, part="total") == (1, 2)
    assert status(district, DISTRICT, "F05") == {"partial"}


@pytest.mark.parametrize(
    ("indicator", "of", "whole", "parts", "rest"),
    [
        ("P01", A, 5000, {"sex=1": 2400, "sex=2": 2000}, 600),
        ("P01", B, 3000, {"hukou_kind=1": 2999}, 1),
        ("M01", DISTRICT, 331, {"outlet_kind=paper": 200, "outlet_kind=web": 79}, 52),
    ],
)
def test_what_the_parts_of_a_declared_total_leave_is_a_finding_and_no_part_is_made_up(
    district: District, indicator: str, of: str, whole: int, parts: dict[str, int], rest: int
) -> None:
    declare(district, YEAR, (indicator, of, "", whole), *((indicator, of, part, n) for part, n in parts.items()))
    assert not district.push(YEAR).failed
    split = next(iter(parts)).partition("=")[0]
    cells = [cell for cell in district.report(of, YEAR).cells.rows() if cell.indicator == indicator]
    said = {
        cell.breakdown: cell.value for cell in cells if cell.breakdown.startswith(split) and ";" not in cell.breakdown
    }
    assert {name: value for name, value in said.items() if value is not None} == parts
    assert district.cell(of, indicator, YEAR) == (whole, "ok")
    [finding] = district.findings()
    assert (finding.reason, finding.indicator, finding.sent, finding.held) == (
        "unallocated", indicator, str(whole), str(whole - rest),
    )  # fmt: skip


MEDIA = Listing(
    "activity",
    "activity_id",
    {"kind": '{ constant = "media" }', "start_at": '"日期"', "items": '"数量"', "outlet_level": '"层级"'},
    "日期,数量,层级",
)


def test_of_media_whose_level_is_blank_or_whose_kind_nobody_notes_no_part_is_zero(district: District) -> None:
    rows = [(DISTRICT, "2025-03-05", "200", "city"), (DISTRICT, "2025-03-06", "79", "county")]
    keep(district, MEDIA, "2025年.csv", [*rows, (DISTRICT, "2025-03-07", "52", "")])
    district.push(YEAR)
    assert district.cell(DISTRICT, "M01", YEAR)[0] == 331
    levels = {level: district.cell(DISTRICT, "M01", YEAR, f"outlet_level={level}")[0] for level in LEVELS}
    assert levels == {"city": 200, "county": 79, "unknown": 52, "province": 0}
    assert district.cell(DISTRICT, "M01", YEAR, "outlet_kind=unknown")[0] == 331
    for kind in ("paper", "web"):
        assert district.cell(DISTRICT, "M01", YEAR, f"outlet_kind={kind}") == (None, "missing")
        assert district.cell(DISTRICT, "M01", YEAR, f"outlet_kind={kind};outlet_level=city") == (None, "missing")
    assert district.cell(DISTRICT, "M01", YEAR, "outlet_kind=unknown;outlet_level=city")[0] == 200


LEVELS = ("city", "county", "unknown", "province")


@pytest.mark.parametrize(
    ("one", "other", "value", "bounds"),
    [
        ("2万+", "约5000", 25_000, "24500.."), ("2万以上", "近5000", 25_000, "20000.."),
        ("3000余", "800", 3800, "3800.."), ("不足3000", "近500", 3500, "0..3500"),
        ("约1200", "约5000", 6200, "5650..6750"),
    ],
)  # fmt: skip
def test_a_lower_bound_is_kept_when_roughly_known_figures_are_added(
    district: District, one: str, other: str, value: int, bounds: str
) -> None:
    both = ((indicator, unit, "", said) for indicator in ("P01", "A03") for unit, said in ((A, one), (B, other)))
    declare(district, YEAR, *both)
    assert not district.push(YEAR).failed
    for unit, indicator in ((STREET, "P01"), (DISTRICT, "P01"), (STREET, "A03"), (DISTRICT, "A03")):
        cell = district.whole(unit, indicator, YEAR, part="total")
        assert (cell.value, cell.bounds) == (value, bounds)
