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
        lambda number, at: row(number) + {at - 90: b"<!--", at + 90: b"-->"}.get(number, b""),
    ],
)
def test_a_sheet_of_which_the_halves_are_none_is_read_as_a_whole(amiss: Callable[[int, int], bytes]) -> None:
    at = middle(book())
    content = book(lambda number: amiss(number, at))
    assert is_cut(content)
    assert rows_of(content) == rows_of_the_whole(content)


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
    piece = sheet[:PIECE]
    assert BETWEEN_ROWS.search(piece)
    for too_much in (False, True):
        kept = Kept([SHEET])
        for _ in range(MOST_KEPT // PIECE + too_much):
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
