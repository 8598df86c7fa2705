"""A figure is "ok" only where nothing that the node holds leaves it in doubt."""

from pathlib import Path

import pytest

from tests.stories.known import (
    HEADINGS,
    NAMES,
    OTHER,
    PAYROLL,
    SENIOR,
    STREET,
    A,
    B,
    C,
    D,
    District,
    number,
    payment,
    senior,
)

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


VISITS = {
    "service_id": '"编号"',
    "id_number": '"身份证号"',
    "unit": '{ from = "社区", lookup = "units" }',
    "kind": '{ constant = "visit" }',
    "done_on": '{ from = "日期", parse = "date" }',
}


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("10,{number},{unit},2025-11-02", (10, "ok")),
        ("10,,{unit},2025-11-02", (9, "provisional")),
        ("10,{number},{unit},", (9, "provisional")),
        ("10,{refused},{unit},2025-11-02", (9, "provisional")),
    ],
)
def test_visits_to_nobody_on_no_day_or_refused_leave_in_doubt_what_was_kept(
    district: District, last: str, status: tuple[int, str]
) -> None:
    district.plugin("register", "senior", SENIOR | {"visit_frequency": '{ constant = "Q" }'})
    seniors = [senior(person, unit) for person, unit in enumerate([A] * 10 + [B] * 10, 1)]
    district.drop("register", "2025-12.csv", seniors)
    district.plugin("visits", "service", VISITS, key='"service_id"')
    made = [f"{n},{number(n)},{NAMES[A if n < 11 else B]},2025-11-02" for n in range(1, 21) if n != 10]
    last = last.format(number=number(10), refused=number(10).replace("3799", "3798", 1), unit=NAMES[A])
    district.drop("visits", "2025年.csv", [*made, last], "编号,身份证号,社区,日期")
    district.push(Q4)
    assert district.cell(A, "S03", Q4, measure="numerator") == status
    assert district.cell(B, "S03", Q4, measure="numerator") == (10, "ok")


ROLL = {name: how for name, how in PAYROLL.items() if name not in ("amount", "paid_on", "pay_result")} | {
    "kind": '{ constant = "entitlement" }',
    "status": '{ constant = "active" }',
    "start_month": '{ from = "发放日期", parse = "date" }',
}


def test_of_whom_nobody_says_where_they_are_registered_is_a_doubt_where_they_live(district: District) -> None:
    district.plugin("register", "senior", SENIOR | {"hukou_unit": '{ from = "户籍", lookup = "units" }'})
    seniors = [f"{senior(n, unit)},{NAMES[unit]}" for n, unit in enumerate([A] * 10 + [B] * 10, 1)]
    heads = f"{HEADINGS['senior']},户籍"
    district.drop("register", "2025-12.csv", seniors, heads)
    district.plugin("roll", "benefit", ROLL)
    roll = [payment(n, A if n < 11 else B, "2025-01-01") for n in (1, 2, 3, 11, 12)]
    district.drop("roll", "2025-12.csv", roll, HEADINGS["benefit"])
    district.push(Q4)
    assert _take_up(district, A) == ((3, "ok"), (10, "ok"))
    district.drop("register", "2025-12.csv", [f"{senior(1, A)},", *seniors[1:]], heads)
    district.push(Q4)
    assert _take_up(district, A) == ((2, "provisional"), (9, "provisional"))
    assert _take_up(district, B) == ((2, "ok"), (10, "ok"))


def _take_up(district: District, unit: str) -> tuple[object, object]:
    return tuple(district.cell(unit, "B05", Q4, measure=measure) for measure in ("numerator", "denominator"))


def test_a_unit_of_which_a_list_of_all_has_nobody_is_a_doubt_where_its_sisters_have_many(district: District) -> None:
    district.plugin("register", "senior", SENIOR, source='covers = "all"')
    district.drop("register", "2025-12.csv", [senior(n, unit) for n, unit in enumerate([A] * 11 + [B] * 11, 1)])
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (0, "provisional")
    assert district.cell(A, "P02", Q4) == (11, "ok")
    assert [(one.reason, one.unit, one.held) for one in district.findings()] == [("few_rows", C, "0")]
    district.drop("register", "2025-12.csv", [senior(n, unit) for n, unit in enumerate([A] * 10 + [B] * 10, 1)])
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (0, "ok")
    assert district.findings() == []


def test_a_register_of_another_street_knows_nothing_about_who_is_paid_here(district: District) -> None:
    mapped = SENIOR | {"hukou_kind": '{ from = "户口", values = { 城 = "1", 乡 = "2" } }'}
    district.plugin("register", "senior", mapped, unit=OTHER)
    district.drop("register", "2025-12.csv", [f"{senior(1, D)},城"], f"{HEADINGS['senior']},户口")
    district.plugin("payroll", "benefit", PAYROLL)
    district.drop(
        "payroll", "2025年.csv", [payment(1, D, "2025-11-05"), payment(2, A, "2025-11-05")], HEADINGS["benefit"]
    )
    district.push(Q4)
    assert district.cell(D, "B01", Q4, "hukou_kind=1") == (1, "ok")
    assert district.cell(A, "B01", Q4) == (1, "ok")
    assert district.cell(A, "B01", Q4, "hukou_kind=1") == (None, "missing")
