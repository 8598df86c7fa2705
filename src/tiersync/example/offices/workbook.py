"""Writing a workbook as an office would: a title above the table, a count and a signature below it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

FIRST_OFFICE_DAY = datetime(2014, 1, 6, 9, 0)  # A fixed moment, so that equal contents make equal files.
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ROUNDED = re.compile(r"\d\.\d+E\+17")  # What a spreadsheet left of an identity number that was typed as a number.


class ExampleTable(NamedTuple):
    """What a workbook shows: a title, rows under their headers, and who filled it in."""

    title: str
    rows: pl.DataFrame
    filled_in_by: str


def write_workbook(path: Path, table: ExampleTable) -> None:
    """A merged title row, the headers, the rows, then a row that counts them and one that is signed."""
    with Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        workbook.set_properties({"title": table.title, "created": FIRST_OFFICE_DAY})
        sheet = workbook.add_worksheet("Sheet1")
        centred = workbook.add_format({"bold": True, "align": "center"})
        sheet.merge_range(0, 0, 0, table.rows.width - 1, table.title, centred)
        sheet.write_row(1, 0, table.rows.columns, centred)
        for place, row in enumerate(table.rows.iter_rows(), start=2):
            _write_row(sheet, place, row)
        _sign(sheet, table.rows.height + 2, table)


def _write_row(sheet: Worksheet, place: int, row: Sequence[object]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            _write_text(sheet, place, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(place, column, value)
        elif value is not None:
            sheet.write_number(place, column, value)


def _write_text(sheet: Worksheet, place: int, column: int, value: str) -> None:
    if ROUNDED.fullmatch(value):
        sheet.write_number(place, column, float(value))
    elif DAY.fullmatch(value) and (day := _in_the_calendar(value)):
        sheet.write_datetime(place, column, day)
    else:
        sheet.write_string(place, column, value)


def _in_the_calendar(text: str) -> date | None:
    """The day; none if no calendar has it: that can only be typed as text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sign(sheet: Worksheet, place: int, table: ExampleTable) -> None:
    sheet.write_row(place, 0, ["合计", f"{table.rows.height}条"])
    sheet.write_row(place + 1, 0, [f"填表人：{table.filled_in_by}", "", f"填报日期：{FIRST_OFFICE_DAY:%Y-%m-%d}"])
