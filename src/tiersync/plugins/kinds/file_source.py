"""Reads files as they come: each is what its contents say it is, whatever its name and the source's kind say."""

from collections.abc import Iterator
from itertools import accumulate

from tiersync.errors import BadSource
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.books.book import Book
from tiersync.plugins.kinds.books.html_book import open_html_book
from tiersync.plugins.kinds.books.workbook import Workbook
from tiersync.plugins.kinds.books.xml_book import open_xml_book
from tiersync.plugins.kinds.csv_source import CsvText, read_text
from tiersync.plugins.kinds.excel_source import read_book
from tiersync.plugins.kinds.file_faults import blamed_on
from tiersync.plugins.kinds.file_kind import FileKind, kind_of_file
from tiersync.plugins.kinds.files import SourceFile, files_of
from tiersync.plugins.rows.rows import Opening, SheetSkipped, SourceTable, TextLines


def read(plugin: Plugin, stream: Stream) -> Iterator[SourceTable | TextLines | SheetSkipped | Opening]:
    """The rows of each file that the stream names."""
    files = files_of(plugin, stream)
    *begins, total = accumulate((found.path.stat().st_size for found in files), initial=0)
    for found, at in zip(files, begins, strict=True):
        yield Opening(found.name)
        with blamed_on(found.name):
            yield from _read_file(found, stream, at, total)


def _read_file(
    found: SourceFile, stream: Stream, at: int, total: int
) -> Iterator[SourceTable | TextLines | SheetSkipped]:
    """The rows of one file, before which so many of all bytes were read."""
    if (kind := kind_of_file(found.path, found.name)) is not FileKind.TEXT:
        yield from read_book(open_book(found, kind), stream)
    else:
        with found.path.open("rb") as file:
            yield from read_text(CsvText(file, found.name, at, total), stream)


def open_book(found: SourceFile, kind: FileKind) -> Book:
    """The sheets of a file of a kind that has sheets. Raises BadSource."""
    content = found.path.read_bytes()
    match kind:
        case FileKind.HTML:
            return open_html_book(content, found.name)
        case FileKind.XML:
            return open_xml_book(content, found.name)
    return Workbook(content, found.name, kind)


def open_corrected(found: SourceFile) -> Book:
    """The sheets of a workbook of corrected rows; text has none. Raises BadSource."""
    kind = kind_of_file(found.path, found.name)
    if kind is FileKind.TEXT:
        raise BadSource(place=found.name, why_en="it is no Excel workbook", why_zh="这不是 Excel 工作簿")
    with blamed_on(found.name):
        return open_book(found, kind)
