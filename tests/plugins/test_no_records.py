"""Rows that are no records are left out, and a row of sums is compared with what was read."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from tests.plugins.folders import CSV, EXCEL, HEADERS, identity, read_here, senior, write_plugin
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import LinesOffered, batches
from tiersync.plugins.worker.pipe import StreamEnd
from tiersync.views.sources.runs import left_out

BLANK = ("", "", "", "", "")
PAYROLL = """
[plugin]
id = "pay"
name = "发放"
version = "1.0.0"
api = 1
unit = "371402000000"
[[stream]]
record = "benefit"
[stream.source]
kind = "csv"
path = "*.csv"
[stream.map]
id_number = "身份证号"
amount = "金额"
kind = { constant = "payment" }
scheme = { constant = "allow_80" }
unit = { constant = "371402001004" }
period = { constant = "2013-01" }
"""


def read(folder: Path, *rows: Sequence[str], title: str = "") -> tuple[list[str], StreamEnd]:
    lines = [*([(title, "", "", "", "")] if title else []), HEADERS, *rows]
    (folder / "a.csv").write_text("".join(",".join(row) + "\n" for row in lines), encoding="utf-8")
    frame, end = read_here(write_plugin(folder, CSV))
    return frame["name"].to_list(), end


def said(end: StreamEnd) -> list[tuple[str, str]]:
    return [(one.said, one.read) for one in end.sums]


@pytest.mark.parametrize("again", [
    HEADERS, ("姓名", "身份证号", "", "", ""), ("姓名", "证号", "性别", "出生日期", "社区"),
])  # fmt: skip
def test_headers_on_each_printed_page_are_no_people(tmp_path: Path, again: tuple[str, ...]) -> None:
    names, end = read(tmp_path, senior(1), again, senior(2))
    assert (names, end.footers) == (["测1", "测2"], 1)


def test_both_header_rows_and_the_title_may_stand_on_each_page(tmp_path: Path) -> None:
    upper, lower = ("社区", "基本信息", "", "", ""), ("", "姓名", "身份证号", "性别", "出生日期")
    title = ("康乐社区花名册", "", "", "", "")
    people = [("康乐社区", *senior(serial)[:4]) for serial in (1, 2)]
    lines = [title, upper, lower, people[0], title, ("社区", "基本信息", "", "", ""), lower, people[1]]
    (tmp_path / "a.csv").write_text("".join(",".join(row) + "\n" for row in lines), encoding="utf-8")
    frame, end = read_here(write_plugin(tmp_path))
    assert (frame["name"].to_list()[:1], frame["name"].to_list()[-1:]) == (["测1"], ["测2"])
    assert end.footers >= 2


def test_a_page_may_repeat_its_headers_in_a_workbook(tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((HEADERS, senior(1), HEADERS, senior(2), ("", "合计", "2人"))):
            sheet.write_row(at, 0, row)
    frame, end = read_here(write_plugin(tmp_path, EXCEL))
    assert (frame["name"].to_list(), end.footers, said(end)) == (["测1", "测2"], 2, [("2", "2")])


@pytest.mark.parametrize("cells", [
    ("小计", "", "1人"), ("1", "合计", ""), ("康乐社区小计", "1", ""), ("填表人：测甲", "", "审核：测乙"),
    ("审核人（签字）", "", ""), ("负责人：", "", ""), ("单位（盖章）", "", ""), ("填报单位（盖章）：", "", "2013年1月"),
    ("", "2013 年 12 月 3 日", ""), ("", "", "年  月  日"), ("注：本表一式两份", "", ""), ("第 1 页 共 3 页", "", ""),
    ("以上共 1 人", "", ""), ("新湖街道（公章）", "", ""),
])  # fmt: skip
def test_what_stands_below_people_is_no_person(tmp_path: Path, cells: tuple[str, ...]) -> None:
    names, end = read(tmp_path, senior(1), (*cells, "", ""))
    assert (names, end.footers) == (["测1"], 1)


@pytest.mark.parametrize("row", [
    ("小计", *senior(2)[1:]), ("共", identity(2), "", "", ""), ("合计生", "", "", "", ""),
    ("测姓名", identity(2), "", "", ""),
])  # fmt: skip
def test_a_person_stays_one_whatever_the_name(tmp_path: Path, row: tuple[str, ...]) -> None:
    names, _ = read(tmp_path, senior(1), row)
    assert names == ["测1", row[0]]


@pytest.mark.parametrize("cells", [("合计", "2人", ""), ("合计：2人", "", ""), ("共2人", "", ""), ("合 计", "2", "")])
def test_a_sum_that_agrees_is_said(tmp_path: Path, cells: tuple[str, ...]) -> None:
    _, end = read(tmp_path, senior(1), senior(2), (*cells, "", ""))
    assert said(end) == [("2", "2")]
    assert [said.en for said in left_out(end.model_dump(mode="json"))] == [
        "a.csv, row 4: the sum row says 2, 2 rows were read; they agree"
    ]


def test_a_sum_that_does_not_agree_is_said(tmp_path: Path) -> None:
    _, end = read(tmp_path, senior(1), senior(2), ("合计", "3人", "", "", ""))
    assert said(end) == [("3", "2")]
    assert "the sum row says 3, 2 rows were read; please look" in next(left_out(end.model_dump(mode="json"))).en


def test_a_sum_may_stand_above_the_rows_and_one_below_each_page(tmp_path: Path) -> None:
    _, end = read(tmp_path, ("合计", "3人", "", "", ""), senior(1), senior(2), senior(3))
    assert said(end) == [("3", "3")]
    page = ("合计", "1人", "", "", "")
    _, end = read(tmp_path, senior(1), page, senior(2), page, ("总计", "2人", "", "", ""))
    assert said(end) == [("1", "1"), ("1", "1"), ("2", "2")]


def test_a_sum_counts_the_lines_that_were_known(tmp_path: Path) -> None:
    read(tmp_path, senior(1), senior(2), ("合计", "2人", "", "", ""))
    plugin = write_plugin(tmp_path)
    steps = batches(plugin, plugin.streams[0], names_of({}), "asked")
    step = next(steps)
    while not isinstance(step, StreamEnd):
        step = steps.send(pl.Series([1, 2], dtype=pl.UInt32) if isinstance(step, LinesOffered) else None)
    assert said(step) == [("2", "2")]


def test_amounts_are_added_up_to_the_cent(tmp_path: Path) -> None:
    (tmp_path / "plugin.toml").write_text(PAYROLL, encoding="utf-8")
    rows = "".join(f"测,{identity(serial)},康乐社区,,0.10\n" for serial in range(1, 4))
    (tmp_path / "a.csv").write_text(
        f"姓名,身份证号,社区,签名,金额\n{rows}合计,,,,0.30\n合计,,,,0.40\n", encoding="utf-8"
    )
    _, end = read_here(load_plugin(tmp_path))
    assert [(one.column, one.said, one.read) for one in end.sums] == [("金额", "30", "30"), ("金额", "40", "30")]
    said_of_sums = [text.en for text in left_out(end.model_dump(mode="json"))]
    assert "says 0.30, 金额 adds up to 0.30; they agree" in "".join(said_of_sums)
