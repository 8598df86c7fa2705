"""Tables of a sample, written as the files that a source reads: a workbook, or text."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.model.lexicon import plain


def write_book(path: Path, sheet: str, table: Sequence[Sequence[str]], header: int, numbers: Sequence[str]) -> None:
    """A workbook of text cells, but for the columns that are to hold numbers."""
    with Workbook(path) as book:
        page = book.add_worksheet(sheet or "Sheet1")
        typed = {at for at, name in enumerate(table[header]) if plain(name) in set(map(plain, numbers))}
        for place, row in enumerate(table):
            for at, cell in enumerate(row):
                if at in typed and place > header and cell[:17].isdigit():
                    page.write_number(place, at, float(cell[:17] + "0"))
                elif cell:
                    page.write_string(place, at, cell)


def write_text(path: Path, table: Sequence[Sequence[str]], separator: str, encoding: str) -> None:
    out = StringIO()
    csv.writer(out, delimiter=separator or ",", lineterminator="\n").writerows(table)
    path.write_bytes(out.getvalue().encode(encoding))
