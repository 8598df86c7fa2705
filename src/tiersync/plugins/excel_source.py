"""Reads workbooks: title rows above the headers, several sheets, real dates, and numbers that should have been text."""

from collections.abc import Iterator
from typing import NamedTuple

import fastexcel
import polars as pl

from tiersync.errors import BadSource
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.plugins.files import files_of
from tiersync.plugins.headers import ROWS_SEARCHED, Header, find_header_row, read_header
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.rows import SheetSkipped, Table
from tiersync.plugins.stream import Stream

ROWS_AT_ONCE = 50_000
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls
TOO_LONG_FOR_A_NUMBER = r"^[0-9]{16,}$"  # A number cell keeps fifteen digits; what follows them is made up.
MIDNIGHT = " 00:00:00"


class Sheet(NamedTuple):
    """A sheet's cells as text, where its headers stand (from 0), and how many of the mapped ones."""

    book: "Book"
    name: str
    cells: pl.DataFrame
    header_row: int
    shown: int

    @property
    def place(self) -> str:
        return f"{self.book.name} {self.name}"


class Book(NamedTuple):
    """An open workbook and the name that places give its file."""

    reader: fastexcel.ExcelReader
    name: str


def read(plugin: Plugin, stream: Stream) -> Iterator[Table | SheetSkipped]:
    """The rows of each visible sheet that has the mapped headers, in each file that the stream names."""
    for found in files_of(plugin, stream):
        book = Book(_open(found.path.read_bytes(), found.name), found.name)
        if stream.source.sheet:
            yield from _tables(_load(book, stream.source.sheet, stream), stream)
        else:
            yield from _every_sheet(book, stream)


def _open(content: bytes, name: str) -> fastexcel.ExcelReader:
    if not content:
        raise BadSource(place=name, why_en="it is empty", why_zh="文件是空的")
    if not content.startswith(WORKBOOKS):
        raise BadSource(place=name, why_en="it is no Excel workbook", why_zh="这不是 Excel 工作簿")
    try:
        return fastexcel.read_excel(content)
    except fastexcel.FastExcelError:
        raise _unreadable(name) from None


def _every_sheet(book: Book, stream: Stream) -> Iterator[Table | SheetSkipped]:
    """Sheets that show at least half of the headers are read; a page of instructions or codes shows fewer."""
    needed = sum(bool(field.headers) for field in stream.map.values())
    nearest, read_any = None, False
    for name in book.reader.sheet_names:
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
    try:
        loaded = book.reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    except fastexcel.SheetNotFoundError:
        raise BadSource(place=book.name, why_en=f"no sheet is called {name}", why_zh=f"没有工作表“{name}”") from None
    except fastexcel.FastExcelError:
        raise _unreadable(f"{book.name} {name}") from None
    hidden = loaded.visible != "visible" and not stream.source.sheet
    cells = pl.DataFrame() if hidden else loaded.to_polars().with_columns(pl.all().str.strip_suffix(MIDNIGHT))
    at, shown = find_header_row(cells.head(ROWS_SEARCHED).rows(), stream.map)
    return Sheet(book, name, cells, stream.source.header_row - 1 if stream.source.header_row else at, shown)


def _header(sheet: Sheet, stream: Stream) -> Header:
    cells = sheet.cells.slice(sheet.header_row, 1).rows()
    return read_header(cells[0] if cells else (), stream.map, sheet.place)


def _tables(sheet: Sheet, stream: Stream) -> Iterator[Table]:
    """The rows below the headers, with number cells marked that no number can hold."""
    header = _header(sheet, stream)
    cells = sheet.cells.rename(dict(zip(sheet.cells.columns, header.names, strict=True)))
    below = _mark_long_numbers(cells, header, sheet).slice(sheet.header_row + 1)
    first_row = sheet.header_row + 2
    for begins in range(0, max(below.height, 1), ROWS_AT_ONCE):
        yield Table(below.slice(begins, ROWS_AT_ONCE), header, sheet.book.name, sheet.name, first_row + begins)


def _mark_long_numbers(cells: pl.DataFrame, header: Header, sheet: Sheet) -> pl.DataFrame:
    """Cells of more digits than a number holds, marked where they are number cells and no text.

    Only a second look tells: read as booleans, number cells are true or false and text is nothing.
    """
    long = {name: cells[name].str.contains(TOO_LONG_FOR_A_NUMBER) for name in set(header.columns.values())}
    suspects = sorted((name for name, found in long.items() if found.any()), key=cells.columns.index)
    if not suspects:
        return cells
    places = [cells.columns.index(name) for name in suspects]
    numbers = sheet.book.reader.load_sheet(
        sheet.name, header_row=None, skip_rows=0, dtypes="boolean", use_columns=places
    ).to_polars()
    marked = (
        pl.when(long[name] & number.is_not_null()).then(TYPED_AS_NUMBER + pl.col(name)).otherwise(pl.col(name))
        for name, number in zip(suspects, numbers, strict=True)
    )
    return cells.with_columns(column.alias(name) for name, column in zip(suspects, marked, strict=True))


def _unreadable(place: str) -> BadSource:
    return BadSource(
        place=place,
        why_en="the workbook is damaged or protected by a password",
        why_zh="工作簿已损坏或设有密码",
    )
