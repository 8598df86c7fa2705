"""Reads text tables: any separator, quoted or not, UTF-8 or GB18030, with title rows above the headers or without."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from typing import BinaryIO

import polars as pl

from tiersync.errors import BadSource
from tiersync.plugins.csv_layout import Layout, find_layout
from tiersync.plugins.files import files_of
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.rows import Table
from tiersync.plugins.stream import Stream
from tiersync.plugins.text import unknown_encoding, utf8_blocks

OVERFLOW = ("表头右侧1", "表头右侧2", "表头右侧3")  # Cells beyond the last header are kept, not cut off.
ROWS_AT_ONCE = 50_000


def read(plugin: Plugin, stream: Stream) -> Iterator[Table]:
    """The rows of each file that the stream names, some ten thousand at a time."""
    for found in files_of(plugin, stream):
        with found.path.open("rb") as file:
            yield from _read_file(file, found.name, stream)


def _read_file(file: BinaryIO, name: str, stream: Stream) -> Iterator[Table]:
    blocks = utf8_blocks(file, name, stream.source.encoding)
    first = next(blocks, b"")
    layout = find_layout(first, stream, name)
    row = layout.first_row
    for frame in _frames(chain((first[layout.begins :],), blocks), layout, name):
        yield Table(frame, layout.header, name, "", row, OVERFLOW)
        row += frame.height


def _frames(blocks: Iterator[bytes], layout: Layout, name: str) -> Iterator[pl.DataFrame]:
    """Each block as a frame; from the first block on that has crooked quotes, line by line."""
    row = layout.first_row
    for block in blocks:
        frame = _parse(block, layout)
        if frame is None:
            yield from _parse_slowly(chain((block,), blocks), layout, name, row)
            return
        yield frame
        row += frame.height


def _parse(block: bytes, layout: Layout) -> pl.DataFrame | None:
    """A block as a frame of text, None where the fast parser cannot make sense of it."""
    names = [*layout.header.names, *OVERFLOW]
    heading = layout.separator.join(f"c{at}" for at in range(len(names))).encode() + b"\n"
    try:
        frame = pl.read_csv(heading + block, separator=layout.separator, infer_schema=False, truncate_ragged_lines=True)
    except pl.exceptions.PolarsError:
        return None
    frame.columns = names
    return frame


def _parse_slowly(blocks: Iterable[bytes], layout: Layout, name: str, row: int) -> Iterator[pl.DataFrame]:
    """The same by the standard library, which takes a quote inside a cell for a quote."""
    names = [*layout.header.names, *OVERFLOW]
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
