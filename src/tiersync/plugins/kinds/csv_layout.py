"""How a text table is laid out: which separator it has, and in which row its headers stand."""

import csv
from itertools import islice, pairwise
from typing import NamedTuple

from tiersync.errors import BadSource
from tiersync.model.canonical import canonical, digest
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.text import record_ends
from tiersync.plugins.rows.header_rows import MOST_JOINED, find_mapped
from tiersync.plugins.rows.headers import ROWS_SEARCHED, Header, read_header, title_of
from tiersync.plugins.rows.labels import label_text, labels_of

SEPARATORS = (",", "\t", ";", "|")


class CsvLayout(NamedTuple):
    """The separator, the headers, the number of the first row below them, the byte at which it begins, the title above
    them, and what the labels say that its rows take."""

    separator: str
    header: Header
    first_row: int
    begins: int
    title: str = ""
    said: tuple[str | None, ...] = ()

    @property
    def seed(self) -> int:
        """A number that is another where the same line would mean something else."""
        return int(digest(canonical([self.separator, self.header.names, *self.said]))[:16], 16)


def find_layout(block: bytes, stream: Stream, name: str) -> CsvLayout:
    """The layout of a file that begins with `block`: the one that finds most of the mapped headers.

    Raises BadSource for an empty file, and for headers that are missing or doubled.
    """
    if not block.strip():
        raise BadSource(place=name, why_en="it is empty", why_zh="文件是空的")
    fixed = stream.source.header_row
    ends = [0, *islice(record_ends(block), max(ROWS_SEARCHED, fixed) + MOST_JOINED)]
    records = [block[begin:end].decode(errors="replace") for begin, end in pairwise(ends)]
    separators = (stream.source.separator,) if stream.source.separator else SEPARATORS
    tables = {separator: [_cells(record, separator) for record in records] for separator in separators}
    found = {separator: find_mapped(rows, stream.map, fixed) for separator, rows in tables.items()}
    best = max(separators, key=lambda separator: found[separator].shown)
    rows, header = found[best], read_header(found[best].cells, stream.map, name)
    begins, title = ends[min(rows.last + 1, len(records))], title_of(tables[best][: rows.first])
    said = tuple(label_text(label, name, "", title) for label in sorted({*labels_of(stream, header).values()}))
    return CsvLayout(best, header, rows.last + 2, begins, title, said)


def _cells(record: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=separator), [])
    except csv.Error:  # A cell of more than 128 KB is no header.
        return []
