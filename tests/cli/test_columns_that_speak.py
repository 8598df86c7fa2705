"""Columns that no field takes and that speak of people all the same, by the real commands in Chinese."""

from pathlib import Path

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.cli.offices import here
from tests.cli.test_cases import CASES, office, say
from tests.cli.test_sheets import HEADS, ingest, new, person, pushed, write
from tests.cli.tried import failed

__all__ = ["office"]

STREET = "371402001000"


def cells(office: Path, *indicators: str) -> dict[str, int | None]:
    """Figures of the quarter that the street's total has."""
    (period,) = {told["period"] for told in here("report", "list", "--json", "--dir", office).json
                 if told["form"] == "aging-quarter"}  # fmt: skip
    asked = ("report", "show", STREET, "--form", "aging-quarter", "--period", period, "--json", "--dir", office)
    found = {cell["indicator"]: cell["value"] for cell in here(*asked).json["cells"] if not cell["breakdown"]}
    return {code: found[code] for code in indicators}


def test_remarks_of_the_dead_and_the_moved_are_a_question(office: Path) -> None:
    sample = CASES / "k26_remarks.xlsx"
    asked = new(office, sample)
    assert asked.code == 2
    assert "“备注”：去世 1、已故 1、迁出 1、重复 1。这些人是否仍计入？" in asked.err
    assert "按该列判断：--map life_status=备注；仍全部计入：--map life_status=" in asked.err
    assert new(office, sample, "--map", "life_status=备注").code == 0
    assert failed(office, "p") == set()
    assert ingest(office) == (24, 24)
    assert pushed(office, STREET) == 20
    doubtful = say("quarantine", "list", "--doubtful", "--dir", office).out
    assert "备注中的说法不能判断，仍按在册计入" in doubtful
    assert "随子女" not in doubtful


@pytest.mark.parametrize("remark", ["2013年2月30日去世", "去世 2099-1-1", "2013年13月去世"])
def test_a_day_that_cannot_be_is_left_unknown_and_told_and_the_dead_stay_dead(
    office: Path, tmp_path: Path, remark: str
) -> None:
    said = (remark, "2026年1月去世", "", "")
    people = [person(number, "尉署社区") for number in (1, 3, 5, 7)]
    rows = [(*HEADS, "备注"), *((*one, word) for one, word in zip(people, said, strict=True))]
    assert new(office, write(tmp_path / "a.xlsx", {"名册": rows}), "--map", "life_status=备注").code == 0
    assert ingest(office) == (4, 4)
    assert pushed(office, STREET) == 2
    doubtful = here("quarantine", "list", "--doubtful", "--json", "--dir", office).json["rows"]
    assert [(row["row"], row["flag"]) for row in doubtful] == [(2, "left_unknown")]


def test_remarks_may_be_left_alone_by_saying_so(office: Path) -> None:
    assert new(office, CASES / "k26_remarks.xlsx", "--map", "life_status=").code == 0
    assert ingest(office)[0] == 24
    assert pushed(office, STREET) == 23


def test_ticks_mean_yes_and_the_state_of_the_register_counts(office: Path) -> None:
    made = new(office, CASES / "k32_ticks.xlsx")
    assert made.code == 0, made.err
    assert "是否独居、是否空巢  打勾的栏目" in made.out
    assert ingest(office) == (24, 24)
    assert pushed(office, STREET) == 12
    expected = {"P08": 5, "P09": 2, "P10": 3, "P11": 2}
    assert cells(office, *expected) == expected  # empty nests (alone or not), alone, disabled, in hardship


def test_a_column_that_asks_who_died_is_a_question(office: Path, tmp_path: Path) -> None:
    rows = [
        (*HEADS, "是否死亡"),
        *((*person(number, "尉署社区"), "是" if number == 1 else "否") for number in (1, 3, 5)),
    ]
    sample = write(tmp_path / "a.xlsx", {"名册": rows})
    asked = new(office, sample)
    assert (asked.code, "“是否死亡”：是否死亡 1" in asked.err) == (2, True), asked.err
    assert new(office, sample, "--map", "life_status=是否死亡").code == 0
    assert ingest(office) == (3, 3)
    assert pushed(office, STREET) == 2


@pytest.mark.parametrize(("header", "said"), [
    ("是否去世", ("是", "否", "")), ("已故", ("√", "", "")), ("是否迁出", ("1", "0", "0")), ("状态", ("死亡", "", "")),
    ("备注", ("去世", "", "")), ("是否健在", ("否", "是", "是")),
    ("备注", ("2026年1月去世", "", "2026年3月迁至本社区")),
])  # fmt: skip
def test_a_column_that_names_departures_alone_leaves_all_others_on_the_roll(
    office: Path, tmp_path: Path, header: str, said: tuple[str, ...]
) -> None:
    people = [person(number, "尉署社区") for number in (1, 3, 5)]
    rows = [(*HEADS, header), *((*one, word) for one, word in zip(people, said, strict=True))]
    sample = write(tmp_path / "a.xlsx", {"名册": rows})
    made = new(office, sample, "--map", f"life_status={header}")
    assert made.code == 0, made.err
    assert "按此读取，样本各行的状态为：正常 2、" in made.out
    assert ingest(office) == (3, 3)
    assert pushed(office, STREET) == 2


def test_who_moved_in_by_a_column_of_changes_lives_there_and_the_day_beside_it_is_noted(
    office: Path, tmp_path: Path
) -> None:
    changes = [("迁入", "2026-01-05", ""), ("迁出", "2026-01-06", ""), ("死亡", "2026-01-07", "2025-12-01")]
    people = [person(number, "尉署社区") for number in (1, 3, 5)]
    rows = [
        (*HEADS, "变动类型", "变动日期", "何时迁入"),
        *((*one, *said) for one, said in zip(people, changes, strict=True)),
    ]
    made = new(office, write(tmp_path / "a.xlsx", {"名册": rows}))
    assert made.code == 0, made.err
    mapped = (office / "plugins" / "p" / "plugin.toml").read_text(encoding="utf-8")
    assert 'life_status = { from = "变动类型", values = { 迁入 = "1", 死亡 = "2", 迁出 = "3" } }' in mapped
    assert 'moved_in_on = { from = "何时迁入", parse = "date" }' in mapped
    assert ingest(office) == (3, 3)
    assert pushed(office, STREET) == 1


@pytest.mark.parametrize("remark", ["老伴已去世", "拟迁出"])
def test_a_remark_about_somebody_else_or_of_what_has_not_happened_takes_nobody_off(
    office: Path, tmp_path: Path, remark: str
) -> None:
    rows = [(*HEADS, "备注"), (*person(1, "尉署社区"), remark), (*person(3, "尉署社区"), "2026年1月病故")]
    assert new(office, write(tmp_path / "a.xlsx", {"名册": rows}), "--map", "life_status=备注").code == 0
    assert ingest(office) == (2, 2)
    assert pushed(office, STREET) == 1


def test_a_list_with_remarks_and_a_column_of_states_asks_which_counts(office: Path, tmp_path: Path) -> None:
    rows = [
        (*HEADS, "人员状态", "备注"),
        (*person(1, "尉署社区"), "健在", "2026年1月去世"),
        (*person(3, "尉署社区"), "健在", ""),
    ]
    sample = write(tmp_path / "a.xlsx", {"名册": rows})
    asked = new(office, sample)
    assert "“备注”：去世 1" in asked.err
    assert "只看“人员状态”列：--map life_status=人员状态" in asked.err
    assert new(office, sample, "--map", "life_status=人员状态").code == 0


def test_remarks_that_come_later_are_a_finding_until_somebody_settles_them(office: Path, tmp_path: Path) -> None:
    heads = (*HEADS, "备注")
    people = [person(number, "尉署社区") for number in (1, 3, 5)]
    sample = write(tmp_path / "a.xlsx", {"名册": [heads, *((*one, "") for one in people)]})
    assert new(office, sample).code == 0
    assert ingest(office) == (3, 3)
    assert "备注未读" not in say("finding", "list", "--dir", office).out
    inbox = office / "plugins" / "p" / "inbox"
    later = [heads, (*people[0], "2026年1月去世"), (*people[1], ""), (*people[2], "老伴已去世")]
    write(inbox / "a.xlsx", {"名册": later})
    assert ingest(office) == (3, 3)
    told = say("finding", "list", "--dir", office).out
    assert "备注未读" in told
    assert "“备注”列有 2 行写有去世、迁出等字样，该列未读取，这些人仍计入" in told
    lock = office / "plugins" / "p" / "mapping.lock"
    lock.write_text(
        lock.read_text(encoding="utf-8").replace("beside =", 'settled = ["备注"]\nbeside ='), encoding="utf-8"
    )
    write(inbox / "a.xlsx", {"名册": [*later, (*person(7, "尉署社区"), "")]})
    assert ingest(office) == (4, 4)
    assert "备注未读" not in say("finding", "list", "--dir", office).out


def test_what_was_left_aside_when_the_plugin_was_made_is_no_finding(office: Path) -> None:
    assert new(office, CASES / "k26_remarks.xlsx", "--map", "life_status=").code == 0
    assert 'settled = ["备注"]' in (office / "plugins" / "p" / "mapping.lock").read_text(encoding="utf-8")
    assert ingest(office)[0] == 24
    assert "备注未读" not in say("finding", "list", "--dir", office).out


def test_what_comments_on_cells_say_is_told(office: Path, tmp_path: Path) -> None:
    sample = tmp_path / "a.xlsx"
    with Workbook(sample) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADS, person(1, "尉署社区"), person(3, "尉署社区")]):
            sheet.write_row(at, 0, row)
        sheet.write_comment("A2", "2026年1月去世")
        sheet.write_comment("A3", "低保 < 60 & 独居")
    assert "单元格批注中写有（次数）：去世 1。批注不读取" in new(office, sample).out


def test_a_tick_column_that_is_blank_in_the_sample_is_taken_with_its_sisters(office: Path, tmp_path: Path) -> None:
    rows = [(*HEADS, "低保", "特困"), (*person(1, "尉署社区"), "√", ""), (*person(3, "尉署社区"), "", "")]
    assert new(office, write(tmp_path / "a.xlsx", {"名册": rows})).code == 0
    mapped = (office / "plugins" / "p" / "plugin.toml").read_text(encoding="utf-8")
    assert 'hardship_kind = { ticks = { 低保 = "1", 特困 = "2" } }' in mapped
