"""Reads workbooks: title rows above the headers, several sheets, real dates, and numbers that should have been text."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple

import fastexcel
import polars as pl

from tiersync.errors import BadSource
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.plugins.files import files_of
from tiersync.plugins.headers import ROWS_SEARCHED, Header, find_header_row, read_header, title_of
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.rows import SheetSkipped, Table
from tiersync.plugins.stream import Stream

ROWS_AT_ONCE = 50_000
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls
TOO_LONG_FOR_A_NUMBER = r"^[0-9]{16,}$"  # A number cell keeps fifteen digits; what follows them is made up.
MIDNIGHT = " 00:00:00"


class Sheet(NamedTuple):
    """A sheet's cells as text, those of them that are numbers, the header row (from 0), and how many of the mapped."""

    book: "Book"
    name: str
    cells: pl.DataFrame
    numbers: pl.DataFrame
    header_row: int
    shown: int

    @property
    def place(self) -> str:
        return f"{self.book.name} {self.name}"


class Book(NamedTuple):
    """A workbook's bytes, and the name that places give its file."""

    content: bytes
    name: str
    sheets: tuple[str, ...]


def read(plugin: Plugin, stream: Stream) -> Iterator[Table | SheetSkipped]:
    """The rows of each visible sheet that has the mapped headers, in each file that the stream names."""
    for found in files_of(plugin, stream):
        book = open_book(found.path.read_bytes(), found.name)
        if stream.source.sheet:
            yield from read_sheet(book, stream.source.sheet, stream)
        else:
            yield from _every_sheet(book, stream)


def open_book(content: bytes, name: str) -> Book:
    """A workbook in bytes, called `name` in places. Raises BadSource for what is none."""
    if not content:
        raise BadSource(place=name, why_en="it is empty", why_zh="文件是空的")
    if not content.startswith(WORKBOOKS):
        raise BadSource(place=name, why_en="it is no Excel workbook", why_zh="这不是 Excel 工作簿")
    try:
        return Book(content, name, tuple(fastexcel.read_excel(content).sheet_names))
    except fastexcel.FastExcelError:
        raise _unreadable(name) from None


def rows_of(book: Book, name: str, most: int) -> list[tuple[str | None, ...]]:
    """The first rows of one sheet as they stand."""
    return _cells(book, name, "string").head(most).rows()


def read_sheet(book: Book, name: str, stream: Stream) -> Iterator[Table]:
    """The rows of one sheet."""
    return _tables(_load(book, name, stream), stream)


def _every_sheet(book: Book, stream: Stream) -> Iterator[Table | SheetSkipped]:
    """Sheets that show at least half of the headers are read; a page of instructions or codes shows fewer."""
    needed = sum(bool(field.headers) for field in stream.map.values())
    nearest, read_any = None, False
    for name in book.sheets:
        sheet = _load(book, name, stream)
        if sheet.shown * 2 >= needed:
            yield from _tables(sheet, stream)
            read_any = True
        else:
            yield SheetSkipped(book.name, name)
            nearest = max(nearest or sheet, sheet, key=lambda one: one.shown)
    if not read_any:
        _explain(nearest, book, stream)


def _explain(nearest: Sheet | None, book: Book, stream: Stream) -> None:
    """Raise what is wrong with a workbook of which no sheet could be read."""
    if nearest is None or nearest.cells.is_empty():
        raise BadSource(place=book.name, why_en="it is empty", why_zh="文件是空的")
    _header(nearest, stream)


def _load(book: Book, name: str, stream: Stream) -> Sheet:
    """One sheet; a hidden one counts as empty unless the stream names it."""
    with ThreadPoolExecutor(1) as second:
        numbers = second.submit(_cells, book, name, "boolean")  # Read so, number cells are true or false, text nothing.
        cells = _cells(book, name, "string", hidden_too=bool(stream.source.sheet))
    cells = cells.with_columns(pl.all().str.strip_suffix(MIDNIGHT))
    at, shown = find_header_row(cells.head(ROWS_SEARCHED).rows(), stream.map)
    header_row = stream.source.header_row - 1 if stream.source.header_row else at
    return Sheet(book, name, cells, numbers.result(), header_row, shown)


def _cells(book: Book, name: str, dtype: Literal["string", "boolean"], hidden_too: bool = True) -> pl.DataFrame:
    try:
        loaded = fastexcel.read_excel(book.content).load_sheet(name, header_row=None, skip_rows=0, dtypes=dtype)
    except fastexcel.SheetNotFoundError:
        raise BadSource(place=book.name, why_en=f"no sheet is called {name}", why_zh=f"没有工作表“{name}”") from None
    except fastexcel.FastExcelError:
        raise _unreadable(f"{book.name} {name}") from None
    return loaded.to_polars() if hidden_too or loaded.visible == "visible" else pl.DataFrame()


def _header(sheet: Sheet, stream: Stream) -> Header:
    cells = sheet.cells.slice(sheet.header_row, 1).rows()
    return read_header(cells[0] if cells else (), stream.map, sheet.place)


def _tables(sheet: Sheet, stream: Stream) -> Iterator[Table]:
    """The rows below the headers, with number cells marked that no number can hold."""
    header = _header(sheet, stream)
    cells = sheet.cells.rename(dict(zip(sheet.cells.columns, header.names, strict=True)))
    below = _mark_long_numbers(cells, header, sheet).slice(sheet.header_row + 1)
    first_row, title = sheet.header_row + 2, title_of(sheet.cells.head(sheet.header_row).rows())
    for begins in range(0, max(below.height, 1), ROWS_AT_ONCE):
        rows = below.slice(begins, ROWS_AT_ONCE)
        yield Table(rows, header, sheet.book.name, sheet.name, first_row + begins, title=title)


def _mark_long_numbers(cells: pl.DataFrame, header: Header, sheet: Sheet) -> pl.DataFrame:
    """Mark number cells of more digits than a number holds; text of as many digits stays as it is."""
    numbers = dict(zip(cells.columns, sheet.numbers, strict=True))
    return cells.with_columns(
        pl.when(pl.col(name).str.contains(TOO_LONG_FOR_A_NUMBER) & numbers[name].is_not_null())
        .then(TYPED_AS_NUMBER + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in set(header.columns.values())
        if numbers[name].null_count() < cells.height
    )


def _unreadable(place: str) -> BadSource:
    return BadSource(
        place=place,
        why_en="the workbook is damaged or protected by a password",
        why_zh="工作簿已损坏或设有密码",
    )
