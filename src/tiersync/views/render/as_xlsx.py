"""Tables as a workbook, a sheet each: numbers are numbers there, everything else is text, and nothing is a formula."""

import re
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.model.hidden import escaped_line
from tiersync.plugins.exporters.excel_exporter import write_cell
from tiersync.views.chart import Chart
from tiersync.views.render.charts_xlsx import add_charts
from tiersync.views.table import Reader, Table

NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
LONGEST_TEXT = 32_767  # characters that a cell holds
LONGEST_NAME = 31  # characters of a sheet's name


def write(tables: Sequence[Table], reader: Reader, path: Path, charts: Sequence[Chart] = ()) -> None:
    """The workbook, whole; its sheets are named for their tables, and charts stand in one after them."""
    with Workbook(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#D9E1F2"})
        looks = [book.add_format({"num_format": f"0.{'0' * places}".rstrip(".")}) for places in range(5)]
        for number, one in enumerate(tables, 1):
            sheet = book.add_worksheet(sheet_name(number, one.title.say(reader.lang)))
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(one.heads) - 1, 20)
            for column, head in enumerate(one.heads_for(reader)):
                sheet.write_string(0, column, head, bold)
            for row, values in enumerate(one.rows_for(reader), 1):
                for column, value in enumerate(values):
                    if isinstance(value, str):  # A unit's code is no number, however many digits it has.
                        sheet.write_string(row, column, escaped_line(value)[:LONGEST_TEXT])
                    else:
                        write_cell(sheet, row, column, str(value), looks)
        add_charts(book, charts, reader)


def sheet_name(number: int, title: str) -> str:
    """A name that every spreadsheet takes, and no two sheets have."""
    return f"{number} {NOT_IN_A_NAME.sub(' ', title.partition(':')[0].partition('：')[0]).strip()}"[
        :LONGEST_NAME
    ].rstrip()
