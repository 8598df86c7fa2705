"""Refused rows that came back: workbooks in a plugin's folder `corrected`, whatever its sources are."""

from collections.abc import Iterator

from tiersync.errors import BadSource
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import MappedField, Source, Stream
from tiersync.plugins.kinds.books.book import Book
from tiersync.plugins.kinds.excel_source import read_sheet, rows_of
from tiersync.plugins.kinds.file_source import open_corrected
from tiersync.plugins.kinds.files import corrected_of
from tiersync.plugins.rows.headers import ROWS_SEARCHED, Cells
from tiersync.plugins.rows.rows import Opening, SheetSkipped, SourceTable
from tiersync.rules.rows.returned import CALLED, CHOICES, COLUMNS, CORRECTED, is_sheet_of


def read_corrected(plugin: Plugin, stream: Stream) -> Iterator[SourceTable | SheetSkipped | Opening]:
    """The corrected rows of a stream, from workbooks that it has not read yet; a sheet of no stream of the plugin is
    told. Raises BadSource for a file that is no workbook, or holds no sheet of the plugin."""
    as_workbook = stream.model_copy(update={"source": Source(kind="excel", path=f"{CORRECTED}/*")})
    for found in corrected_of(plugin):
        if found.name in stream.resume.read:
            continue
        yield Opening(found.name)
        book = open_corrected(found)
        whose = {sheet: [one.name for one in plugin.streams if is_sheet_of(sheet, plugin.id, one.name)]
                 for sheet in book.sheets}  # fmt: skip
        if not any(whose.values()):
            raise _of_nobody(found.name, plugin)
        for sheet, streams in whose.items():
            if stream.name in streams:
                yield from _read(book, sheet, as_workbook)
            elif not streams and sheet != CHOICES:
                yield SheetSkipped(found.name, sheet)


def _read(book: Book, sheet: str, stream: Stream) -> Iterator[SourceTable]:
    """A sheet with the headers that the export gave it: of one without them no cell is told, for all hold people."""
    rows = rows_of(book, sheet, ROWS_SEARCHED)
    at = next((at for at, cells in enumerate(rows, start=1) if {*COLUMNS} <= {*cells}), 0)
    if not at:
        raise BadSource(
            place=f"{book.name} {sheet}",
            why_en=f"the row of headers with {', '.join(COLUMNS)} is gone",
            why_zh=f"表头行（含“{'”“'.join(COLUMNS)}”）已不在",
        )
    headed = stream.source.model_copy(update={"header_row": at})
    named = {name: _as_called(field, rows[at - 1]) for name, field in stream.map.items()}
    for table in read_sheet(book, sheet, stream.model_copy(update={"source": headed, "map": named})):
        yield _as_labelled(table, stream)


def _as_called(field: MappedField, cells: Cells) -> MappedField:
    """A field for which a label speaks, under the word for it that people see."""
    headers = tuple(header if header in cells else CALLED.get(header, header) for header in field.headers)
    return field.model_copy(update={"headers": headers})


def _as_labelled(table: SourceTable, stream: Stream) -> SourceTable:
    """A table whose rows say under the label what they would say in their source."""
    header = table.header
    words = {CALLED[label]: label for field in stream.map.values() if (label := field.label)}
    taken = {*header.columns.values()}
    own = {word: label for word, label in words.items() if word in taken and label not in header.names}
    names = tuple(own.get(name, name) for name in header.names)
    columns = {field: own.get(name, name) for field, name in header.columns.items()}
    return table._replace(frame=table.frame.rename(own), header=header._replace(names=names, columns=columns))


def _of_nobody(name: str, plugin: Plugin) -> BadSource:
    return BadSource(
        place=name,
        why_en=f"no sheet is named as the export of refused rows of {plugin.id} names it",
        why_zh=f"没有与 {plugin.id} 退回工作簿同名的工作表",
    )
