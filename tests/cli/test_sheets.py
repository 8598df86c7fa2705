"""Workbooks of several sheets, by the real commands in Chinese: each sheet is named, and counts as somebody says."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.cli.offices import Done, here
from tests.cli.test_cases import CASES, office, say
from tests.cli.tried import failed
from tests.stories.test_corrected import exported, give_back
from tiersync.model.identity import check_character

__all__ = ["office"]

HEADS = ("姓名", "性别", "身份证号", "社区")


def person(number: int, unit: str = "") -> tuple[str, ...]:
    """A row of nobody: a man born in 1940."""
    digits = f"37990119400102{number:03}"
    digits = f"{digits[:-1]}{(int(digits[-1]) // 2) * 2 + 1}"
    return (f"测{chr(0x4E00 + number)}", "男", digits + check_character(digits), unit)


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]], hidden: str = "") -> Path:
    with Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == hidden:
                sheet.hide()
    return path


def new(office: Path, sample: Path, *more: str) -> Done:
    return say("plugin", "new", "p", "--from", sample, "--record", "senior", *more, "--dir", office)


def ingest(office: Path) -> tuple[int, int]:
    assert here("plugin", "enable", "p", "--dir", office).code == 0
    run = here("ingest", "--json", "--dir", office)
    (told,) = run.json
    return told["read"], told["valid"]


def seniors(office: Path, unit: str) -> int | None:
    """P02 of the quarter that the node filed last."""
    (period,) = {told["period"] for told in here("report", "list", "--json", "--dir", office).json
                 if told["form"] == "aging-quarter"}  # fmt: skip
    asked = ("report", "show", unit, "--form", "aging-quarter", "--period", period, "--json", "--dir", office)
    (value,) = (cell["value"] for cell in here(*asked).json["cells"]
                if (cell["indicator"], cell["breakdown"]) == ("P02", ""))  # fmt: skip
    return cast(int | None, value)


def pushed(office: Path, unit: str) -> int | None:
    assert here("push", "--dir", office).code == 0
    return seniors(office, unit)


def test_each_sheet_of_a_book_is_a_community(office: Path) -> None:
    made = new(office, CASES / "k02_sheet_per_community.xlsx")
    assert made.code == 0, made.err
    assert "含这些栏目的工作表（行数）：尉署社区（8）、南龙社区（8）、 康乐 社区（8）" in made.out
    assert "工作表名  按工作表名" in made.out
    assert failed(office, "p") == set()
    assert ingest(office) == (24, 24)
    assert pushed(office, "371402001000") == 24
    assert [seniors(office, unit) for unit in ("371402001001", "371402001002", "371402001004")] == [8, 8, 8]


def test_a_sheet_of_the_dead_is_asked_about_and_never_counted_as_living(office: Path) -> None:
    sample = CASES / "h08_sheet_of_the_dead.xlsx"
    asked = new(office, sample)
    assert asked.code == 2
    assert "下列工作表有同样的栏目（括号内为行数）：在册（30）、已故人员（10）。请逐张说明是否计入" in asked.err
    assert "--sheet 在册=…，可写 read 计入，leave 不读，死亡 读取并记为已死亡" in asked.err
    assert new(office, sample, "--sheet", "在册=read", "--sheet", "已故人员=死亡").code == 0
    assert failed(office, "p") == set()
    assert ingest(office) == (40, 40)
    assert pushed(office, "371402001000") == 30


def test_a_sheet_that_is_left_is_not_read(office: Path) -> None:
    sample = CASES / "h08_sheet_of_the_dead.xlsx"
    assert new(office, sample, "--sheet", "在册=read", "--sheet", "已故人员=leave").code == 0
    assert ingest(office) == (30, 30)


def test_every_other_sheet_does_not_stand_for_one_that_speaks_of_the_dead(office: Path) -> None:
    asked = new(office, CASES / "h08_sheet_of_the_dead.xlsx", "--sheet", "*=read")
    assert (asked.code, "已故人员（10）" in asked.err, "在册（30）" in asked.err) == (2, True, False)


def test_a_sheet_that_comes_later_and_speaks_of_the_dead_waits_for_an_answer(office: Path, tmp_path: Path) -> None:
    living = [HEADS, *(person(number, "尉署社区") for number in range(1, 11, 2))]
    sample = write(tmp_path / "a.xlsx", {"名册": living})
    assert new(office, sample).code == 0
    assert ingest(office) == (5, 5)
    assert pushed(office, "371402001001") == 5
    inbox = office / "plugins" / "p" / "inbox"
    write(inbox / "a.xlsx", {"名册": living, "去世": [HEADS, person(11, "尉署社区")]})
    run = say("push", "--dir", office)
    assert run.code == 2
    assert "a.xlsx 去世：这张工作表也有同样的栏目，是否计入尚未说明。请用 --sheet 重建插件" in run.err
    assert seniors(office, "371402001001") == 5
    manifest = office / "plugins" / "p" / "plugin.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('path = "inbox/*"', 'path = "inbox/*"\nleave = ["去世"]'), encoding="utf-8")
    assert ingest(office) == (5, 5)


def test_titles_say_the_communities_where_sheets_are_numbered(office: Path, tmp_path: Path) -> None:
    """And a sheet of sums, with the same columns, is asked about."""
    heads = HEADS[:3]
    first = [["新湖街道尉署社区老年人花名册"], heads, *(person(number)[:3] for number in (1, 3))]
    second = [["新湖街道南龙社区老年人花名册"], heads, *(person(number)[:3] for number in (5, 7, 9))]
    both = [["新湖街道老年人汇总"], heads, *first[2:], *second[2:]]
    sample = write(tmp_path / "a.xlsx", {"Sheet1": first, "Sheet2": second, "汇总表": both, "说明": [["填表说明"]]})
    asked = new(office, sample)
    assert "下列工作表有同样的栏目（括号内为行数）：汇总表（5）。" in asked.err
    made = new(office, sample, "--sheet", "汇总表=leave")
    assert (made.code, "表格标题  按表格标题" in made.out) == (0, True), made.out
    assert ingest(office) == (5, 5)
    assert pushed(office, "371402001002") == 3


def test_the_name_of_a_file_is_offered_and_taken_when_somebody_says_so(office: Path, tmp_path: Path) -> None:
    sample = tmp_path / "尉署社区.csv"
    lines = [",".join(row[:3]) for row in (HEADS, *(person(number) for number in (1, 3)))]
    sample.write_text("\n".join(lines), encoding="utf-8")
    asked = new(office, sample)
    assert "--map residence_unit=@file（文件名：尉署社区.csv）" in asked.err
    assert new(office, sample, "--map", "residence_unit=@file").code == 0
    inbox = office / "plugins" / "p" / "inbox"
    (inbox / "南龙社区.csv").write_bytes(sample.read_bytes())
    (inbox / "尉署社区.csv").unlink()
    assert ingest(office) == (2, 2)
    assert pushed(office, "371402001002") == 2


def test_a_hidden_sheet_is_named(office: Path, tmp_path: Path) -> None:
    rows = [HEADS, person(1, "尉署社区"), person(3, "尉署社区")]
    made = new(office, write(tmp_path / "a.xlsx", {"名册": rows, "旧": rows}, hidden="旧"))
    assert "隐藏的工作表不读取：旧" in made.out


def test_nobody_is_offered_one_number_for_all_or_one_unit_for_several_sheets(office: Path, tmp_path: Path) -> None:
    sheets = {name: [("姓名", "出生日期"), ("测试甲", "1940-01-02"), ("测试乙", "1941-01-02")] for name in ("甲", "乙")}
    asked = new(office, write(tmp_path / "a.xlsx", sheets))
    assert "（residence_unit）：没有对应的列" in asked.err
    assert "--set" not in asked.err


@pytest.mark.parametrize(("wrong", "told"), [
    ("没有=read", "--sheet 没有：没有这张含同样栏目的工作表。现有：在册、已故人员"),
    ("已故人员=什么", "--sheet 已故人员=什么：应写 read、leave，或人员状态，如 死亡、迁出"),
])  # fmt: skip
def test_a_wrong_answer_about_a_sheet_is_told(office: Path, wrong: str, told: str) -> None:
    asked = new(office, CASES / "h08_sheet_of_the_dead.xlsx", "--sheet", "在册=read", "--sheet", wrong)
    assert (asked.code, told in asked.err) == (2, True), asked.err


def test_a_summary_alone_is_what_there_is_and_beside_a_list_it_is_asked_about(office: Path, tmp_path: Path) -> None:
    rows = [HEADS, *(person(number, "尉署社区") for number in (1, 3))]
    sample = write(tmp_path / "a.xlsx", {"汇总表": rows})
    assert new(office, sample).code == 0
    assert ingest(office) == (2, 2)
    write(office / "plugins" / "p" / "inbox" / "a.xlsx", {"汇总表": rows, "南龙": [HEADS, person(5, "南龙社区")]})
    run = say("ingest", "--dir", office)
    assert (run.code, "a.xlsx 汇总表：这张工作表也有同样的栏目" in run.err) == (2, True), run.err


def test_a_second_sheet_that_comes_later_is_asked_about_unless_all_are_wanted(office: Path, tmp_path: Path) -> None:
    first, second = [HEADS, person(1, "尉署社区")], [HEADS, person(3, "尉署社区")]
    assert new(office, write(tmp_path / "a.xlsx", {"名册": first})).code == 0
    assert ingest(office) == (1, 1)
    inbox = office / "plugins" / "p" / "inbox"
    write(inbox / "a.xlsx", {"名册": first, "Sheet2": second})
    run = say("ingest", "--dir", office)
    assert (
        run.code,
        "a.xlsx Sheet2：这张工作表也有同样的栏目，是否计入尚未说明。请用 --sheet 重建插件" in run.err,
    ) == (2, True)
    shutil.rmtree(office / "plugins" / "p")
    assert new(office, write(tmp_path / "a.xlsx", {"名册": first, "Sheet2": second}), "--sheet", "*=read").code == 0
    assert ingest(office) == (2, 2)
    write(inbox / "a.xlsx", {"名册": first, "Sheet2": second, "Sheet3": [HEADS, person(5, "尉署社区")]})
    assert ingest(office) == (3, 3)


def test_a_row_that_goes_back_names_its_sheet_under_a_word_and_comes_back_to_its_community(
    office: Path, tmp_path: Path
) -> None:
    heads = HEADS[:3]
    name, sex, right, _ = person(9)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    sheets = {
        "尉署社区名册": [heads, *(person(number)[:3] for number in (1, 3, 5, 7)), (name, sex, wrong)],
        "南龙社区名册": [heads, *(person(number)[:3] for number in (11, 13))],
    }
    assert new(office, write(tmp_path / "a.xlsx", sheets)).code == 0
    assert ingest(office) == (7, 6)
    (told,) = here("quarantine", "list", "--json", "--dir", office).json
    assert "工作表    尉署社区名册" in say("quarantine", "show", told["id"], "--dir", office).out
    back = exported(office, tmp_path / "back.xlsx")
    (_, headers, row), *_ = back.values()
    assert headers[3:] == ["工作表", "错误字段", "错误原因", "位置"]
    assert row[3:5] == ["尉署社区名册", "身份证号"]
    give_back(office, back, wrong, right, to="p")
    assert pushed(office, "371402001001") == 5
    assert here("quarantine", "list", "--json", "--dir", office).json == []
