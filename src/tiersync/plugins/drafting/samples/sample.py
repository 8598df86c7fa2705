"""A sample of a source that nobody has mapped yet: the first rows of each of its tables, as text."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.book import Book
from tiersync.plugins.kinds.books.comments import spoken_comments
from tiersync.plugins.kinds.csv_layout import SEPARATORS
from tiersync.plugins.kinds.excel_source import without_midnight
from tiersync.plugins.kinds.file_faults import blamed_on
from tiersync.plugins.kinds.file_kind import FileKind, kind_of_file
from tiersync.plugins.kinds.file_source import open_book
from tiersync.plugins.kinds.files import SourceFile, shown_name
from tiersync.plugins.kinds.text import utf8_blocks
from tiersync.plugins.rows.headers import ROWS_SEARCHED

MOST_ROWS = 2000  # of a table: enough to see what a column holds
LARGEST_BOOK = 64 * 2**20  # bytes

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
    """A file that somebody sent: its kind of source, the tables in it, and the hidden sheets, which are not read,
    and what the comments on its cells say of people who died or left."""

    path: Path
    kind: str
    tables: Sequence[TableSeen]
    hidden: Sequence[str] = ()
    comments: Sequence[str] = ()


def read_sample(path: Path) -> Sample:
    """The first rows of every table in the file at `path`. Raises BadSource for one that is none."""
    name = shown_name(path.name)
    with blamed_on(name):
        kind = kind_of_file(path, name)
        if kind is FileKind.TEXT:
            return Sample(path, "csv", list(_texts(path, name)))
        if path.stat().st_size > LARGEST_BOOK:
            raise BadSource(place=name, why_en="as a sample it is too large", why_zh="样本文件过大")
        comments = spoken_comments(path.read_bytes()) if kind is FileKind.ZIPPED else []
        return Sample(path, "excel", *_sheets(open_book(SourceFile(path, name), kind)), comments)


def spell_sample(sample: Sample) -> bytes:
    """A sample as it travels from a worker."""
    return json.dumps([sample.kind, sample.tables, sample.hidden, sample.comments]).encode()


def sample_of(path: Path, spelled: bytes) -> Sample:
    """The sample of the file at `path` that a worker spelled."""
    kind, tables, hidden, comments = json.loads(spelled)
    return Sample(path, kind, [TableSeen(*table) for table in tables], hidden, comments)


def _sheets(book: Book) -> tuple[list[TableSeen], list[str]]:
    """The visible sheets that hold anything, and the names of the hidden ones."""
    seen, hidden = [], []
    for name in book.sheets:
        cells, is_shown = book.texts(name, MOST_ROWS)
        if is_shown and cells.height:
            seen.append(TableSeen(name, without_midnight(cells).rows()))
        elif cells.height:
            hidden.append(name)
    return seen, hidden


def _texts(path: Path, name: str) -> Iterator[TableSeen]:
    """The file's rows under each separator that might be meant; the inference takes the one that shows headers."""
    with path.open("rb") as file:
        block = next(utf8_blocks(file, name, ""), b"")
    encoding = "" if _is_utf8(path, block) else "gb18030"
    try:
        text = block.decode()
    except UnicodeDecodeError:
        raise BadSource(place=name, why_en="its encoding is unknown", why_zh="无法识别编码") from None
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
