"""Books in XML Spreadsheet 2003, which many systems write under the name .xls."""

import re
from collections.abc import Container
from decimal import Decimal, InvalidOperation
from itertools import chain, count
from xml.parsers import expat

from tiersync.plugins.kinds.books.book import (
    MOST_COLUMNS,
    MOST_ROWS_OF_SHEET,
    Grid,
    ReadBook,
    damaged,
    far_cell,
    is_too_sparse,
    spell_cell,
    too_large,
)  # fmt: skip
from tiersync.plugins.kinds.books.safe_xml import safe_parser
from tiersync.plugins.kinds.file_kind import utf_16_of

LARGEST = 256 * 2**20  # bytes
DEEPEST = 64
ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=["']([\w.-]+)["']""")
DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
MIDNIGHT = "T00:00:00.000"


def open_xml_book(content: bytes, name: str) -> ReadBook:
    """The sheets of a book called `name` in places. Raises BadSource."""
    if len(content) > LARGEST:
        raise too_large(name)
    sheets = _Sheets(name)
    try:
        sheets.parser.Parse(DECLARATION.sub("", _decode(content)), True)
    except (expat.ExpatError, UnicodeDecodeError, LookupError, ValueError):
        raise damaged(name) from None
    return ReadBook(name, sheets.grids)


def _decode(content: bytes) -> str:
    if encoding := utf_16_of(content[:1024]):
        return content.decode(encoding)
    declared = ENCODING.match(content)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    return content.decode("gb18030" if encoding.startswith("gb") else encoding)


class _Sheets:
    """The sheets as the parser meets them."""

    def __init__(self, name: str) -> None:
        self.grids: dict[str, Grid] = {}
        self._name = name
        self._path: list[str] = []
        self._begin_sheet("")
        self.parser = safe_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._hear

    def _begin_sheet(self, title: str) -> None:
        self._title, self._is_shown = title, True
        self._cells: dict[tuple[int, int], str] = {}
        self._numbers: set[tuple[int, int]] = set()
        self._row = self._column = -1
        self._across = self._down = 0  # how many columns and rows further the last cell and row reach
        self._kind, self._text = "", [""]

    def _start(self, tag: str, given: dict[str, str]) -> None:
        tag, said = _local(tag), {_local(key): value for key, value in given.items()}
        self._path.append(tag)
        if len(self._path) > DEEPEST:
            raise ValueError("too deep")
        match tag:
            case "Worksheet":
                self._begin_sheet(said.get("Name", f"Sheet{len(self.grids) + 1}"))
            case "Row":
                self._row = _place(said.get("Index"), self._row + 1 + self._down)
                self._down = _count(said.get("Span"), MOST_ROWS_OF_SHEET)
                self._column, self._across = -1, 0
            case "Cell":
                self._column = _place(said.get("Index"), self._column + 1 + self._across)
                self._across = _count(said.get("MergeAcross"), MOST_COLUMNS)
            case "Data":
                self._kind, self._text = said.get("Type", "String"), []
            case "Visible":
                self._text = []

    def _hear(self, text: str) -> None:
        self._text.append(text)

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        self._path.pop()
        if tag == "Data" and self._path[-1:] == ["Cell"]:  # Comments have data, too.
            self._keep("".join(self._text))
        elif tag == "Visible":
            self._is_shown = not "".join(self._text).strip().startswith("Sheet")  # SheetHidden, SheetVeryHidden
        elif tag == "Worksheet":
            self.grids[_unused(self._title, self.grids)] = self._grid()

    def _keep(self, text: str) -> None:
        if not text.strip():
            return
        place = (self._row, self._column)
        if self._kind == "Number":
            self._numbers.add(place)
        self._cells[place] = _spell(self._kind, text)

    def _grid(self) -> Grid:
        height = max((row for row, _ in self._cells), default=-1) + 1
        width = max((column for _, column in self._cells), default=-1) + 1
        if is_too_sparse(height, width, len(self._cells)):
            raise far_cell(f"{self._name} {self._title}", spell_cell(
                min(height, MOST_ROWS_OF_SHEET) - 1, min(width, MOST_COLUMNS) - 1
            ))  # fmt: skip
        rows: list[list[str | None]] = [[None] * width for _ in range(height)]
        for (row, column), text in self._cells.items():
            rows[row][column] = text
        return Grid(rows, frozenset(self._numbers), self._is_shown)


def _place(said: str | None, following: int) -> int:
    """The place of a row or cell, from 0: the one said, else the `following` one. Raises ValueError for one before."""
    place = following if said is None else int(said) - 1
    if place < following:
        raise ValueError("rows or cells that overlap")
    return place


def _count(said: str | None, most: int) -> int:
    """How far a row or cell reaches. Raises ValueError for what is no such number."""
    further = int(said or 0)
    if not 0 <= further <= most:
        raise ValueError("a span beyond the sheet")
    return further


def _unused(title: str, taken: Container[str]) -> str:
    """A sheet's name; the second of one name is called so, too."""
    names = chain((title,), (f"{title} ({number})" for number in count(2)))
    return next(name for name in names if name not in taken)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _spell(kind: str, text: str) -> str:
    """A cell's text as other workbooks' reader spells it: numbers without an exponent, days without a time."""
    if kind == "DateTime":
        return text.removesuffix(MIDNIGHT).replace("T", " ").removesuffix(".000")
    if kind != "Number":
        return text
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 40 else text
