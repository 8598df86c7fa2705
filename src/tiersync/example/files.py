"""Writing a source file as an office would: plain CSV, or a workbook with a title above and a signature below."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from tiersync.example.habits import Written

FIRST_OFFICE_DAY = datetime(2014, 1, 6, 9, 0)  # A fixed moment, so that equal contents make equal files.


class Table(NamedTuple):
    """What a source file shows: a title, column headers, rows, and who filled it in."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Written]]
    filled_in_by: str


def write_csv(path: Path, table: Table, encoding: str) -> None:
    """Headers and rows; a CSV has no room for title and signature."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.headers)
        writer.writerows(table.rows)


def write_workbook(path: Path, table: Table) -> None:
    """A merged title row, the headers, the rows, then a row that counts them and one that is signed."""
    with Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        workbook.set_properties({"title": table.title, "created": FIRST_OFFICE_DAY})
        sheet = workbook.add_worksheet("Sheet1")
        centred = workbook.add_format({"bold": True, "align": "center"})
        sheet.merge_range(0, 0, 0, len(table.headers) - 1, table.title, centred)
        sheet.write_row(1, 0, table.headers, centred)
        for place, row in enumerate(table.rows, start=2):
            _write_row(sheet, place, row)
        _sign(sheet, len(table.rows) + 2, table)


def _write_row(sheet: Worksheet, place: int, row: Sequence[Written]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(place, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(place, column, value)
        else:
            sheet.write_number(place, column, value)


def _sign(sheet: Worksheet, place: int, table: Table) -> None:
    sheet.write_row(place, 0, ["合计", f"{len(table.rows)}条"])
    sheet.write_row(place + 1, 0, [f"填表人：{table.filled_in_by}", "", f"填报日期：{FIRST_OFFICE_DAY:%Y-%m-%d}"])
