"""A sample of a source that nobody has mapped yet: the first rows of each of its tables, as text."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import fastexcel

from tiersync.errors import BadSource
from tiersync.plugins.csv_layout import SEPARATORS
from tiersync.plugins.headers import ROWS_SEARCHED
from tiersync.plugins.text import SIGNATURES, utf8_blocks

MOST_ROWS = 2000  # of a table: enough to see what a column holds
LARGEST_BOOK = 64 * 2**20  # bytes
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MIDNIGHT = " 00:00:00"

Row = Sequence[str | None]


class TableSeen(NamedTuple):
    """One table: the sheet it stands on, and its first rows, titles and headers among them.

    `separator` and `encoding` say how a text file is laid out.
    """

    sheet: str
    rows: Sequence[Row]
    separator: str = ""
    encoding: str = ""


class Sample(NamedTuple):
    """A file that somebody sent: its kind of source, and the tables in it."""

    path: Path
    kind: str
    tables: Sequence[TableSeen]


def read_sample(path: Path) -> Sample:
    """The first rows of every table in the file at `path`. Raises BadSource for one that is none."""
    try:
        with path.open("rb") as file:
            beginning = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise BadSource(place=path.name, why_en="it cannot be opened", why_zh="无法打开") from error
    if not size:
        raise BadSource(place=path.name, why_en="it is empty", why_zh="文件是空的")
    if beginning.startswith(WORKBOOKS):
        if size > LARGEST_BOOK:
            raise BadSource(place=path.name, why_en="as a sample it is too large", why_zh="样本文件过大")
        return Sample(path, "excel", list(_sheets(path)))
    if signature := next((said for mark, said in SIGNATURES.items() if beginning.startswith(mark)), None):
        raise BadSource(place=path.name, why_en=f"it is {signature[0]}", why_zh=f"这是{signature[1]}")
    return Sample(path, "csv", list(_texts(path)))


def _sheets(path: Path) -> Iterator[TableSeen]:
    """The visible sheets that hold anything."""
    try:
        book = fastexcel.read_excel(path.read_bytes())
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=MOST_ROWS)
            if sheet.visible == "visible" and sheet.height:
                rows = [[cell and cell.removesuffix(MIDNIGHT) for cell in row] for row in sheet.to_polars().rows()]
                yield TableSeen(name, rows)
    except fastexcel.FastExcelError:
        raise BadSource(
            place=path.name,
            why_en="the workbook is damaged or protected by a password",
            why_zh="工作簿已损坏或设有密码",
        ) from None


def _texts(path: Path) -> Iterator[TableSeen]:
    """The file's rows under each separator that might be meant; the inference takes the one that shows headers."""
    with path.open("rb") as file:
        block = next(utf8_blocks(file, path.name, ""), b"")
    encoding = "" if _is_utf8(path, block) else "gb18030"
    try:
        text = block.decode()
    except UnicodeDecodeError:
        raise BadSource(place=path.name, why_en="its encoding is unknown", why_zh="无法识别编码") from None
    for separator in SEPARATORS:
        rows = _split(text, separator)
        if any(len(row) > 1 for row in rows[:ROWS_SEARCHED]) or separator == SEPARATORS[0]:
            yield TableSeen("", rows, separator, encoding)


def _is_utf8(path: Path, block: bytes) -> bool:
    """Whether the file's bytes are those of the text: if not, they were read from GB18030."""
    with path.open("rb") as file:
        return file.read(len(block) + 3).removeprefix(b"\xef\xbb\xbf").startswith(block[: 2**16])


def _split(text: str, separator: str) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            rows.append([cell or None for cell in row])
            if len(rows) == MOST_ROWS:
                break
    except csv.Error:  # A cell without end: what was read till there is sample enough.
        pass
    return rows
