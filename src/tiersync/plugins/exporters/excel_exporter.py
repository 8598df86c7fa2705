"""Exports as a workbook: figures are numbers there, everything else is text, and nothing is a formula."""

import re
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from tiersync.plugins.exporters.exported import Exported

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,10})(\.([0-9]{1,4}))?")  # what a spreadsheet holds to the last digit


def write(exported: Exported, path: Path) -> None:
    """One sheet: the facts, a line each; then the figures under their headings."""
    with Workbook(path) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bg_color": "#D9E1F2"})
        looks = [book.add_format({"num_format": f"0.{'0' * places}".rstrip(".")}) for places in range(5)]
        top = len(exported.facts) + 1
        for row, fact in enumerate(exported.facts):
            sheet.write_string(row, 0, fact.label, bold)
            sheet.write_string(row, 1, fact.text)
        for column, heading in enumerate(exported.headings):
            sheet.write_string(top, column, heading, bold)
        for row, line in enumerate(exported.lines, start=top + 1):
            for column, text in enumerate(line.words):
                write_cell(sheet, row, column, text, looks)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_column(1, len(exported.headings) - 1, 24)


def write_cell(sheet: Worksheet, row: int, column: int, text: str, looks: Sequence[Format]) -> None:
    """A number with all its decimals, or a text."""
    if number := NUMBER.fullmatch(text):
        sheet.write_number(row, column, float(text), looks[len(number[3] or "")])
    else:
        sheet.write_string(row, column, text)
