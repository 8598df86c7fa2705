"""Reading the made-up sources back with nothing of the project: plain csv, and fastexcel for workbooks."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import fastexcel

from tiersync.example.offices.words import TITLES

FOOTERS = ("合计", "填表人")
Row = Mapping[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a file by its own headers, as texts."""
    return list(read_workbook(path) if path.suffix == ".xlsx" else read_text(path))


def read_text(path: Path) -> Iterator[Row]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return csv.DictReader(text.splitlines())


def read_workbook(path: Path) -> Iterator[Row]:
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    (title, *beside), headers, *rows = sheet.iter_rows()
    assert title
    assert not any(beside), "the title row is merged"
    for row in rows:
        if not (row[0] or "").startswith(FOOTERS):
            yield {header: value or "" for header, value in zip(headers, row, strict=True)}


def rows_of(root: Path, unit: str, record: str) -> list[Row]:
    """The rows of one office's file of one record type."""
    (path,) = root.glob(f"{unit}/plugins/register/inbox/{TITLES[record]}*.*")
    return read_rows(path)


def column(row: Row, *headers: str) -> str:
    """The value under whichever of `headers` the file has."""
    return next(row[header] for header in headers if header in row)
