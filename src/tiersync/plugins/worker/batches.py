"""A stream from its source to batches of mapped rows, with the raw rows kept beside each."""

import re
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from itertools import chain
from typing import NamedTuple, cast

import polars as pl

from tiersync.errors import BadPlugin, BadSource
from tiersync.model.lexicon import plain
from tiersync.model.spoken import DEPARTED
from tiersync.plugins.folder.corrected import read_corrected
from tiersync.plugins.folder.manifest import MANIFEST, Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.hooks import source_kind
from tiersync.plugins.kinds.files import reads_files
from tiersync.plugins.rows.fill_down import Columns
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.labels import labelled
from tiersync.plugins.rows.mapping import constants, count_cleaned, map_rows, said_of, shows_date_system, system_of
from tiersync.plugins.rows.rows import (
    CORRECTS,
    CURSOR,
    Opening,
    Reader,
    SheetSkipped,
    SourceTable,
    TextLines,
    is_returned,
    sort_rows,
)
from tiersync.plugins.rows.stated_fields import stated_fields, stated_labels, with_stated
from tiersync.plugins.rows.sums import Sums
from tiersync.plugins.rows.unpivot import Rows, unpivot
from tiersync.plugins.values.approximate import times_stated
from tiersync.plugins.values.blank_states import blanks
from tiersync.plugins.values.day_numbers import System
from tiersync.plugins.values.gone import count_spoken
from tiersync.plugins.values.unit_names import UnitNames
from tiersync.plugins.worker.pipe import BatchHead, FilePlace, LineWay, StreamEnd
from tiersync.rules.calendar.stated import stated_in, until_of, year_of
from tiersync.rules.rows.returned import COLUMNS
from tiersync.rules.rows.row_keys import whole_rows

MOST_HEADERS, LONGEST_HEADER = 1000, 100  # that the head of a batch tells; the stream's end tells all of them


class Batch(NamedTuple):
    """Mapped rows as they travel, the same rows as they stand in the source, and the digests of their lines if they are
    to be told."""

    head: BatchHead
    rows: bytes
    raw: pl.DataFrame
    digests: bytes = b""


class LinesOffered(NamedTuple):
    """Lines that could be mapped, told by their digests; the answer is which of them are wanted, None for all."""

    digests: bytes


Steps = Generator[Batch | LinesOffered | Opening | StreamEnd, pl.Series | None, None]


@dataclass
class Tally:
    """What a stream has held so far."""

    rows: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, None] = field(default_factory=dict)
    skipped: list[FilePlace] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    sums: Sums = field(default_factory=Sums)
    systems: dict[str, System] = field(default_factory=dict)  # of the text files read so far
    speaks: Counter[str] = field(default_factory=Counter)
    partly: bool = False

    def filled(self, table: SourceTable, stream: Stream) -> SourceTable:
        """A table of a file with what merged cells and 〃 say; rows that come back corrected say it themselves."""
        if not reads_files(stream) or is_returned(table.header):
            return table
        table, count = self.columns.fill(table, stream)
        self.beside["filled_down"] += count
        return table

    def end(self) -> StreamEnd:
        return StreamEnd(
            rows=self.rows.total(), files=dict(self.rows), unknown=tuple(self.unknown), skipped=tuple(self.skipped),
            sums=self.sums.checked(), speaks={name: rows for name, rows in self.speaks.items() if rows},
            partly=self.partly,
            **self.beside,
        )  # fmt: skip


def batches(plugin: Plugin, stream: Stream, units: UnitNames, lines: LineWay = "silent") -> Steps:
    """Each batch of a stream, then its end. `units` are those that may be named. Raises BadSource.

    When it is `asked`, lines are offered before they are parsed, and only those that are wanted become a batch.
    """
    tally = Tally()
    for read in chain(reader_of(plugin, stream)(plugin, stream), read_corrected(plugin, stream)):
        match read:
            case Opening():
                yield read
            case SheetSkipped():
                tally.skipped.append(FilePlace(file=read.file, sheet=read.sheet))
            case TextLines():
                digests = b"" if lines == "silent" else spell_frame(read.digests.to_frame())
                wanted = (yield LinesOffered(digests)) if lines == "asked" else None
                table = parse_some(read, wanted, stream, tally)
                batch = make_batch(table, stream, units, tally, read.height - table.height)
                yield batch._replace(digests=digests) if lines == "told" else batch
            case SourceTable():
                yield make_batch(tally.filled(read, stream), stream, units, tally)
    yield tally.end()


def parse_some(lines: TextLines, wanted: pl.Series | None, stream: Stream, tally: Tally) -> SourceTable:
    """The table of the wanted lines. Where days are bare numbers, all lines say what they mean, and those of the same
    file before them: a line that came later is to be read as it would have been with the others."""
    table = lines.parse(wanted)
    if not shows_date_system(table.frame, table.header, stream):
        return table._replace(system="")
    whole = table if wanted is None else lines.parse(None)
    found = system_of(whole.frame, whole.header, stream) or tally.systems.get(table.file, "")
    tally.systems[table.file] = found
    return table._replace(system=found)


def reader_of(plugin: Plugin, stream: Stream) -> Reader:
    """The function that reads the stream's kind of source."""
    kind = source_kind(stream.source.kind)
    if kind is None:
        said = stream.source.kind
        raise BadPlugin(file=plugin.folder / MANIFEST, why_en=f"no source kind {said}", why_zh=f"没有数据源类型 {said}")
    module, _, function = kind.reader.partition(":")
    return cast(Reader, getattr(import_module(module), function))


def make_batch(table: SourceTable, stream: Stream, units: UnitNames, tally: Tally, known: int = 0) -> Batch:
    """Map a table's rows, leave out those that are no records, and count what was left out. So many lines of the same
    block are `known` as records."""
    place = " ".join((table.file, table.sheet, table.title)) if reads_files(stream) else ""
    stated = tuple(stated_in(place))
    said = said_of(table.frame, table.header, stream, year_of(stated), table.system)
    said = said._replace(times=times_stated(table.title), until=until_of(stated))
    whole = labelled(table, stream)
    mapped = map_rows(whole.frame, whole.header, stream, units, said)
    cleaned = count_cleaned(table.frame, table.header, stream, mapped)
    tally.beside.update(cleaned=cleaned, since_1904=said.since_1904)
    rows = sort_rows(table, mapped.select(*table.header.columns), stream)
    if not is_returned(table.header):
        tally.sums.take(table, mapped, rows, stream, known)
    if rows.overlong.any():
        mapped = mapped.with_columns(pl.when(~rows.overlong).then(pl.all()))
    added = [*constants(stream), *blanks(stream), *stated_fields(table, stream, place)]
    mapped = mapped.with_columns(*added, place_row=table.row_numbers)
    raw = with_stated(whole, stream, place).drop(added_columns(table.header))
    mapped = mapped.select(*stream.map, *corrects(table), *cursor_of(table, stream), "place_row")
    if not rows.records.all():
        mapped, raw = mapped.filter(rows.records), raw.filter(rows.records)
    if stream.figures:
        mapped, raw = unpivot(Rows(mapped, raw), whole.header.columns, stream.figures)
    mapped = mapped.with_columns(whole_row(stream, mapped, raw))
    tally.rows[table.file] += mapped.height
    tally.beside.update(blank=rows.blank, footers=rows.footers, overlong=int((rows.overlong & rows.records).sum()))
    cursor = plain(stream.cursor.field)
    ours = {cursor, *(map(plain, stated_labels(stream).values()) if is_returned(table.header) else ())}
    unknown = tuple(name for name in table.header.unknown if name not in COLUMNS and plain(name) not in ours)
    tally.unknown |= dict.fromkeys(unknown)
    tally.partly |= known > 0
    if stream.record in DEPARTED:
        tally.speaks.update({name: count_spoken(raw[name]) for name in unknown if name in raw.columns})
    head = BatchHead(
        file=table.file, sheet=table.sheet, first_row=table.first_row, share=table.share,
        unknown=tuple(name[:LONGEST_HEADER] for name in unknown[:MOST_HEADERS]),
        stated=stated,
    )  # fmt: skip
    return Batch(head, spell_frame(mapped), raw)


def whole_row(stream: Stream, mapped: pl.DataFrame, raw: pl.DataFrame) -> list[pl.Series]:
    """What tells rows apart where a table has no key of its own."""
    return [] if stream.key else [whole_rows(mapped.select(*stream.fields), raw)]


def cursor_of(table: SourceTable, stream: Stream) -> list[pl.Series]:
    """How far a source that is asked by value has come with each row; raises BadSource when it has no such column."""
    if stream.cursor.kind != "value":
        return []
    if table.frame.is_empty() or is_returned(table.header):  # Whoever corrects a row does not tell when it was written.
        return [pl.repeat(None, table.height, dtype=pl.String, eager=True).alias(CURSOR)]
    name = next((name for name in table.frame.columns if plain(name) == plain(stream.cursor.field)), None)
    if name is None:
        said = stream.cursor.field
        raise BadSource(place=table.file, why_en=f"it has no column {said}", why_zh=f"没有列 {said}")
    return [table.frame[name].alias(CURSOR)]


def added_columns(header: Header) -> list[str]:
    """The columns that a workbook of refused rows has beside the source's own, which may have some called so, too."""
    if not is_returned(header):
        return []
    return [[name for name in header.names if re.fullmatch(rf"{column}(_\d+)?", name)][-1] for column in COLUMNS]


def corrects(table: SourceTable) -> list[pl.Series]:
    """Of refused rows that come back corrected: the place of the one that each corrects."""
    return [table.frame[name].alias(CORRECTS) for name in added_columns(table.header)[-1:]]


def spell_frame(frame: pl.DataFrame) -> bytes:
    """A frame as an Arrow IPC stream."""
    out = BytesIO()
    frame.write_ipc_stream(out, compression="lz4", compat_level=pl.CompatLevel.newest())
    return out.getvalue()
