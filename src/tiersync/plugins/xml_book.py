"""Books in XML Spreadsheet 2003, which many systems write under the name .xls."""

import re
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from tiersync.plugins.book import (
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
from tiersync.plugins.file_kind import utf_16_of
from tiersync.plugins.safe_xml import safe_parser

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
        self._across = 0
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
                self._row = int(said["Index"]) - 1 if "Index" in said else self._row + 1
                self._column = -1
            case "Cell":
                self._column = int(said["Index"]) - 1 if "Index" in said else self._column + 1
                self._across = int(said.get("MergeAcross", 0))
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
        elif tag == "Cell":
            self._column += self._across
        elif tag == "Visible":
            self._is_shown = not "".join(self._text).strip().startswith("Sheet")  # SheetHidden, SheetVeryHidden
        elif tag == "Worksheet":
            self.grids[self._title] = self._grid()

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
