"""Workbooks are read as offices keep them, and what is no workbook is refused in words."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.plugins.folders import EXCEL, HEADERS, identity, read_here, senior, write_plugin
from tiersync.errors import BadSource
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.plugins.worker.pipe import FilePlace, StreamEnd

Write = Callable[[Workbook], None]


def workbook(write: Write) -> bytes:
    out = BytesIO()
    with Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        write(book)
    return out.getvalue()


def fill(sheet: Worksheet, *rows: tuple[object, ...], top: int = 0, left: int = 0) -> None:
    for row, cells in enumerate(rows, start=top):
        for column, cell in enumerate(cells, start=left):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            else:
                sheet.write(row, column, cell)


def read_book(folder: Path, write: Write, source: str = EXCEL) -> tuple[pl.DataFrame, StreamEnd]:
    plugin = write_plugin(folder, source)
    (folder / "a.xlsx").write_bytes(workbook(write))
    return read_here(plugin)


def why_not(folder: Path, content: bytes, source: str = EXCEL) -> str:
    plugin = write_plugin(folder, source)
    (folder / "a.xlsx").write_bytes(content)
    with pytest.raises(BadSource) as error:
        read_here(plugin)
    assert "a.xlsx" in error.value.say("zh")
    return error.value.say("en")


def one_sheet(*rows: tuple[object, ...]) -> Write:
    return lambda book: fill(book.add_worksheet("花名册"), *rows)


def test_a_merged_title_a_gap_and_a_footer_are_no_records(tmp_path: Path) -> None:
    def write(book: Workbook) -> None:
        sheet = book.add_worksheet("花名册")
        sheet.merge_range(2, 1, 2, 5, "康乐社区老年人花名册")
        fill(
            sheet,
            HEADERS,
            senior(1),
            (),
            senior(2),
            ("合计", "2人"),
            ("填表人：测甲", "", "审核人：测乙"),
            top=4,
            left=1,
        )

    rows, end = read_book(tmp_path, write)
    assert rows["name"].to_list() == ["测1", "测2"]
    assert rows["place_row"].to_list() == [6, 8]
    assert (end.rows, end.blank, end.footers) == (2, 1, 2)


def test_dates_are_read_whether_they_are_dates_numbers_or_text(tmp_path: Path) -> None:
    born = (date(1931, 2, 3), 11357, "1931年2月3日", 19310203)
    people = [(*senior(serial)[:3], day, "康乐社区") for serial, day in enumerate(born)]
    rows, _ = read_book(tmp_path, one_sheet(HEADERS, *people))
    assert rows["birth_date"].to_list() == ["1931-02-03"] * 4


def test_a_date_that_is_not_read_as_one_shows_no_time_of_day(tmp_path: Path) -> None:
    rows, _ = read_book(tmp_path, one_sheet(HEADERS, (date(1931, 2, 3), *senior(1)[1:])))
    assert rows["name"].to_list() == ["1931-02-03"]


def test_an_identity_typed_as_a_number_is_marked_and_one_typed_as_text_is_not(tmp_path: Path) -> None:
    even = "379901193102030000"  # As text it could be meant so.
    people = [
        (f"测{serial}", cell, *senior(serial)[2:])
        for serial, cell in enumerate((int(identity(1)), even, 379901310203001))
    ]
    rows, _ = read_book(tmp_path, one_sheet(HEADERS, *people))
    marked, text, fifteen = rows["id_number"].to_list()
    assert marked.startswith(TYPED_AS_NUMBER + "3799011931")
    assert (text, fifteen) == (even, "379901310203001")


def test_small_numbers_are_text_without_a_tail(tmp_path: Path) -> None:
    people = [(7, identity(1), 1.0, "1931-02-03", 371402001004)]
    rows, _ = read_book(tmp_path, one_sheet(HEADERS, *people))
    assert rows.select("name", "sex", "residence_unit").row(0) == ("7", "=unmapped:1", "371402001004")


def test_each_sheet_with_the_headers_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    def write(book: Workbook) -> None:
        fill(book.add_worksheet("填表说明"), ("一、姓名按身份证填写。",))
        fill(book.add_worksheet("一组"), HEADERS, senior(1))
        fill(book.add_worksheet("二组"), ("标题",), HEADERS, senior(2))
        fill(hidden := book.add_worksheet("旧"), HEADERS, senior(3))
        hidden.hide()

    rows, end = read_book(tmp_path, write, EXCEL + '\nsheets = ["*"]')
    assert rows["name"].to_list() == ["测1", "测2"]
    assert end.skipped == (FilePlace(file="a.xlsx", sheet="填表说明"), FilePlace(file="a.xlsx", sheet="旧"))
    rows, _ = read_book(tmp_path, write, EXCEL + '\nsheet = "旧"')
    assert rows["name"].to_list() == ["测3"]


def test_headers_without_a_row_are_a_source_of_nothing(tmp_path: Path) -> None:
    rows, end = read_book(tmp_path, one_sheet(HEADERS))
    assert (rows.height, end.rows) == (0, 0)


def test_a_sheet_of_many_rows_keeps_their_numbers(tmp_path: Path) -> None:
    rows, _ = read_book(tmp_path, one_sheet(HEADERS, *[senior(1)] * 50_001))
    assert rows["place_row"].to_list() == list(range(2, 50_003))


SOUND = workbook(one_sheet(HEADERS, senior(1)))
REFUSED = {
    "an empty file": (b"", "it is empty"),
    "a web page without a table": (b"<html><table>", "it is a web page without a table"),
    "half a workbook": (SOUND[: len(SOUND) // 2], "the workbook is damaged or not all of it has come"),
    "rubbish that begins like an archive": (b"PK\x03\x04" + bytes(200), "the workbook is damaged"),
    "an old workbook of nothing": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "the workbook is damaged"),
    "an empty workbook": (workbook(one_sheet()), "it is empty"),
    "a missing column": (
        workbook(one_sheet(HEADERS[:4], senior(1)[:4])),
        "a.xlsx 花名册: no column is headed 社区; there are: 姓名",
    ),
    "a doubled column": (workbook(one_sheet((*HEADERS, "*性别"), senior(1))), "2 columns could be the sex: 性别、性别"),
    "no header at all": (workbook(one_sheet(senior(1))), "no header row was found"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_is(tmp_path: Path, content: bytes, said: str) -> None:
    told = why_not(tmp_path, content)
    assert said in told
    assert not any(value in told for value in senior(1)[:2])


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "no sheet is called 二组" in why_not(tmp_path, SOUND, EXCEL + '\nsheet = "二组"')


def test_the_last_rows_of_a_long_sheet_count_from_1904_as_the_first_ones_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiersync.plugins.kinds.excel_source.ROWS_AT_ONCE", 2)
    heads = HEADERS.index("出生日期")
    rows = [[*senior(at)] for at in (1, 2, 3)]
    for cells in rows:
        cells[heads] = (date.fromisoformat(str(cells[heads])) - date(1904, 1, 1)).days
    frame, end = read_book(tmp_path, one_sheet(HEADERS, *map(tuple, rows)))
    assert frame["birth_date"].to_list() == [senior(at)[heads] for at in (1, 2, 3)]
    assert end.since_1904 == 3
