"""Headers in several rows join as merged cells read, for a new plugin and for every run alike."""

from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from tests.plugins.folders import CSV, EXCEL, identity, read_here, write_plugin
from tiersync.config.lexicon import packaged_lexicon
from tiersync.errors import BadSource, NeedsAnswers
from tiersync.plugins.drafting.answers import choose
from tiersync.plugins.drafting.draft import infer_columns
from tiersync.plugins.drafting.found_table import find_table
from tiersync.plugins.drafting.inference.naming import named
from tiersync.plugins.drafting.samples.sample import read_sample
from tiersync.plugins.folder.stream import MappedField
from tiersync.plugins.rows.header_rows import find_mapped, joined
from tiersync.plugins.rows.headers import read_header
from tiersync.plugins.values.unit_names import names_of

LEXICON = packaged_lexicon({})
MAP = """
name = "姓名"
id_number = "身份证号"
sex = { from = "性别", values = { 男 = "1", 女 = "2" } }
residence_unit = { from = "社区", lookup = "units" }
"""
PEOPLE = [("1", "康乐社区", f"测{serial}", "男", identity(serial), "100000000") for serial in range(1, 5)]
TWO_ROWS = (("序号", "社区", "基本信息", None, None, "联系电话"), (None, None, "姓名", "性别", "身份证号", None))
GUARDED = """
name = "老人 > 姓名"
id_number = "身份证号"
residence_unit = { from = "社区", lookup = "units" }
phone = "监护人 > 电话"
"""


def read(folder: Path, source: str = CSV, mapping: str = MAP) -> pl.DataFrame:
    return read_here(write_plugin(folder, source, mapping))[0]


def as_text(*rows: tuple[str | None, ...]) -> str:
    return "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)


def test_merged_cells_reach_over_blanks_and_lower_blanks_take_what_stands_above() -> None:
    assert joined(TWO_ROWS) == ("序号", "社区", "姓名", "性别", "身份证号", "联系电话")


def test_a_word_that_two_columns_have_is_told_by_the_word_above_it() -> None:
    rows = (("老人", None, "监护人", None, "备注"), ("姓名", "电话", "姓名", "电话", None))
    assert joined(rows) == ("老人 > 姓名", "老人 > 电话", "监护人 > 姓名", "监护人 > 电话", "备注")


def test_what_is_somebody_elses_keeps_the_word_that_says_so() -> None:
    rows = (("老人", None, "监护人"), ("姓名", "身份证号", "电话"))
    assert joined(rows) == ("姓名", "身份证号", "监护人 > 电话")
    assert named("监护人 > 电话", "senior", LEXICON) == []
    assert [one.field for one in named("基本信息 > 姓名", "senior", LEXICON)] == ["name"]


def test_a_blank_header_is_no_field() -> None:
    assert named("", "senior", LEXICON) == []


def test_a_text_table_with_two_header_rows_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(as_text(("花名册",), *TWO_ROWS, *PEOPLE), encoding="utf-8")
    rows = read(tmp_path)
    assert rows["name"].to_list() == ["测1", "测2", "测3", "测4"]
    assert rows["place_row"].to_list() == [4, 5, 6, 7]
    found = find_table(read_sample(tmp_path / "a.csv"), "senior", LEXICON)
    assert found.headers == ["序号", "社区", "姓名", "性别", "身份证号", "联系电话"]
    assert (len(found.titles), len(found.below)) == (1, 4)


def test_headers_that_a_page_repeats_are_no_words_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(as_text(*TWO_ROWS, PEOPLE[0], *TWO_ROWS, PEOPLE[1]), encoding="utf-8")
    assert len(find_table(read_sample(tmp_path / "a.csv"), "senior", LEXICON).below) == 2


def test_a_page_with_spanning_cells_is_read(tmp_path: Path) -> None:
    head = (
        "<tr><td rowspan=2>序号</td><td rowspan=2>社区</td><td colspan=3>基本信息</td><td rowspan=2>联系电话</td></tr>"
        "<tr><td>姓名</td><td>性别</td><td>身份证号</td></tr>"
    )
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in PEOPLE)
    (tmp_path / "a.xls").write_text(f"<table>{head}{body}</table>", encoding="utf-8")
    assert read(tmp_path, 'kind = "excel"\npath = "*.xls"')["name"].to_list() == ["测1", "测2", "测3", "测4"]


def test_a_workbook_with_three_header_rows_is_read(tmp_path: Path) -> None:
    out = BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "登记表")
        sheet.merge_range(1, 0, 3, 0, "社区")
        sheet.merge_range(1, 1, 1, 4, "人员")
        sheet.merge_range(2, 1, 2, 2, "老人")
        sheet.merge_range(2, 3, 2, 4, "监护人")
        sheet.merge_range(1, 5, 3, 5, "备注")
        sheet.write_row(3, 1, ("姓名", "身份证号", "姓名", "电话"))
        for at, serial in enumerate(range(1, 4), start=4):
            sheet.write_row(at, 0, ("康乐社区", "测" + "甲乙丙"[serial - 1], identity(serial), "测监", "100000000"))
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    found = find_table(read_sample(tmp_path / "a.xlsx"), "senior", LEXICON)
    assert found.headers == [
        "社区", "人员 > 老人 > 姓名", "身份证号", "人员 > 监护人 > 姓名", "人员 > 监护人 > 电话", "备注",
    ]  # fmt: skip
    inferred = infer_columns(found, "senior", LEXICON, names_of({"371402001004": "康乐社区"}))
    assert {taken.field: taken.header for taken in inferred.taken} == {
        "name": "人员 > 老人 > 姓名", "residence_unit": "社区", "id_number": "身份证号",
    }  # fmt: skip
    rows = read(tmp_path, EXCEL, GUARDED.replace("老人 >", "人员 > 老人 >").replace("监护人 >", "人员 > 监护人 >"))
    assert rows["name"].to_list() == ["测甲", "测乙", "测丙"]
    assert rows["phone"].to_list() == ["100000000"] * 3


def test_rows_below_merged_cells_are_headers_though_nobody_knows_their_words() -> None:
    fields = {"unit": MappedField(headers=("村名",)), "name": MappedField(headers=("幸福院名称",))}
    upper, lower = ("村名", "幸福院名称", "奖补资金", None, "包村干部"), (None, None, "省级", "市级", None)
    found = find_mapped([upper, lower, ("绿苑村", "绿苑幸福院", "3", "1", "某某")], fields)
    assert (found.last, found.cells) == (1, ("村名", "幸福院名称", "省级", "市级", "包村干部"))
    assert find_mapped([upper, ("绿苑村", "绿苑幸福院", "三", "一", None)], fields).last == 0


def test_a_header_that_begins_like_a_signature_joins_the_others() -> None:
    upper = ("序号", "刊播情况", None, "刊播日期", "报送社区", "审核人")
    fields = {"outlet": MappedField(headers=("刊播情况 > 名称",)), "title": MappedField(headers=("题目",))}
    assert find_mapped([upper, (None, "名称", "题目", None, None, None)], fields).first == 0


def test_a_word_that_says_nothing_alone_keeps_the_words_above_it() -> None:
    rows = [("协会名称", "会员（人）", None), (None, "总数", "女")]
    assert joined(rows) == ("协会名称", "会员（人） > 总数", "会员（人） > 女")
    assert [one.field for one in named("会员（人） > 总数", "association", LEXICON)] == ["members_total"]
    assert [one.field for one in named("刊播情况 > 媒体 > 名称", "activity", LEXICON)] == ["outlet"]


def test_a_header_row_that_is_named_is_joined_with_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(as_text(("姓名", "社区"), *TWO_ROWS, *PEOPLE), encoding="utf-8")
    assert read(tmp_path, f"{CSV}\nheader_row = 3")["name"].to_list() == ["测1", "测2", "测3", "测4"]


def test_a_title_or_a_person_is_never_joined_with_headers() -> None:
    fields = {"name": MappedField(headers=("姓名",)), "kind": MappedField(headers=("甲",))}
    above = ("填报单位：新湖街道", None, None, "负责人：甲")
    assert find_mapped([above, ("姓名", "电话", "住址", None)], fields).first == 1
    below = [("姓名", "电话", "住址"), ("甲", "100000000", None)]
    assert find_mapped(below, fields).last == 0


def test_of_two_equal_headers_one_is_named_by_its_number(tmp_path: Path) -> None:
    cells = ("姓名", "身份证号", "社区", "姓 名")
    (tmp_path / "a.csv").write_text(as_text(cells, ("测甲", identity(1), "康乐社区", "测乙")), encoding="utf-8")
    found = find_table(read_sample(tmp_path / "a.csv"), "senior", LEXICON)
    inferred = infer_columns(found, "senior", LEXICON, names_of({}))
    (question,) = [question for question in inferred.questions if question.field == "name"]
    assert [choice.header for choice in question.choices] == ["姓名_1", "姓 名_2"]
    with pytest.raises(NeedsAnswers) as error:
        choose(found, "senior", inferred, {"name": "姓名"}, {}, LEXICON, names_of({}))
    assert "有 2 列都叫“姓名”，请写明是哪一列：姓名_1、姓名_2" in error.value.say("zh")
    (second,) = choose(found, "senior", inferred, {"name": "姓名_2"}, {}, LEXICON, names_of({}))[:1]
    rows = read(tmp_path, mapping=MAP.replace('"姓名"', f'"{second.header}"').replace("sex", "#"))
    assert rows["name"].to_list() == ["测乙"]


@pytest.mark.parametrize("cells", [("姓名", "姓名"), ("姓名", "姓名_2")])
def test_a_number_means_the_same_column_when_the_table_comes_back(cells: tuple[str, str]) -> None:
    first, second = MappedField(headers=("姓名_1",)), MappedField(headers=("姓名_2",))
    assert read_header(cells, {"a": first, "b": second}, "").columns == {"a": "姓名", "b": "姓名_2"}


def test_a_table_without_headers_is_said_in_the_words_of_the_office(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(BadSource) as error:
        find_table(read_sample(tmp_path / "a.csv"), "senior", LEXICON)
    assert "a.csv：找不到含姓名、身份证号等栏目的表头行" in error.value.say("zh")
