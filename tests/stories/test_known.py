"""A figure is a number only where a source could have said it; every doubt is said again until somebody settles it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.stories.known import (
    DISTRICT,
    HEADINGS,
    JANUARY,
    NAMES,
    OTHER,
    PAYROLL,
    SENIOR,
    STREET,
    UNITS,
    A,
    B,
    C,
    D,
    District,
    payment,
    senior,
)  # fmt: skip
from tiersync.errors import TooDirty
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.up import plan
from tiersync.model.period import Period

Q4, YEAR = "2025-Q4", "2025"
SUMMER = datetime(2026, 7, 8, 8, tzinfo=UTC)


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def register(district: District, name: str, rows: list[str], **told: str) -> None:
    district.plugin("register", "senior", SENIOR, **told)
    district.drop("register", name, rows)


def test_what_no_column_says_is_missing_and_what_is_split_by_it_unknown(district: District) -> None:
    register(district, "seniors.csv", [senior(person, A) for person in range(1, 6)])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (5, "ok")
    assert {code: district.cell(A, code, Q4) for code in ("P08", "P09", "P10", "P11", "P12")} == dict.fromkeys(
        ("P08", "P09", "P10", "P11", "P12"), (None, "missing")
    )
    assert district.cell(A, "P14", Q4, measure="numerator") == (None, "missing")
    assert district.cell(A, "P14", Q4, measure="denominator") == (None, "missing")
    assert district.cell(A, "P02", Q4, "hukou_kind=unknown") == (5, "ok")
    assert district.cell(A, "P02", Q4, "hukou_kind=1") == (None, "missing")
    assert district.cell(A, "P02", Q4, "sex=1") == (3, "ok")


def test_a_file_of_one_street_says_nothing_of_another(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C)])
    district.push(Q4)
    assert district.report(D, Q4) is None
    assert district.report(OTHER, Q4, "total") is None
    total = district.whole(DISTRICT, "P02", Q4, part="total")
    assert (total.value, total.status, total.expected, total.present) == (3, "partial", 4, 3)
    assert district.cell(STREET, "P02", Q4, part="total") == (3, "ok")


def test_a_reconciliation_asks_for_no_report_that_this_node_would_file(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C)])
    district.push(Q4)
    assert district.report(OTHER, Q4, "total") is None
    assert reconcile(district.node, Wanted(), JANUARY) == []


def test_a_register_that_names_two_communities_of_five_speaks_for_two_and_not_for_ever(district: District) -> None:
    register(district, "名册2025-11.csv", [senior(1, A), senior(2, B)], unit=STREET)
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (1, "ok")
    assert district.report(C, Q4) is None
    total = district.whole(STREET, "P02", Q4, part="total")
    assert (total.status, total.present, total.expected) == ("partial", 2, 3)
    district.push("2026-Q2", SUMMER)
    assert district.cell(A, "P02", "2026-Q2") == (1, "imputed")
    assert district.cell(B, "P02", "2026-Q2") == (1, "imputed")


def test_a_payroll_of_november_says_nothing_of_october(district: District) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    rows = [payment(person, unit, "2025-11-05") for person, unit in ((1, A), (2, A), (3, B))]
    district.drop("payroll", "发放.csv", rows, HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B03", Q4) == (20000, "partial")
    assert district.cell(D, "B03", Q4) == (0, "partial")
    district.push(YEAR)
    assert district.cell(A, "B03", YEAR) == (20000, "partial")
    district.push("2025-Q3")
    assert district.report(A, "2025-Q3") is None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("高龄津贴2025年.csv", "ok"),
        ("2025年四季度发放.csv", "ok"),
        ("2025年下半年.csv", "ok"),
        ("2025年11月.csv", "partial"),
        ("11月发放.csv", "partial"),
    ],
)
def test_a_payroll_speaks_for_the_time_that_its_name_states(district: District, name: str, status: str) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    district.drop("payroll", name, [payment(1, A, "2025-11-05")], HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B01", Q4) == (1, status)
    assert district.cell(B, "B01", Q4) == (0, status)


def test_a_payroll_whose_rows_leave_the_time_of_its_name_makes_nothing_zero(district: District) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    rows = [payment(1, A, "2025-11-05"), payment(2, A, "2026-01-05")]
    district.drop("payroll", "2025年11月.csv", rows, HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B01", Q4) == (1, "partial")
    assert district.report(B, Q4) is None
    assert [(one.reason, one.held) for one in district.findings()] == [("time_left", "inbox/2025年11月.csv")]
    district.plugin("payroll", "benefit", PAYROLL, source='span = "month"')
    district.push(Q4)
    assert district.cell(B, "B01", Q4) == (0, "partial")
    assert district.findings() == []


def test_what_only_other_schemes_could_say_is_no_zero(district: District) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    district.drop("payroll", "2025年.csv", [payment(1, A, "2025-11-05")], HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B01", Q4, "scheme=allow_80") == (1, "ok")
    assert district.cell(A, "B01", Q4, "scheme=allow_90") == (None, "missing")
    assert district.cell(A, "B06", Q4) == (None, "missing")  # A list of payments tells of no application.
    assert district.cell(A, "B02", Q4) == (None, "missing")  # Nor of who is on the roll.


def test_more_than_half_of_a_few_rows_refused_is_not_believed(district: District) -> None:
    broken = [senior(person, A).replace("3799", "3798", 1) for person in range(4, 8)]
    register(district, "seniors.csv", [senior(1, A), senior(2, A), senior(3, A), *broken])
    done = district.push(Q4)
    assert [type(error) for error in done.failed] == [TooDirty]
    assert district.report(A, Q4) is None


def test_rows_that_wait_make_their_units_provisional_and_are_told_above(district: District) -> None:
    rows = [senior(person, A) for person in range(1, 60)] + [senior(person, B) for person in range(60, 120)]
    register(district, "seniors.csv", [*rows, senior(130, A).replace("3799", "3798", 1)])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (59, "provisional")
    assert district.cell(B, "P02", Q4) == (60, "ok")
    assert district.report(A, Q4).waiting == {"senior": 1}
    assert district.report(STREET, Q4, "total").waiting == {"senior": 1}
    assert district.report(DISTRICT, Q4, "total").waiting == {"senior": 1}


def test_a_row_whose_unit_cannot_be_read_may_be_anybodys(district: District) -> None:
    rows = [senior(person, A) for person in range(1, 60)] + [senior(person, B) for person in range(60, 360)]
    register(district, "seniors.csv", [*rows, senior(999, "无此社区")])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (59, "provisional")
    assert district.cell(B, "P02", Q4) == (300, "ok")
    assert district.report(A, Q4).waiting == {}
    assert district.report(STREET, Q4, "total").waiting == {}
    assert district.report(DISTRICT, Q4, "total").waiting == {"senior": 1}


def test_the_past_of_a_register_without_its_dead_is_an_estimate(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, A)])
    district.push("2012")
    assert district.cell(A, "P02", "2012") == (2, "estimated")


WITH_STATUS = SENIOR | {
    "life_status": '{ from = "状态", values = { 健在 = "1", 去世 = "2" } }',
    "status_date": '{ from = "日期", parse = "date" }',
}


DEPARTURES = f"{HEADINGS['senior']},状态,日期"


def test_a_register_with_its_dead_knows_its_past_back_to_the_first_of_them(district: District) -> None:
    district.plugin("register", "senior", WITH_STATUS)
    rows = [f"{senior(1, A)},健在,", f"{senior(2, A)},去世,2013-05-01"]
    district.drop("register", "名册2014年12月.csv", rows, DEPARTURES)
    district.push("2012")
    assert district.cell(A, "P02", "2012") == (2, "estimated")  # Whoever died before 2013 was not noted.
    assert district.cell(A, "P12", "2012") == (None, "missing")
    district.push("2013")
    assert district.cell(A, "P02", "2013") == (1, "ok")
    assert district.cell(A, "P12", "2013") == (1, "ok")


def test_a_register_with_room_for_its_dead_and_none_in_it_knows_its_own_year(district: District) -> None:
    district.plugin("register", "senior", WITH_STATUS)
    district.drop("register", "名册2025.csv", [f"{senior(n, A)},健在," for n in (1, 2)], DEPARTURES)
    for period, stock, left in (
        ("2023", (2, "estimated"), (None, "missing")), (YEAR, (2, "ok"), (0, "ok")), ("2025-Q1", (2, "ok"), (0, "ok")),
    ):  # fmt: skip
        district.push(period)
        assert (district.cell(A, "P02", period), district.cell(A, "P12", period)) == (stock, left)


def test_one_old_departure_vouches_neither_for_the_years_after_it_nor_for_another_unit(district: District) -> None:
    district.plugin("register", "senior", WITH_STATUS)
    rows = [f"{senior(n, unit)},健在," for n, unit in ((1, A), (2, B), (3, C))]
    gone = [(4, A, "2009-03-01"), (5, B, "2022-03-01"), (6, B, "2023-11-01"), (7, B, "2025-05-01")]
    rows += [f"{senior(n, unit)},去世,{day}" for n, unit, day in gone]
    district.drop("register", "名册2025.csv", rows, DEPARTURES)
    district.push("2024")
    said = {unit: (district.cell(unit, "P02", "2024"), district.cell(unit, "P12", "2024")) for unit in (A, B, C)}
    guessed = (1, "estimated"), (None, "missing")
    assert said == {A: guessed, B: ((2, "ok"), (0, "ok")), C: guessed}
    assert district.cell(STREET, "P12", "2024", part="total") == (0, "partial")
    district.push("2022")
    assert (district.cell(B, "P02", "2022"), district.cell(B, "P12", "2022")) == ((3, "ok"), (1, "ok"))


def test_a_unit_that_a_register_names_no_more_keeps_the_time_that_its_departures_reach(district: District) -> None:
    district.plugin("register", "senior", WITH_STATUS)
    rows = [f"{senior(1, A)},健在,", f"{senior(2, C)},健在,", f"{senior(3, C)},去世,2024-05-01"]
    for read in (rows, rows[:1]):
        district.drop("register", "名册2025.csv", read, DEPARTURES)
        district.push("2024")
    assert (district.cell(C, "P02", "2024"), district.cell(C, "P12", "2024")) == ((1, "imputed"), (1, "imputed"))
    assert district.cell(A, "P12", "2024") == (None, "missing")


def closed_and_opened(tmp_path: Path) -> District:
    """C was closed in June 2025, and A began in July."""
    dates = {C: {"valid_to": date(2025, 6, 30)}, A: {"valid_from": date(2025, 7, 1)}}
    units = tuple(unit.model_copy(update=dates.get(unit.code, {})) for unit in UNITS)
    return District(tmp_path / "district", units)


def test_residents_of_a_unit_that_was_closed_are_a_finding_and_make_totals_partial(tmp_path: Path) -> None:
    district = closed_and_opened(tmp_path)
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C), senior(4, C)])
    district.push(YEAR)
    total = district.whole(STREET, "P02", YEAR, part="total")
    assert (total.value, total.status, total.expected, total.present) == (2, "partial", 2, 2)
    assert district.cell(DISTRICT, "P02", YEAR, part="total")[1] == "partial"
    (finding,) = district.findings()
    assert (finding.reason, finding.unit, finding.held, finding.sent) == ("not_alive", C, "2", STREET)


def test_residents_of_a_unit_that_had_not_begun_are_one_too(tmp_path: Path) -> None:
    district = closed_and_opened(tmp_path)
    register(district, "2025年6月.csv", [senior(1, A), senior(2, B), senior(3, C), senior(4, C)])
    district.push("2025-Q2")
    assert district.cell(STREET, "P02", "2025-Q2", part="total") == (3, "partial")
    (finding,) = district.findings()
    assert (finding.reason, finding.unit, finding.held) == ("not_alive", A, "1")


def test_what_happened_before_there_was_a_unit_is_not_counted_for_it(tmp_path: Path) -> None:
    district = closed_and_opened(tmp_path)
    district.plugin("payroll", "benefit", PAYROLL)
    rows = [payment(1, A, "2025-03-01"), payment(2, A, "2025-09-01"), payment(3, B, "2025-03-01")]
    district.drop("payroll", "2025年.csv", rows, HEADINGS["benefit"])
    district.push(YEAR)
    assert district.cell(A, "B03", YEAR) == (10000, "ok")
    assert district.cell(STREET, "B03", YEAR, part="total") == (20000, "partial")
    assert {(one.reason, one.unit, one.held) for one in district.findings()} == {("not_alive", A, "1")}


def test_what_happened_before_a_unit_was_closed_counts_while_it_was_there_and_is_said_apart(tmp_path: Path) -> None:
    district = closed_and_opened(tmp_path)
    district.plugin("payroll", "benefit", PAYROLL)
    days = ((1, C, "2025-03-01"), (2, C, "2025-06-30"), (3, C, "2025-09-01"), (4, B, "2025-03-01"))
    district.drop("payroll", "2025年.csv", [payment(n, unit, day) for n, unit, day in days], HEADINGS["benefit"])
    district.push("2025-Q2")
    assert district.cell(C, "B03", "2025-Q2") == (10000, "ok")
    assert district.cell(STREET, "B03", "2025-Q2", part="total") == (10000, "ok")
    assert district.findings() == []
    district.push(YEAR)
    assert district.report(C, YEAR) is None
    assert district.cell(STREET, "B03", YEAR, part="total") == (10000, "partial")
    assert {(one.reason, one.unit, one.sent, one.held) for one in district.findings()} == {
        ("closed_since", C, STREET, "2"), ("not_alive", C, STREET, "1"),
    }  # fmt: skip


def test_a_senior_who_is_filed_with_the_street_is_in_no_community_and_said(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C), senior(4, STREET)])
    district.push(Q4)
    assert district.cell(STREET, "P02", Q4, part="total") == (3, "partial")
    assert district.cell(STREET, "P02", Q4) == (None, "missing")
    (finding,) = district.findings()
    assert (finding.reason, finding.unit, finding.held) == ("not_entering", STREET, "1")
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C), senior(4, A)])
    district.push(Q4)
    assert district.cell(STREET, "P02", Q4, part="total") == (4, "ok")
    assert district.findings() == []


def test_a_unit_that_a_register_names_no_more_keeps_its_rows_and_is_a_question(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, C)])
    district.push(Q4)
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(5, B)])
    district.push(Q4)
    assert district.cell(B, "P02", Q4) == (2, "ok")
    assert district.cell(C, "P02", Q4) == (1, "imputed")
    assert [(one.reason, one.unit, one.held) for one in district.findings()] == [("unit_gone", C, "1")]
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (1, "imputed")
    register(district, "seniors.csv", [senior(1, A), senior(2, B)], source='covers = "all"')
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (0, "ok")
    assert district.cell(D, "P02", Q4) == (0, "ok")
    assert district.findings() == []


def test_who_moved_to_another_unit_of_the_list_is_not_kept_in_the_one_that_is_gone(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, C)])
    district.push(Q4)
    register(district, "seniors.csv", [senior(1, A), senior(2, A)])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (2, "ok")
    assert district.cell(C, "P02", Q4) == (None, "missing")


def test_blank_cells_are_unknown_and_from_one_in_a_hundred_on_a_doubt(district: District) -> None:
    mapped = SENIOR | {"ability_level": '{ from = "能力", values = { 完好 = "0", 失能 = "4" } }'}
    district.plugin("register", "senior", mapped)
    heads = f"{HEADINGS['senior']},能力"
    rows = [f"{senior(person, A)},{'失能' if person < 4 else '完好'}" for person in range(1, 100)]
    more = [f"{senior(person, B)},失能" for person in range(100, 299)]
    district.drop("register", "a.csv", [*rows, f"{senior(400, A)},", *more, f"{senior(401, B)},"], heads)
    district.push(Q4)
    assert district.cell(A, "P10", Q4) == (3, "provisional")
    assert district.cell(A, "P02", Q4) == (100, "ok")
    assert district.cell(B, "P10", Q4) == (199, "ok")


def test_a_list_that_is_oddly_short_is_a_doubt_until_somebody_says_that_it_is_right(district: District) -> None:
    rows = [senior(n, unit) for n, unit in enumerate([A] * 60 + [B] * 60 + [C] * 5, 1)]
    register(district, "seniors.csv", rows)
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (5, "provisional")
    assert district.cell(A, "P02", Q4) == (60, "ok")
    assert [(one.reason, one.unit) for one in district.findings()] == [("few_rows", C)]
    settle(district)
    district.push(Q4)
    assert district.cell(C, "P02", Q4) == (5, "ok")
    for many, status in ((4, "provisional"), (4, "ok"), (5, "ok"), (20, "ok"), (5, "provisional")):
        district.drop("register", "seniors.csv", [*rows[:120], *(senior(n, C) for n in range(200, 200 + many))])
        district.push(Q4)
        assert district.cell(C, "P02", Q4) == (many, status)
        assert [(one.reason, one.unit) for one in district.findings()] == [("few_rows", C)] * (status != "ok")
        if (many, status) == (4, "provisional"):
            settle(district)


def settle(district: District) -> None:
    """Somebody says that the first finding is as it should be."""
    from tiersync.store.findings import settle as settle_one

    with district.node.store.write() as db:
        settle_one(db, 1, "核实", JANUARY)


ASSOCIATION = {
    "assoc_id": '"编号"',
    "unit": '{ from = "社区", lookup = "units" }',
}


def test_a_list_of_associations_without_a_status_or_members_counts_its_rows_and_no_member(tmp_path: Path) -> None:
    community = District(tmp_path / "community", units=(UNITS[3].model_copy(update={"parent": None}),), home=A)
    community.plugin("clubs", "association", ASSOCIATION, unit=A, key='"assoc_id"')
    community.drop("clubs", "老年协会.csv", [f"{number},{NAMES[A]}" for number in (1, 2, 3)], "编号,社区")
    community.push(YEAR)
    assert community.cell(A, "O01", YEAR) == (3, "ok")
    assert community.cell(A, "O03", YEAR) == (None, "missing")
    assert community.cell(A, "O02", YEAR, measure="denominator") == (1, "ok")


def test_a_unit_that_no_stream_speaks_for_is_in_no_denominator(district: District) -> None:
    district.plugin("clubs", "association", ASSOCIATION, key='"assoc_id"')
    district.drop("clubs", "clubs.csv", [f"1,{NAMES[A]}"], "编号,社区")
    district.push(YEAR)
    assert district.cell(A, "O02", YEAR, measure="denominator") == (1, "ok")
    total = district.whole(DISTRICT, "O02", YEAR, part="total", measure="denominator")
    assert (total.value, total.status, total.present, total.expected) == (1, "partial", 1, 4)


def test_two_lists_of_one_scheme_each_do_not_speak_for_each_other(district: District) -> None:
    """One scheme is told of the whole year, the other of November alone: the number of both is a lower bound."""
    district.plugin("eighty", "benefit", PAYROLL)
    district.drop("eighty", "2025年.csv", [payment(1, A, "2025-10-05")], HEADINGS["benefit"])
    district.plugin("ninety", "benefit", PAYROLL | {"scheme": '{ constant = "allow_90" }'})
    district.drop("ninety", "2025年11月.csv", [payment(2, A, "2025-11-05")], HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B01", Q4) == (2, "partial")


def test_two_files_of_one_list_speak_for_their_months_together(district: District) -> None:
    district.plugin("payroll", "benefit", PAYROLL)
    for month in (10, 11, 12):
        row = payment(1, A, f"2025-{month}-05")
        district.drop("payroll", f"2025年{month}月.csv", [row], HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(A, "B03", Q4) == (30000, "ok")
    assert district.cell(A, "B01", Q4) == (1, "ok")


def test_what_was_known_and_is_not_any_more_becomes_missing(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B)])
    district.push(Q4)
    district.plugin("register", "senior", {name: how for name, how in SENIOR.items() if name != "sex"})
    district.push(Q4)
    assert district.cell(A, "P02", Q4, "sex=1") == (1, "ok")  # The number says it.
    mapped = {name: how for name, how in SENIOR.items() if name not in ("sex", "birth_date")}
    district.plugin("register", "senior", mapped | {"hukou_kind": '{ constant = "1" }'})
    district.push(Q4)
    assert district.cell(A, "P02", Q4, "hukou_kind=1") == (1, "ok")
    assert district.cell(A, "P02", Q4, "hukou_kind=2") == (None, "missing")


def test_a_plan_shows_what_figures_are_and_would_be(district: District) -> None:
    register(district, "seniors.csv", [senior(1, A), senior(2, B)])
    district.push(Q4)
    register(district, "seniors.csv", [senior(1, A), senior(2, B), senior(3, B)])
    planned = plan(district.node, JANUARY, Period(Q4))
    changed = [(one.unit, one.cell.indicator, one.before.value, one.after.value) for one in planned.changes]
    assert (B, "P02", 1, 2) in changed
    assert {unit for unit, *_ in changed} == {B}
    assert district.cell(B, "P02", Q4) == (1, "ok")


def test_nobody_knows_anything_and_nothing_is_filed(district: District) -> None:
    district.push(YEAR)
    assert {row for row in NAMES if district.report(row, YEAR)} == set()


def test_nil_speaks_for_the_home_unit_alone(tmp_path: Path) -> None:
    district = District(tmp_path / "district", nil=frozenset({"activity"}))
    district.push(Q4)
    assert district.cell(DISTRICT, "A01", Q4) == (0, "ok")
    assert district.report(A, Q4) is None


def test_a_refused_row_speaks_for_its_unit_on_the_day_of_its_own_list(district: District) -> None:
    register(district, "a名册2025年3月.csv", [senior(1, A), senior(2, C).replace("3799", "3798", 1)])
    district.drop("register", "b名册2025年12月.csv", [senior(3, B)])
    district.push(Q4)
    assert district.cell(B, "P02", Q4) == (1, "ok")
    assert district.cell(A, "P02", Q4) == (1, "imputed")
    assert district.cell(C, "P02", Q4) == (0, "imputed")


def test_a_death_without_a_day_may_be_of_any_period(district: District) -> None:
    mapped = SENIOR | {
        "life_status": '{ from = "状态", values = { 健在 = "1", 去世 = "2" } }',
        "status_date": '{ from = "日期", parse = "date" }',
    }
    district.plugin("register", "senior", mapped)
    rows = [
        f"{senior(1, A)},健在,",
        f"{senior(2, A)},去世,",
        f"{senior(3, B)},去世,2025-11-02",
        f"{senior(4, B)},健在,",
    ]
    district.drop("register", "名册2025年12月.csv", rows, f"{HEADINGS['senior']},状态,日期")
    district.push(Q4)
    assert district.cell(A, "P12", Q4) == (0, "provisional")
    assert district.cell(B, "P12", Q4) == (1, "ok")
    assert district.cell(A, "P02", Q4) == (1, "ok")
