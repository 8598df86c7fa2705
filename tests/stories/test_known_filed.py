"""What is filed of what is known: a source that became another, a part that is not there, a row that nobody counts."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.known import (
    HEADINGS,
    JANUARY,
    NAMES,
    PAYROLL,
    SENIOR,
    STREET,
    A,
    B,
    C,
    D,
    District,
    payment,
    senior,
)  # fmt: skip
from tests.stories.lists_of_all_kinds import declare
from tiersync.errors import PartsExceed
from tiersync.flow.exchange.parent import answer
from tiersync.flow.joining.found import ask_to_join, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Keys
from tiersync.store.database import open_store

Q4, YEAR = "2025-Q4", "2025"
FACILITY = {
    "facility_id": '"编号"',
    "unit": '{ from = "社区", lookup = "units" }',
    "name": '"名称"',
    "facility_type": '{ constant = "nursing_home" }',
}
ASSOCIATION = {"assoc_id": '"编号"', "unit": FACILITY["unit"], "name": '"名称"'}


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


def setting(district: District, id_: str, old: str, new: str) -> None:
    """Write a line of a plugin.toml in another way."""
    file = district.folder / "plugins" / id_ / "plugin.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_stream_that_brings_another_record_by_now_carries_nothing_over(district: District) -> None:
    district.plugin("r", "association", ASSOCIATION, key='"assoc_id"')
    setting(district, "r", "[[stream]]", '[[stream]]\nname = "list"')
    district.drop("r", "2025-12.csv", [f"1,{NAMES[A]},甲", f"2,{NAMES[C]},乙"], "编号,社区,名称")
    district.push(Q4)
    district.plugin("r", "facility", FACILITY, key='"facility_id"')
    setting(district, "r", "[[stream]]", '[[stream]]\nname = "list"')
    district.drop("r", "2025-12.csv", [f"1,{NAMES[A]},甲"], "编号,社区,名称")
    assert not district.push(Q4).failed
    assert district.cell(A, "F01", Q4) == (1, "ok")
    assert district.cell(C, "F01", Q4)[0] is None


def test_a_register_that_lists_facilities_by_now_is_read(district: District) -> None:
    district.plugin("r", "senior", SENIOR)
    setting(district, "r", "[[stream]]", '[[stream]]\nname = "list"')
    district.drop("r", "2025-12.csv", [senior(1, A), senior(2, B)])
    district.push(Q4)
    named = FACILITY | {"facility_id": '"身份证号"', "name": '"姓名"'}
    district.plugin("r", "facility", named, key='"facility_id"')
    setting(district, "r", "[[stream]]", '[[stream]]\nname = "list"')
    district.drop("r", "2025-12.csv", [senior(1, A)])
    assert not district.push(Q4).failed
    assert district.cell(A, "F01", Q4) == (1, "ok")


def test_a_plugin_that_speaks_for_one_street_by_now_carries_no_other(district: District) -> None:
    district.plugin("r", "senior", SENIOR)
    district.drop("r", "2025-12.csv", [senior(1, A), senior(2, D)])
    district.push(Q4)
    district.plugin("r", "senior", SENIOR, unit=STREET)
    district.drop("r", "2025-12.csv", [senior(1, A)])
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (1, "ok")
    assert district.cell(D, "P02", Q4) == (None, "missing")
    assert [finding.unit for finding in district.findings() if finding.reason == "unit_gone"] == []


def test_the_longest_name_of_a_stream_fits_what_is_said_of_its_rows(district: District) -> None:
    id_, name = "p" * 64, "s" * 60
    district.plugin(id_, "senior", SENIOR)
    setting(district, id_, "[[stream]]", f'[[stream]]\nname = "{name}"')
    district.drop(id_, "2025-12.csv", [senior(1, A), senior(2, C)])
    district.push(Q4)
    district.drop(id_, "2025-12.csv", [senior(1, A)])
    assert not district.push(Q4).failed
    assert [finding.breakdown for finding in district.findings() if finding.unit == C] == [f"{id_}/{name}"]


@pytest.mark.parametrize(("declared", "unknown"), [((3, 7), (0, "ok")), ((3, 5), (2, "ok")), ((3,), (7, "ok"))])
def test_of_a_breakdown_that_nobody_maps_what_is_declared_leaves_the_rest_unknown(
    district: District, declared: tuple[int, ...], unknown: tuple[int, str]
) -> None:
    district.plugin("r", "senior", SENIOR)
    district.drop("r", "2025-12.csv", [senior(person, A) for person in range(1, 11)])
    declare(district, Q4, *(("P02", A, f"hukou_kind={code}", value) for code, value in enumerate(declared, 1)))
    assert not district.push(Q4).failed
    assert district.cell(A, "P02", Q4) == (10, "ok")
    for code, value in enumerate(declared, 1):
        assert district.cell(A, "P02", Q4, f"hukou_kind={code}") == (value, "ok")
    assert district.cell(A, "P02", Q4, "hukou_kind=unknown") == unknown
    assert district.cell(A, "P02", Q4, "sex=1") == (5, "ok")


def test_a_breakdown_that_somebody_maps_is_not_declared_over(district: District) -> None:
    district.plugin("r", "senior", SENIOR)
    district.drop("r", "2025-12.csv", [senior(person, A) for person in range(1, 11)])
    declare(district, Q4, ("P02", A, "sex=1", 3))
    assert not district.push(Q4).failed
    assert district.cell(A, "P02", Q4, "sex=1") == (5, "ok")
    assert district.cell(A, "P02", Q4, "sex=unknown") == (0, "ok")


def test_the_questions_about_a_stream_end_with_its_plugin(district: District) -> None:
    district.plugin("r", "senior", SENIOR)
    district.drop("r", "2025-12.csv", [senior(1, A), senior(2, C)])
    district.push(Q4)
    district.drop("r", "2025-12.csv", [senior(1, A)])
    district.push(Q4)
    assert [finding.reason for finding in district.findings()] == ["unit_gone"]
    shutil.rmtree(district.folder / "plugins" / "r")
    district.push(Q4)
    assert district.findings() == []


def test_who_was_paid_in_two_units_counts_once_after_one_of_them_got_a_node(district: District, tmp_path: Path) -> None:
    district.plugin("p", "benefit", PAYROLL)
    twice = [payment(1, A, "2025-11-05"), payment(1, C, "2025-11-06")]
    district.drop("p", "2025年.csv", twice, HEADINGS["benefit"])
    district.push(Q4)
    assert district.cell(STREET, "B01", Q4, part="total")[0] == 1
    later, keys = JANUARY + timedelta(hours=1), Keys(os.urandom(32), os.urandom(32), os.urandom(32))
    token = make_invitation(district.node, C, "http://127.0.0.1:1", later)
    joined, sealed = ask_to_join(keys, token, lambda message: answer(district.node, message, later))
    (tmp_path / "child").mkdir()
    settle_in(open_store(tmp_path / "child"), keys, token, joined, sealed, later)
    district.push(Q4, later)
    assert district.cell(STREET, "B01", Q4, part="total")[0] == 1


def test_a_total_subtracts_nobody_for_a_unit_whose_report_is_refused(district: District) -> None:
    district.plugin("p", "benefit", PAYROLL)
    twice = [payment(1, A, "2025-11-05"), payment(1, C, "2025-11-06")]
    district.drop("p", "2025年.csv", twice, HEADINGS["benefit"])
    declare(district, Q4, ("P02", A, "", 10), ("P02", A, "sex=1", 8), ("P02", A, "sex=2", 5))
    assert [type(error) for error in district.push(Q4).refused] == [PartsExceed]
    assert district.report(A, Q4) is None
    assert district.cell(STREET, "B01", Q4, part="total")[0] == 1
    declare(district, Q4, ("P02", A, "", 13), ("P02", A, "sex=1", 8), ("P02", A, "sex=2", 5))
    assert district.push(Q4).refused == []
    assert district.cell(STREET, "B01", Q4, part="total")[0] == 1
    assert len(district.report(STREET, Q4, "total").adjustments)


def test_of_two_lists_that_name_a_person_in_two_units_the_later_counts_whatever_its_name(district: District) -> None:
    for id_, name, unit in (("a", "2025-12.csv", D), ("z", "z2024-12.csv", A)):
        district.plugin(id_, "senior", SENIOR)
        district.drop(id_, name, [senior(1, unit), senior(ord(id_), unit)])
    district.push(Q4)
    assert (district.cell(D, "P02", Q4)[0], district.cell(A, "P02", Q4)[0]) == (2, 1)
    district.remove("z", "z2024-12.csv")
    district.drop("z", "z2026-01-05.csv", [senior(1, A), senior(ord("z"), A)])  # The same rows, of a later day.
    district.push(Q4)
    assert (district.cell(D, "P02", Q4)[0], district.cell(A, "P02", Q4)[0]) == (1, 2)


def test_the_day_on_which_an_older_list_notes_an_active_status_does_not_beat_the_later_list(district: District) -> None:
    status = {
        "life_status": '{ from = "状态", values = { 健在 = "1", 去世 = "2" } }',
        "status_date": '{ from = "日期", parse = "date" }',
    }
    district.plugin("old", "senior", SENIOR | status)
    district.drop("old", "2024-12.csv", [f"{senior(1, A)},健在,2024-05-01"], f"{HEADINGS['senior']},状态,日期")
    district.plugin("new", "senior", SENIOR)
    district.drop("new", "2025-12.csv", [senior(1, D)])
    district.push(Q4)
    assert (district.cell(D, "P02", Q4)[0], district.cell(A, "P02", Q4)[0]) == (1, 0)


def test_a_row_that_is_carried_does_not_beat_a_later_list(district: District) -> None:
    for id_ in ("a", "z"):
        district.plugin(id_, "senior", SENIOR)
    district.drop("z", "z2025-06.csv", [senior(1, A), senior(2, B)])
    district.push(Q4)
    district.remove("z", "z2025-06.csv")
    district.drop("z", "z2025-12.csv", [senior(2, B)])  # It names A no more: person 1 is carried.
    district.drop("a", "2025-11.csv", [senior(1, D)])
    district.push(Q4)
    assert (district.cell(D, "P02", Q4)[0], district.cell(A, "P02", Q4)[0]) == (1, 0)


def test_what_two_plugins_list_in_the_same_words_counts_once_and_what_is_like_it_is_a_question(
    district: District,
) -> None:
    district.plugin("street", "association", ASSOCIATION, key='"assoc_id"', unit=STREET)
    district.plugin("district", "association", ASSOCIATION, key='"assoc_id"')
    district.drop("street", "2025-12.csv", [f"1,{NAMES[A]},甲协会", f"2,{NAMES[B]},乙 协会"], "编号,社区,名称")
    others = [f"2,{NAMES[B]},乙 协会", f"1,{NAMES[A]},丙协会", f"73,{NAMES[C]},甲协会", f"74,{NAMES[A]},甲协会"]
    district.drop("district", "2025-11.csv", others, "编号,社区,名称")
    district.push(YEAR)
    assert [district.cell(unit, "O01", YEAR)[0] for unit in (A, B, C)] == [3, 1, 1]
    [told] = district.findings()
    assert (told.reason, told.breakdown, told.sent, told.held) == (
        "listed_twice", "district/association", "2", "inbox/2025-11.csv 2, 5",
    )  # fmt: skip
    district.drop("district", "2025-11.csv", [f"71,{NAMES[B]},丁协会", *others[1:3]], "编号,社区,名称")
    district.push(YEAR)
    assert district.cell(B, "O01", YEAR)[0] == 2
    assert district.findings() == []
