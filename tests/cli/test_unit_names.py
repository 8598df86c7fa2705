"""Lists that name their units as offices do, by the real commands in Chinese: taken, or refused with what is meant."""

from pathlib import Path
from zipfile import ZipFile

import fastexcel
import pytest
from xlsxwriter import Workbook

from tests.cli.test_cases import CASES, office, say
from tests.plugins.folders import senior

__all__ = ["office"]

TITLES = ("姓名", "身份证号", "性别", "出生日期", "社区")


def ingested(office: Path, file: Path, *more: str) -> tuple[int, int]:
    """How many rows of a file a new plugin reads, and how many of them are sound."""
    made = say("plugin", "new", "p", "--from", file, "--record", "senior", *more, "--dir", office)
    assert made.code == 0, made.err
    assert say("plugin", "enable", "p", "--dir", office).code == 0
    return again(office)


def again(office: Path) -> tuple[int, int]:
    (told,) = say("ingest", "--json", "--dir", office).json
    return told["read"], told["valid"]


def refused(office: Path) -> list[str]:
    """Why the rows are refused, in order of their places."""
    return [row["why"] for row in say("quarantine", "list", "--json", "--dir", office).json]


def person(at: int) -> tuple[str, ...]:
    return (f"测{'甲乙丙丁戊己庚'[at]}", *senior(at)[1:4])


def listed(file: Path, *units: str, encoding: str = "utf-8") -> Path:
    """A list of as many people as units are named."""
    rows = [",".join((*person(at), unit)) for at, unit in enumerate(units)]
    file.write_text("\n".join([",".join(TITLES), *rows, ""]), encoding=encoding)
    return file


def test_a_list_of_every_spelling_is_taken_but_for_what_no_unit_is_called(office: Path) -> None:
    case = CASES / "k25_unit_names.xlsx"
    shown = say("plugin", "infer", "--from", case, "--record", "senior", "--dir", office)
    assert shown.code == 0
    assert "residence_unit" in shown.out
    assert "尉" in shown.out
    assert ingested(office, case) == (24, 20)
    assert refused(office) == [
        "找不到单位“尉暑社区”，是否：尉署社区？",
        "找不到单位“尉署社区1号楼”，是否：尉署社区？",
        "找不到单位“尉署小区”，是否：尉署社区、小庄社区、小屯村？",
        "找不到单位“魏署社区”，是否：尉署社区、魏庄社区、魏庄村？",
    ]
    pushed = say("push", "--period", "2025", "--dir", office)
    found = say("finding", "list", "--json", "--dir", office)
    assert any(one["reason"] == "not_entering" for one in found.json), pushed.out + found.out


def test_the_list_of_a_town_without_endings_is_read_in_gb18030(office: Path, tmp_path: Path) -> None:
    names = ("黄河涯镇", "黄河涯镇人民政府", "371402101", "德城区黄河涯镇政府", "德城区 黄河涯镇", "黃河涯镇")
    assert ingested(office, listed(tmp_path / "黄河涯镇.csv", *names, encoding="gb18030")) == (6, 5)
    assert refused(office) == ["找不到单位“黃河涯镇”，是否：黄河涯镇、黄河涯村、双河村？"]


def test_codes_in_cells_of_numbers_are_units(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "codes.xlsx"
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, TITLES)
        for at, code in enumerate((371402001001, 371402001002, 371402001, 371402001999, 371402999)):
            sheet.write_row(at + 1, 0, person(at))
            sheet.write_number(at + 1, 4, code)
    assert ingested(office, file, "--map", "residence_unit=社区") == (5, 4)
    assert refused(office) == ["找不到单位“371402999”，请核对名称"]


def test_what_could_be_two_is_listed_until_the_office_says_which(office: Path, tmp_path: Path) -> None:
    file = listed(tmp_path / "list.csv", "新湖街道尉署", "新华", "新华街道新园", "二片区", "尉署", "二屯镇", "魏庄")
    names = office / "plugins" / "p" / "units.csv"
    assert ingested(office, file, "--map", "residence_unit=社区") == (7, 5)
    assert refused(office) == [
        "找不到单位“二片区”，是否：五二村、二屯镇？",
        "单位“魏庄”可能是：魏庄村委会（371402002217）、魏庄社区居委会（371402009005），请写明上级单位或填写单位代码",
    ]
    for written, wrong in (
        ("写法,单位代码\n二片区,3714\n", "units.csv:2：“单位代码”应为12位数字"),
        ("写法,单位代码\n\n二片区,371403000000\n", "units.csv:3：“二片区”：所属单位以内没有 371403000000"),
        ("写法,单位\n", "units.csv:1：缺少“单位代码”列"),
    ):
        names.write_text(written, encoding="utf-8")
        say("plugin", "enable", "p", "--dir", office)
        done = say("ingest", "--dir", office)
        assert (done.code, wrong in done.err) == (2, True), done.err
    names.write_text("写法,单位代码\n二片区,371402001001\n魏庄,371402002217\n", encoding="gb18030")
    assert "p" in say("ingest", "--dir", office).err
    assert "units.csv" in say("plugin", "diff", "p", "--dir", office).out
    assert say("plugin", "enable", "p", "--dir", office).code == 0
    assert again(office) == (7, 7)


def test_the_workbook_that_goes_back_offers_the_names(office: Path, tmp_path: Path) -> None:
    ingested(office, CASES / "k25_unit_names.xlsx")
    back = office / "plugins" / "p" / "corrected" / "back.xlsx"
    back.parent.mkdir()
    assert say("quarantine", "export", "--out", back, "--dir", office).code == 0
    with ZipFile(back) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        book = parts.read("xl/workbook.xml").decode()
    assert 'sqref="F3:F6"' in sheet
    assert "'单位名单'!$A$1:$A$" in sheet
    assert 'name="单位名单"' in book
    assert 'state="hidden"' in book
    names = fastexcel.read_excel(back).load_sheet("单位名单", header_row=None).to_polars().to_series().to_list()
    assert {"尉署社区", "新湖街道", "德城区"} <= {*names}
    assert len({*names}) == len(names)
    again_ = say("ingest", "--json", "--dir", office)
    assert again_.code == 0
    assert "单位名单" not in again_.out + again_.err


@pytest.mark.parametrize(("written", "quoted"), [
    ("绝无\u202e此地", "绝无此地"), ("绝无此地" * 20, "绝无此地绝无此地绝无此地绝无此地绝无此地绝无此地绝无此地绝无…"),
    ("绝无 379901193102030019", "绝无 …"), ("绝无13912345678", "绝无…"),
])  # fmt: skip
def test_a_value_is_quoted_in_short_and_never_a_persons_number(
    written: str, quoted: str, office: Path, tmp_path: Path
) -> None:
    file = listed(tmp_path / "list.csv", "尉署", "南龙", "状元府", "城隍庙", "新园", "于庄", written)
    assert ingested(office, file) == (7, 6)
    assert refused(office) == [f"找不到单位“{quoted}”，请核对名称"]
