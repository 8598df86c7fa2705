"""Reads text tables: any separator, quoted or not, UTF-8 or GB18030, with title rows above the headers or without."""

import csv
from collections.abc import Iterable, Iterator
from functools import partial
from io import StringIO
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

import polars as pl

from tiersync.errors import BadSource
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.csv_layout import CsvLayout, find_layout
from tiersync.plugins.kinds.text import record_ends, unknown_encoding, utf8_blocks
from tiersync.plugins.rows.fill_down import fills
from tiersync.plugins.rows.headers import unique
from tiersync.plugins.rows.rows import SourceTable, TextLines, is_returned
from tiersync.rules.lists.lines import line_digests
from tiersync.rules.rows.returned import BEYOND

ROWS_AT_ONCE = 50_000
ROWS_TRIED = 2_000  # to see whether units stand in merged cells
DITTOS = tuple(mark.encode() for mark in ("〃", "″", "同上"))


class Block(NamedTuple):
    """A piece of a file that ends where a row ends: its bytes, how they are laid out, the number of its first row, and
    how much of the whole stream is read with it. Where `leans`, a row means something by those above it."""

    content: bytes
    layout: CsvLayout
    name: str
    first_row: int
    share: float
    leans: bool = False

    def table(self, frame: pl.DataFrame, which: pl.Series | None = None) -> SourceTable:
        beyond = tuple(frame.columns[len(self.layout.header.names) :])
        layout = self.layout
        return SourceTable(frame, layout.header, self.name, "", self.first_row, beyond, self.share, which, layout.title)


class CsvText(NamedTuple):
    """A file that is being read: its name, and where it begins among all bytes of its stream."""

    file: BinaryIO
    name: str
    begins: int
    total: int

    def share(self, read: int) -> float:
        """How much of the stream is read, after so many bytes of this file; of GB18030, which grows, about that."""
        return min(1.0, (self.begins + read) / max(self.total, 1))


def read_text(text: CsvText, stream: Stream) -> Iterator[SourceTable | TextLines]:
    """The rows of a file, some ten thousand at a time."""
    contents = utf8_blocks(text.file, text.name, stream.source.encoding)
    first = next(contents, b"")
    layout = find_layout(first, stream, text.name)
    row, read, rest = layout.first_row, layout.begins, chain((first[layout.begins :],), contents)
    leans = _leans(first[layout.begins :], layout, stream)
    for content in rest:
        read += len(content)
        leans = leans or has_ditto(content)
        for piece in _pieces(Block(content, layout, text.name, row, text.share(read), leans), rest):
            yield piece
            row += piece.height


def has_ditto(content: bytes) -> bool:
    """Whether a mark says that a cell is as the one above. A single byte is found ten times faster than several, and
    that one of them is nowhere says enough."""
    return any(all(bytes((byte,)) in content for byte in mark) and mark in content for mark in DITTOS)


def _pieces(block: Block, rest: Iterator[bytes]) -> Iterator[SourceTable | TextLines]:
    """A block's rows; with them those of the `rest` from the first block on that has crooked quotes."""
    lines = None if block.leans or is_returned(block.layout.header) else _lines_of(block.content)
    if lines is not None:
        yield TextLines(line_digests(lines, block.layout.seed), partial(_parse_lines, block, lines))
    elif (frame := _parse(block.content, block.layout)) is not None:
        yield block.table(frame)
    else:
        yield from _read_slowly(block, rest)


def _leans(content: bytes, layout: CsvLayout, stream: Stream) -> bool:
    """Whether units are filled down in a file that goes on so: its lines are then known by no digest of their own."""
    *_, end = (0, *islice(record_ends(content), ROWS_TRIED))
    frame = _parse(content[:end], layout)
    return frame is not None and fills(Block(content, layout, "", 0, 0.0).table(frame), stream)


def _lines_of(content: bytes) -> pl.Series | None:
    """The lines of a block; None where a line need not be a row, or where they are no text."""
    if b'"' in content:
        return None
    try:
        read = pl.read_csv(content, has_header=False, separator="\0", quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    return read.to_series()


def _parse_lines(block: Block, lines: pl.Series, which: pl.Series | None) -> SourceTable:
    """The table of a block's lines, or of those named."""
    content = block.content
    if which is not None:
        content = "".join(f"{line}\n" for line in lines.gather(which).fill_null("")).encode()
    frame = _parse(content, block.layout)
    assert frame is not None, "text without quotes is always a table"
    return block.table(frame, which)


def _read_slowly(block: Block, rest: Iterator[bytes]) -> Iterator[SourceTable]:
    """This block and the rest of the file, line by line."""
    row = block.first_row
    for frame in _parse_slowly(chain((block.content,), rest), block.layout, block.name, row):
        yield block._replace(first_row=row).table(frame)
        row += frame.height


def _parse(block: bytes, layout: CsvLayout) -> pl.DataFrame | None:
    """A block as a frame of text, None where the fast parser cannot make sense of it."""
    names = _columns(layout)
    heading = layout.separator.join(f"c{at}" for at in range(len(names))).encode() + b"\n"
    try:
        frame = pl.read_csv(heading + block, separator=layout.separator, infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.PolarsError:
        return None
    frame.columns = names
    return frame


def _columns(layout: CsvLayout) -> list[str]:
    """The source's own headers, and what cells beyond the last of them are called, which are kept, not cut off."""
    return list(unique((*layout.header.names, *BEYOND)))


def _parse_slowly(blocks: Iterable[bytes], layout: CsvLayout, name: str, row: int) -> Iterator[pl.DataFrame]:
    """The same by the standard library, which takes a quote inside a cell for a quote."""
    names = _columns(layout)
    reader = csv.reader(_lines(blocks, name), delimiter=layout.separator, strict=True)
    try:
        while rows := [_fit(cells, len(names)) for cells in islice(reader, ROWS_AT_ONCE)]:
            yield pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
    except csv.Error:
        raise _crooked_quotes(name, row + reader.line_num - 1) from None


def _lines(blocks: Iterable[bytes], name: str) -> Iterator[str]:
    try:
        for block in blocks:
            yield from StringIO(block.decode(), newline="")
    except UnicodeDecodeError:
        raise unknown_encoding(name) from None


def _fit(cells: list[str], width: int) -> list[str | None]:
    return [cell or None for cell in cells[:width]] + [None] * (width - len(cells))


def _crooked_quotes(name: str, row: int) -> BadSource:
    return BadSource(
        place=name,
        why_en=f"the quotation marks do not match, up to about row {row}",
        why_zh=f"引号不成对，约在第 {row} 行以前",
    )
