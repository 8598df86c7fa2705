"""Books that are web pages: each table that holds cells is a sheet. Many systems write them under the name .xls."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.book import Grid, ReadBook, damaged, too_large
from tiersync.plugins.kinds.file_kind import BYTE_ORDER_MARK, utf_16_of

LARGEST = 128 * 2**20  # bytes
DEEPEST = 32  # tables within tables
WIDEST = 1000  # columns
TALLEST = 65_536  # rows that one cell may span
MOST_CELLS = 8_000_000
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
OF_SEVERAL_BYTES = ("big5", "euc", "shift", "sjis", "hz", "iso-2022")  # GB2312 and GBK are parts of GB18030.
OF_SINGLE_BYTES = ("iso-8859", "iso8859", "latin", "windows-125", "cp125")
SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


def open_html_book(content: bytes, name: str) -> ReadBook:
    """The tables of a page called `name` in places. Raises BadSource where it has none."""
    if len(content) > LARGEST:
        raise too_large(name)
    page, text = _Page(name), _decode(content, name)
    page.feed(text)
    page.close()
    page.end_all()
    if not page.grids:
        raise BadSource(place=name, why_en="it is a web page without a table", why_zh="这是没有表格的网页文件")
    return ReadBook(name, {f"Sheet{number}": Grid(rows) for number, rows in enumerate(page.grids, start=1)})


def _decode(content: bytes, name: str) -> str:
    """By its mark, else as UTF-8 where it is that, else as it says itself; but every text is one of single bytes, so
    that GB18030 is tried before those."""
    if encoding := utf_16_of(content[:1024]):
        return content.decode(encoding, errors="replace")
    declared = CHARSET.search(content[: 2**16])
    said = declared[1].decode().lower() if declared else ""
    before = [said] if said.startswith(OF_SEVERAL_BYTES) else []
    after = [said] if said.startswith(OF_SINGLE_BYTES) else []
    for encoding in ("utf-8", *before, "gb18030", *after):
        with suppress(UnicodeError, LookupError):
            return content.removeprefix(BYTE_ORDER_MARK).decode(encoding)
    raise damaged(name)


@dataclass
class _Table:
    """A table that is being read: its rows, and how many rows more a cell above covers each column."""

    rows: list[list[str | None]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)
    row: list[str | None] | None = None
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)


class _Page(HTMLParser):
    """The tables of a page as the parser meets them; those that only hold other tables are none."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[list[list[str | None]]] = []
        self._name, self._open, self._cells = name, list[_Table](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "table":
            if len(self._open) == DEEPEST:
                raise damaged(self._name)
            self._open.append(_Table())
        elif not self._open:
            return
        elif tag == "tr":
            self._end_row()
            self._begin_row()
        elif tag in ("td", "th"):
            self._end_cell()
            if self._open[-1].row is None:
                self._begin_row()
            self._open[-1].cell = []
            self._open[-1].spans = _number(said.get("colspan"), WIDEST), _number(said.get("rowspan"), TALLEST)
        elif tag in ("br", "p", "div") and self._open[-1].cell:
            self._open[-1].cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._open and (cell := self._open[-1].cell) is not None:
            cell.append(data)

    def end_all(self) -> None:
        """The page is over, whatever was left open."""
        while self._open:
            self._end_table()

    def _begin_row(self) -> None:
        self._open[-1].row = []

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.cell is None or table.row is None:
            return
        text = SPACES.sub(" ", "".join(table.cell)).strip()
        across, down = table.spans
        while table.covered.get(len(table.row)):
            table.row.append(None)
        for number in range(across):
            if down > 1:
                table.covered[len(table.row)] = down
            table.row.append(text or None if number == 0 else None)
        table.cell = None
        self._cells += across
        if len(table.row) > WIDEST or self._cells > MOST_CELLS:
            raise too_large(self._name)

    def _end_row(self) -> None:
        self._end_cell()
        table = self._open[-1]
        if table.row is None:
            return
        table.rows.append(table.row)
        table.row = None
        table.covered = {column: left - 1 for column, left in table.covered.items() if left > 1}

    def _end_table(self) -> None:
        self._end_row()
        rows = self._open.pop().rows
        if any(cell for row in rows for cell in row):
            self.grids.append(rows)


def _number(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
