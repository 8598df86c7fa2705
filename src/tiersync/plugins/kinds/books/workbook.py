"""Workbooks as Excel and WPS keep them: .xlsx and its kin, and the older binary one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Literal

import fastexcel
import polars as pl

from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.book import damaged, far_cell, no_such_sheet, protected
from tiersync.plugins.kinds.books.compound import Compound, CompoundStream, Endless
from tiersync.plugins.kinds.books.failed_formulas import FailedFormulas, failed_of, with_errors
from tiersync.plugins.kinds.books.far_cells import Prepared, listed_sheets, readable
from tiersync.plugins.kinds.books.halves import Parts, both, joined, packed
from tiersync.plugins.kinds.file_kind import FileKind, no_table

DOCUMENTS = (("WordDocument", "a Word document", "Word 文档"), ("PowerPoint Document", "a slide show", "演示文稿"))
"""What else a compound file may be, by the name of a stream in it."""


class Workbook:
    """A workbook's sheets, read when they are asked for."""

    def __init__(self, content: bytes, name: str, kind: FileKind) -> None:
        """Raises BadSource for what is no whole workbook, or has a password."""
        self.name = name
        prepared = readable(content, name) if kind is FileKind.ZIPPED else Prepared(content, {})
        self._content, far, self._is_exact, halves = prepared
        if kind is FileKind.BINARY:
            _refuse_other_documents(content, name)
        self._kind, self._lock = kind, Lock()
        self._halves = both(self._open_parts, halves.upper, halves.lower) if halves else None
        with _translated(name):
            self.sheets = tuple((self._halves[0] if self._halves else self._reader).sheet_names)
        self._cut = {sheet.name for sheet in listed_sheets(content) if sheet.part in halves.cut} if halves else set()
        self._far: dict[str, str] = {}
        if far:
            self._leave_out(far)
        self._failed = dict(zip(self.sheets, _failed_in(content), strict=False)) if kind is FileKind.BINARY else {}

    def _leave_out(self, far: Mapping[str, str]) -> None:
        """Sheets with a far cell are refused when they are read; hidden ones are not even shown."""
        listed = {sheet.name: sheet for sheet in listed_sheets(self._content)}
        self._far = {name: far[sheet.part] for name, sheet in listed.items() if sheet.part in far}
        if len(self._far) < len(far):
            raise far_cell(self.name, next(iter(far.values())))
        self.sheets = tuple(sheet for sheet in self.sheets if sheet not in self._far or listed[sheet].is_shown)

    def texts(self, sheet: str, most: int | None = None) -> tuple[pl.DataFrame, bool]:
        with self._lock:
            loaded = self._load_halves(sheet) if sheet in self._cut and most is None else None
            cells, is_shown = loaded or self._load(self._reader, sheet, "string", most)
        failed = self._failed.get(sheet)
        return with_errors(cells, failed) if failed else cells, is_shown

    def numbers(self, sheet: str) -> pl.DataFrame:
        """Read as true or false, number cells are one of them, and text is nothing. It is as dear as to read the texts,
        and not done where no number is long."""
        if self._is_exact:
            return pl.DataFrame()
        if self._kind is FileKind.BINARY:  # Its reader holds every sheet at once: two of them would be twice as much.
            with self._lock:
                return self._load(self._reader, sheet, "boolean")[0]
        return self._load(self._open(self._content), sheet, "boolean")[0]

    @cached_property
    def _reader(self) -> fastexcel.ExcelReader:
        return self._open(self._content)

    def _open(self, content: bytes) -> fastexcel.ExcelReader:
        with _translated(self.name):
            return fastexcel.read_excel(content)

    def _open_parts(self, parts: Parts) -> fastexcel.ExcelReader:
        return self._open(packed(parts))

    def _load_halves(self, sheet: str) -> tuple[pl.DataFrame, bool] | None:
        """A sheet that was cut; None where only its whole can say what it holds, or what is wrong with it."""
        assert self._halves
        try:
            (upper, is_shown), (lower, _) = both(lambda half: self._load(half, sheet, "string"), *self._halves)
        except BadSource:
            return None
        cells = joined(upper, lower)
        return None if cells is None else (cells, is_shown)

    def _load(
        self, reader: fastexcel.ExcelReader, sheet: str, dtype: Literal["string", "boolean"], most: int | None = None
    ) -> tuple[pl.DataFrame, bool]:
        if sheet in self._far:
            raise far_cell(f"{self.name} {sheet}", self._far[sheet])
        if sheet not in self.sheets:
            raise no_such_sheet(self.name, sheet)
        with _translated(f"{self.name} {sheet}"):
            loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=most, dtypes=dtype)
            names = [str(column.absolute_index) for column in loaded.selected_columns]
            return pl.DataFrame(loaded, names), loaded.visible == "visible"


@contextmanager
def _translated(place: str) -> Iterator[None]:
    """What the reader raises, in our words; also its panics, which are no exceptions of Python's."""
    try:
        yield
    except fastexcel.FastExcelError as error:
        raise (protected if "password" in str(error).lower() else damaged)(place) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise damaged(place) from None


def _failed_in(content: bytes) -> list[FailedFormulas]:
    """The errors of each sheet of a binary workbook, none where it is built otherwise than its reader knows."""
    try:
        book = Compound(content)
        return failed_of(book.read("Workbook" if "Workbook" in book.streams else "Book"))
    except (ValueError, LookupError):
        return []


def _followed(book: Compound) -> Mapping[str, CompoundStream]:
    """The streams of a compound file, of which those that are read have an end. Raises ValueError, or Endless."""
    for stream in {"Workbook", "Book"} & book.streams.keys():
        book.follow(stream)
    return book.streams


def _refuse_other_documents(content: bytes, name: str) -> None:
    """By the names in the directory: in a cell such a name may stand, too. A file that never ends is refused as well:
    its reader would take all memory."""
    try:
        streams = _followed(Compound(content))
    except Endless:
        raise damaged(name) from None
    except ValueError:
        return  # Its reader says what is wrong with it.
    if "EncryptedPackage" in streams:
        raise protected(name)
    for stream, en, zh in DOCUMENTS:
        if stream in streams and not {"Workbook", "Book"} & streams.keys():
            raise no_table(name, en, zh)
