"""A large sheet is read in halves on two cores, and holds what it holds as a whole."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

from tests.plugins.odd_files import SHEET, changed
from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.far_cells import PIECE, readable
from tiersync.plugins.kinds.books.halves import BETWEEN_ROWS, MOST_KEPT, Kept, begin
from tiersync.plugins.kinds.books.workbook import Workbook
from tiersync.plugins.kinds.file_kind import FileKind

ROWS = 6000
TEXT = "社" * 100
Row = Callable[[int], bytes]


def row(number: int, columns: str = "CDE") -> bytes:
    """A row of texts, one of them shared, and a day."""
    cells = (f'<c r="{column}{number}" t="inlineStr"><is><t>{TEXT}{number}</t></is></c>' for column in columns)
    return f'<row r="{number}"><c r="B{number}" t="s"><v>1</v></c>{"".join(cells)}</row>'.encode()


def book(write: Row = row) -> bytes:
    """A workbook of one large sheet."""
    rows = b"".join(map(write, range(5, ROWS)))
    return changed(b"<sheetData>.*</sheetData>", b"<sheetData>" + rows + b"</sheetData>")


def rows_of(content: bytes) -> list[tuple[str | None, ...]]:
    return opened(content).texts("花名册")[0].rows()


def opened(content: bytes) -> Workbook:
    return Workbook(content, "a.xlsx", FileKind.ZIPPED)


def rows_of_the_whole(content: bytes) -> list[tuple[str | None, ...]]:
    sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
    return pl.DataFrame(sheet).rows()


def is_cut(content: bytes) -> bool:
    halves = readable(content, "a.xlsx").halves
    return halves is not None and halves.cut == {SHEET}


def blank_around_the_middle(number: int) -> bytes:
    return row(number) if abs(number - ROWS / 2) > ROWS / 8 else b'<row r="%d"><c r="A%d"/></row>' % (number, number)


def blank_below(number: int) -> bytes:
    return row(number) if number < ROWS / 4 else b'<row r="%d" s="%s"></row>' % (number, b" " * 700)


def middle(content: bytes) -> int:
    """The row before which the sheet is cut."""
    pieces = readable(content, "a.xlsx").halves
    assert pieces
    return int(pieces.lower[SHEET][1].split(b'"')[1])


@pytest.mark.parametrize(
    "write",
    [
        row,
        lambda number: row(number, "CDE" if number < ROWS * 3 / 4 else "ACH"),
        lambda number: row(number, "ACH" if number < ROWS / 4 else "CDE"),
        lambda number: row(number, "CD" if number < ROWS / 4 else "GHIJ"),
        blank_around_the_middle,
        blank_below,
    ],
)
def test_a_large_sheet_in_halves_holds_what_it_holds_as_a_whole(write: Row) -> None:
    content = book(write)
    assert is_cut(content)
    assert rows_of(content) == rows_of_the_whole(content)


@pytest.mark.parametrize(
    "amiss",
    [
        lambda number, at: row(number - at + 5 if number > at + 9 else number),  # Rows that begin anew.
        lambda number, at: row(ROWS * 2 if number == 9 else number),
        lambda number, at: row(number).replace(b'r="C%d"' % number, b'r="C2"') if number == at + 9 else row(number),
    ],
)
def test_a_sheet_of_which_the_halves_are_none_is_read_as_a_whole(amiss: Callable[[int, int], bytes]) -> None:
    at = middle(book())
    content = book(lambda number: amiss(number, at))
    assert is_cut(content)
    assert rows_of(content) == rows_of_the_whole(content)


def rows_between(first: int, last: int) -> bytes:
    return b"".join(map(row, range(first, last)))


FEW, MORE = rows_between(5, 2000), rows_between(3000, 7000)


@pytest.mark.parametrize(
    "cells",
    [
        b"<sheetData>" + FEW + b"</sheetData><!-- " + MORE + b"</sheetData> -->",
        b"<sheetData>" + FEW + b"</sheetData><sheetData>" + MORE + b"</sheetData>",
        b"<sheetData>" + FEW + b"</sheetData><extLst><sheetData>" + MORE + b"</sheetData></extLst>",
        b"<sheetData>" + rows_between(5, 1000) + b"</sheetData>" + rows_between(1000, 5000) + b"</sheetData>",
        b"<!-- <sheetData> -->" + b"<sheetData>" + rows_between(5, ROWS) + b"</sheetData>",
        b"<sheetData>" + FEW + b"<?of </sheetData> ?>" + MORE + b"</sheetData>",
        b"<sheetData>" + FEW + b"<!--" + rows_between(2000, 4500) + b"-->" + rows_between(4500, 7000) + b"</sheetData>",
    ],
    ids=["comment", "two tables", "in another", "ended twice", "before", "instruction", "around"],
)
def test_a_sheet_whose_table_may_have_ended_above_the_cut_is_read_as_a_whole(cells: bytes) -> None:
    content = changed(b"<sheetData>.*</sheetData>", cells)
    assert not is_cut(content)
    assert rows_of(content) == rows_of_the_whole(content)


@pytest.mark.parametrize("edge", [*range(1, 9)])
def test_an_end_over_the_edge_of_two_pieces_is_seen(edge: int) -> None:
    plain = b"<sheetData>" + rows_between(5, ROWS) + b"</sheetData>"
    ends = plain.find(b"<row", 2 * PIECE // 3)
    hidden = plain[:ends] + b"</sheetData>" + plain[ends:]
    at = ends + edge
    for whole, is_plain in ((plain, True), (hidden, False)):
        kept = Kept([SHEET])
        for piece in (whole[:at], *(whole[start : start + PIECE] for start in range(at, len(whole), PIECE))):
            kept.at(SHEET, piece)
        assert (kept.halves([SHEET]) is not None) == is_plain


def test_a_sheet_beside_as_many_shared_texts_is_not_cut() -> None:
    with ZipFile(BytesIO(book())) as archive:
        sheet = archive.read(SHEET)
    kept = Kept([SHEET, "xl/sharedStrings.xml"])
    for part in (SHEET, "xl/sharedStrings.xml"):
        for start in range(0, len(sheet), PIECE):
            kept.at(part, sheet[start : start + PIECE])
    assert kept.halves([SHEET]) is None


def test_the_first_rows_of_a_large_sheet_are_those_of_the_whole() -> None:
    content = book()
    assert opened(content).texts("花名册", 6)[0].rows() == rows_of_the_whole(content)[:6]


def test_a_sheet_of_which_one_half_is_damaged_is_damaged() -> None:
    content = changed(b"</c></row></sheetData>.*", b"", sound=book())
    assert is_cut(content)
    with pytest.raises(BadSource, match=r"a\.xlsx 花名册: the workbook is damaged"):
        rows_of(content)


def test_a_failed_formula_in_a_large_sheet_is_a_text() -> None:
    error = b'<row r="%d"><c r="C%d" t="e"><v>#N/A</v></c></row>'
    content = book(lambda number: error % (number, number) if number == ROWS - 1 else row(number))
    assert not is_cut(content)
    assert rows_of(content)[-1][1] == "#N/A"


def test_a_small_sheet_is_not_cut() -> None:
    assert not is_cut(book(lambda number: row(number) if number < 99 else b""))


def test_a_workbook_that_unpacks_to_too_much_to_be_held_is_not_cut() -> None:
    with ZipFile(BytesIO(book())) as archive:
        sheet = archive.read(SHEET)
    piece = sheet[PIECE : 2 * PIECE]
    assert BETWEEN_ROWS.search(piece)
    for too_much in (False, True):
        kept = Kept([SHEET])
        kept.at(SHEET, sheet[:PIECE])
        for _ in range(MOST_KEPT // PIECE - 1 + too_much):
            kept.at(SHEET, piece)
        assert (kept.halves([SHEET]) is None) == too_much


def test_a_workbook_of_which_two_parts_have_one_name_is_not_cut() -> None:
    with ZipFile(BytesIO(book())) as archive:
        sheet = archive.read(SHEET)
    kept = Kept([SHEET, SHEET.upper()])
    kept.at(SHEET, sheet)
    assert kept.halves([SHEET]) is None


def test_where_no_thread_can_be_started_there_is_no_memory() -> None:
    with ThreadPoolExecutor(1) as pool:
        pass
    with pytest.raises(MemoryError):
        begin(pool, len, "")
