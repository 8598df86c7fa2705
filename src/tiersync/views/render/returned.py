"""A workbook of refused rows as they go back to whoever filed them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]

from tiersync.model.lexicon import plain
from tiersync.rules.rows.returned import CHOICES, COLUMNS, called, sheet_of

FIRST_ROW = 2  # below the note and the headers, from 0
MOST_CHOICES = 10_000

NOTE = (
    "请更正标色的单元格后保存交回；最后三列请勿改动。"
    "Correct the coloured cells and send this back; leave the last three columns as they are."
)


class ReturnedRow(NamedTuple):
    """One refused row: raw values under the source's own headers, the header that is wrong, the last three cells."""

    raw: dict[str, str | None]
    wrong: str
    told: tuple[str, str, str]


class ReturnedSheet(NamedTuple):
    """The refused rows of one stream, the headers of its columns of units, and the names to choose from there."""

    rows: Sequence[ReturnedRow]
    units_under: Sequence[str] = ()
    names: Sequence[str] = ()


def write_returned(path: Path, sheets: Mapping[str, ReturnedSheet]) -> None:
    """A sheet for each stream; every cell is text, so that no number is rounded and no formula runs. Columns of units
    offer the names that there are."""
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#D9E1F2"})
        bad = book.add_format({"bg_color": "#FFC7CE", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        lists: list[Choice] = []
        for number, (stream, (rows, units_under, names)) in enumerate(sheets.items(), start=1):
            sheet = book.add_worksheet(sheet_of(number, *stream.split("/")))
            headers = list(dict.fromkeys(header for row in rows for header in row.raw))
            sheet.write_string(0, 0, NOTE)
            for column, header in enumerate([*called(headers).values(), *COLUMNS]):
                sheet.write_string(1, column, header, head)
            for place, row in enumerate(rows, start=FIRST_ROW):
                for column, header in enumerate(headers):
                    look = bad if header == row.wrong else text
                    sheet.write_string(place, column, row.raw.get(header) or "", look)
                for column, cell in enumerate(row.told, start=len(headers)):
                    sheet.write_string(place, column, cell, text)
            sheet.freeze_panes(2, 0)
            sheet.set_column(0, len(headers) + 2, 18)
            under = [column for column, header in enumerate(headers) if plain(header) in units_under]
            lists.append(Choice(sheet, under, len(rows), names[:MOST_CHOICES]))
        offer([choice for choice in lists if choice.columns and choice.names], book)


class Choice(NamedTuple):
    """The columns of a sheet in which a name is to be chosen, how many rows they have, and the names."""

    sheet: Any
    columns: Sequence[int]
    rows: int
    names: Sequence[str]


def offer(choices: Sequence[Choice], book: Workbook) -> None:
    """Let a name be chosen from a list that stands in a hidden sheet; another one can be written all the same."""
    if not choices:
        return
    hidden = book.add_worksheet(CHOICES)
    hidden.hide()
    for at, choice in enumerate(choices):
        for place, name in enumerate(choice.names):
            hidden.write_string(place, at, name)
        listed = xl_range_abs(0, at, len(choice.names) - 1, at)
        allowed = {"validate": "list", "source": f"='{CHOICES}'!{listed}", "show_error": False}
        for column in choice.columns:
            choice.sheet.data_validation(FIRST_ROW, column, FIRST_ROW + choice.rows - 1, column, allowed)
