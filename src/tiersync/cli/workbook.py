"""Workbooks for people: refused rows as they go back to whoever filed them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.rules.returned import COLUMNS, sheet_of

NOTE = (
    "请更正标色的单元格后保存交回；最后三列请勿改动。"
    "Correct the coloured cells and send this back; leave the last three columns as they are."
)


class Returned(NamedTuple):
    """One refused row: raw values under the source's own headers, the header that is wrong, the last three cells."""

    raw: dict[str, str | None]
    wrong: str
    told: tuple[str, str, str]


def write_returned(path: Path, sheets: Mapping[str, Sequence[Returned]]) -> None:
    """A sheet for each stream; every cell is text, so that no number is rounded and no formula runs."""
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#D9E1F2"})
        bad = book.add_format({"bg_color": "#FFC7CE", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        for number, (stream, rows) in enumerate(sheets.items(), start=1):
            sheet = book.add_worksheet(sheet_of(number, *stream.split("/")))
            headers = list(dict.fromkeys(header for row in rows for header in row.raw))
            sheet.write_string(0, 0, NOTE)
            for column, header in enumerate([*headers, *COLUMNS]):
                sheet.write_string(1, column, header, head)
            for place, row in enumerate(rows, start=2):
                for column, header in enumerate(headers):
                    look = bad if header == row.wrong else text
                    sheet.write_string(place, column, row.raw.get(header) or "", look)
                for column, cell in enumerate(row.told, start=len(headers)):
                    sheet.write_string(place, column, cell, text)
            sheet.freeze_panes(2, 0)
            sheet.set_column(0, len(headers) + 2, 18)
