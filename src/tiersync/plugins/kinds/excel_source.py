"""Reads books of sheets: titles above the headers, several sheets, real dates, numbers that should have been text."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import polars as pl

from tiersync.errors import BadSource
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.plugins.folder.stream import SHEET, TITLE, Stream
from tiersync.plugins.kinds.books.book import Book
from tiersync.plugins.kinds.sheets import is_left, not_asked, unasked
from tiersync.plugins.rows.header_rows import MOST_JOINED, HeaderRows, find_mapped
from tiersync.plugins.rows.headers import ROWS_SEARCHED, Header, read_header, title_of
from tiersync.plugins.rows.mapping import system_of
from tiersync.plugins.rows.rows import SheetSkipped, SourceTable

ROWS_AT_ONCE = 50_000
TOO_LONG_FOR_A_NUMBER = r"^[0-9]{16,}$"  # A number cell keeps fifteen digits; what follows them is made up.
MIDNIGHT = " 00:00:00"


class SheetCells(NamedTuple):
    """A sheet's cells as text, those of them that are numbers, and its headers."""

    book: Book
    name: str
    cells: pl.DataFrame
    numbers: pl.DataFrame
    headers: HeaderRows

    @property
    def place(self) -> str:
        return f"{self.book.name} {self.name}"


def read_book(book: Book, stream: Stream) -> Iterator[SourceTable | SheetSkipped]:
    """The rows of each visible sheet that has the mapped headers, or of the one that the stream names."""
    if stream.source.sheet:
        return read_sheet(book, stream.source.sheet, stream)
    return _every_sheet(book, stream)


def rows_of(book: Book, name: str, most: int) -> list[tuple[str | None, ...]]:
    """The first rows of one sheet as they stand."""
    return without_midnight(book.texts(name, most)[0]).rows()


def without_midnight(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells as people see them: a day has no time of day."""
    return cells.with_columns(pl.all().str.strip_suffix(MIDNIGHT))


def read_sheet(book: Book, name: str, stream: Stream) -> Iterator[SourceTable]:
    """The rows of one sheet."""
    return _tables(_load(book, name, stream), stream)


def _every_sheet(book: Book, stream: Stream) -> Iterator[SourceTable | SheetSkipped]:
    """Sheets that show at least half of the headers are read; a page of instructions or codes shows fewer. Raises
    BadSource for one of which nobody has said whether it counts."""
    needed = sum(bool(field.columns) for field in stream.map.values())
    nearest, is_settled = None, False
    read: list[str] = []
    is_labelled = any(field.label in (SHEET, TITLE) for field in stream.map.values())
    for name in book.sheets:
        if is_left(name, stream.source):
            is_settled = True
            continue
        sheet = _load(book, name, stream)
        if sheet.headers.shown * 2 >= needed:
            if asked := unasked(name, read, stream.source, is_labelled=is_labelled):
                raise not_asked(book.name, asked)
            read.append(name)
            yield from _tables(sheet, stream)
            is_settled = True
        else:
            yield SheetSkipped(book.name, name)
            nearest = max(nearest or sheet, sheet, key=lambda one: one.headers.shown)
    if not is_settled:
        _explain(nearest, book, stream)


def _explain(nearest: SheetCells | None, book: Book, stream: Stream) -> None:
    """Raise what is wrong with a workbook of which no sheet could be read."""
    if nearest is None or nearest.cells.is_empty():
        raise BadSource(place=book.name, why_en="it is empty", why_zh="文件是空的")
    _header(nearest, stream)


def _load(book: Book, name: str, stream: Stream) -> SheetCells:
    """One sheet; a hidden one counts as empty unless the stream names it."""
    with ThreadPoolExecutor(1) as second:
        numbers = second.submit(book.numbers, name)
        cells, is_shown = book.texts(name)
    cells = without_midnight(cells) if is_shown or stream.source.sheet else pl.DataFrame()
    fixed = stream.source.header_row
    headers = find_mapped(cells.head(max(ROWS_SEARCHED, fixed) + MOST_JOINED).rows(), stream.map, fixed)
    return SheetCells(book, name, cells, numbers.result(), headers)


def _header(sheet: SheetCells, stream: Stream) -> Header:
    return read_header(sheet.headers.cells, stream.map, sheet.place)


def _tables(sheet: SheetCells, stream: Stream) -> Iterator[SourceTable]:
    """The rows below the headers, with number cells marked that no number can hold."""
    header = _header(sheet, stream)
    cells = sheet.cells.rename(dict(zip(sheet.cells.columns, header.names, strict=True)))
    below = _mark_long_numbers(cells, header, sheet).slice(sheet.headers.last + 1)
    first_row, title = sheet.headers.last + 2, title_of(sheet.cells.head(sheet.headers.first).rows())
    system = system_of(below, header, stream)
    for begins in range(0, max(below.height, 1), ROWS_AT_ONCE):
        rows = below.slice(begins, ROWS_AT_ONCE)
        yield SourceTable(rows, header, sheet.book.name, sheet.name, first_row + begins, title=title, system=system)


def _mark_long_numbers(cells: pl.DataFrame, header: Header, sheet: SheetCells) -> pl.DataFrame:
    """Mark number cells of more digits than a number holds; text of as many digits stays as it is."""
    if sheet.numbers.is_empty():
        return cells
    numbers = dict(zip(cells.columns, sheet.numbers, strict=True))
    return cells.with_columns(
        pl.when(pl.col(name).str.contains(TOO_LONG_FOR_A_NUMBER) & numbers[name].is_not_null())
        .then(TYPED_AS_NUMBER + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in set(header.columns.values())
        if numbers[name].null_count() < cells.height
    )
