"""A formula that failed is no blank: its error arrives as people see it, so that its row is refused for it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlwt import Formula
from xlwt import Workbook as OldWorkbook

from tests.plugins.folders import EXCEL, HEADERS, read_here, senior, write_plugin
from tiersync.plugins.drafting.samples.sample import read_sample

ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
CODES = (0, 7, 15, 23, 29, 36, 42)
SOURCE = EXCEL.replace("*.xlsx", "a.*")


def new_book() -> bytes:
    """A number per person whose formula failed, each in another way."""
    out = BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(2, 1, HEADERS)
        for row, error in enumerate(ERRORS):
            sheet.write_row(row + 3, 1, senior(row))
            sheet.write_formula(row + 3, 2, "=VLOOKUP(1,X1:Y2,2,0)", None, error)
    return out.getvalue()


def old_book(far: int = 0) -> bytes:
    """The same with errors as values in a binary workbook, on its second sheet."""
    out, book = BytesIO(), OldWorkbook()
    book.add_sheet("说明").write(0, 5, "请如实填写")
    sheet: Any = book.add_sheet("花名册")
    for column, header in enumerate(HEADERS, start=1):
        sheet.write(2, column, header)
    for row, code in enumerate(CODES, start=3):
        for column, cell in enumerate(senior(row - 3), start=1):
            if column != 2:
                sheet.write(row, column, cell)
        sheet.row(row).set_cell_error(2, code)
    for row in range(far):
        sheet.write(row + 20, 1, "x" * 200 + str(row))
    book.save(out)
    return out.getvalue()


def of_formulas() -> bytes:
    """A binary workbook whose errors are what its formulas came to: what xlwt leaves to Excel."""
    out, book = BytesIO(), OldWorkbook()
    sheet: Any = book.add_sheet("花名册")
    for row, cells in enumerate((HEADERS, *map(senior, range(len(CODES))))):
        for column, cell in enumerate(cells):
            if row == 0 or column != 1:
                sheet.write(row, column, cell)
    for row in range(len(CODES)):
        sheet.write(row + 1, 1, Formula("1/0"))
    book.save(out)
    said = out.getvalue()
    for code in CODES:
        said = said.replace(b"\x03\x00\x00\x00\x00\x00\xff\xff", bytes((2, 0, code, 0, 0, 0, 0xFF, 0xFF)), 1)
    return said


BOOKS = {
    "a new workbook": ("a.xlsx", new_book()),
    "a binary workbook": ("a.xls", old_book()),
    "a larger binary workbook": ("a.xls", old_book(far=300)),
    "formulas of a binary workbook": ("a.xls", of_formulas()),
}


@pytest.mark.parametrize(("file", "content"), BOOKS.values(), ids=BOOKS)
def test_errors_are_read_as_people_see_them_in(tmp_path: Path, file: str, content: bytes) -> None:
    plugin = write_plugin(tmp_path, SOURCE)
    (tmp_path / file).write_bytes(content)
    rows = read_here(plugin)[0].head(len(ERRORS))
    assert rows["id_number"].to_list() == list(ERRORS)
    assert rows["name"].to_list() == [senior(serial)[0] for serial in range(len(ERRORS))]


@pytest.mark.parametrize(("file", "content"), BOOKS.values(), ids=BOOKS)
def test_a_sample_shows_the_errors_of(tmp_path: Path, file: str, content: bytes) -> None:
    (tmp_path / file).write_bytes(content)
    rows = read_sample(tmp_path / file).tables[-1].rows
    assert [cell for row in rows for cell in row if cell in ERRORS] == list(ERRORS)
