"""Refused rows that came back: workbooks in a plugin's folder `corrected`, whatever its sources are."""

from collections.abc import Iterator

from tiersync.errors import BadSource
from tiersync.plugins.excel_source import open_book, read_sheet
from tiersync.plugins.files import corrected_of
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.rows import Table, is_returned
from tiersync.plugins.stream import Stream
from tiersync.rules.returned import PLACE, is_sheet_of


def read_corrected(plugin: Plugin, stream: Stream) -> Iterator[Table]:
    """The corrected rows of a stream, from workbooks that it has not read yet. Raises BadSource for a file that is no
    workbook, or holds rows of no stream of the plugin."""
    for found in corrected_of(plugin):
        if found.name in stream.resume.read:
            continue
        book = open_book(found.path.read_bytes(), found.name)
        if not any(is_sheet_of(sheet, plugin.id, one.name) for one in plugin.streams for sheet in book.sheets):
            raise _of_nobody(found.name, plugin)
        for sheet in book.sheets:
            if is_sheet_of(sheet, plugin.id, stream.name):
                yield from _tables(read_sheet(book, sheet, stream), f"{found.name} {sheet}")


def _tables(tables: Iterator[Table], place: str) -> Iterator[Table]:
    for table in tables:
        if not is_returned(table.header):
            raise BadSource(place=place, why_en=f"it lacks the column {PLACE}", why_zh=f"缺少“{PLACE}”列")
        yield table


def _of_nobody(name: str, plugin: Plugin) -> BadSource:
    return BadSource(
        place=name,
        why_en=f"no sheet is named as the export of refused rows of {plugin.id} names it",
        why_zh=f"没有与 {plugin.id} 退回工作簿同名的工作表",
    )
