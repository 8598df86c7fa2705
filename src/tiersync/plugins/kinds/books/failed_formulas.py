"""Cells of a binary workbook whose formulas failed: its reader takes them for empty ones."""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}
CODES = b"[" + b"".join(re.escape(bytes([code])) for code in ERRORS) + b"]"
SOME = re.compile(rb"\x05\x02\x08\x00.{6}" + CODES + rb"\x01|\x06\x00.{8}\x02." + CODES + rb".{3}\xff\xff", re.DOTALL)
SHEET, BEGIN, END, FORMULA, ERROR = 0x85, 0x809, 0x0A, 0x06, 0x205
SHORT = {0x203: 14, 0x27E: 10, 0xFD: 10, 0x204: 6, 0xBD: 6, 0xD6: 6, FORMULA: 20, ERROR: 8}
"""Records that hold cells with something in them, and how many bytes they have at the least."""
RECORD = struct.Struct("<HH")
PLACE = struct.Struct("<HH")


class FailedFormulas(NamedTuple):
    """The errors of a sheet by row and column, from 0, and its first column that holds anything."""

    errors: dict[tuple[int, int], str]
    first_column: int


def failed_of(book: bytes) -> list[FailedFormulas]:
    """What failed on each sheet of the stream of a workbook, in their order; [] where nothing did."""
    if not SOME.search(book):
        return []
    begins = [int.from_bytes(said[:4], "little") for kind, said in _records(book, 0) if kind == SHEET]
    return [_failed(book, at) for at in begins]


def with_errors(cells: pl.DataFrame, failed: FailedFormulas) -> pl.DataFrame:
    """The cells of a sheet, which begin at its first column, with the errors where their cells are empty."""
    columns: dict[int, list[tuple[int, str]]] = {}
    for (row, column), error in failed.errors.items():
        at = column - failed.first_column
        if row < cells.height and at < cells.width and cells.item(row, at) is None:
            columns.setdefault(at, []).append((row, error))
    for at, said in columns.items():
        rows, errors = zip(*said, strict=True)
        cells = cells.with_columns(cells.to_series(at).scatter(list(rows), list(errors)))
    return cells


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from the beginning of a sheet, or of the workbook itself, to its end."""
    depth = 0
    while at + RECORD.size <= len(book):
        kind, length = RECORD.unpack_from(book, at)
        depth += (kind == BEGIN) - (kind == END)  # A chart on a sheet begins and ends within it.
        if kind == END and depth <= 0:
            return
        yield kind, book[at + RECORD.size : at + RECORD.size + length]
        at += RECORD.size + length


def _failed(book: bytes, begins: int) -> FailedFormulas:
    errors, first = {}, 2**16
    for kind, said in _records(book, begins):
        if len(said) < SHORT.get(kind, 2**16):
            continue
        row, column = PLACE.unpack_from(said)
        first = min(first, column)
        if error := _error(kind, said):
            errors[row, column] = error
    return FailedFormulas(errors, first)


def _error(kind: int, said: bytes) -> str:
    if kind == ERROR and said[7] == 1:
        return ERRORS.get(said[6], "#VALUE!")
    if kind == FORMULA and said[6] == 2 and said[12:14] == b"\xff\xff":
        return ERRORS.get(said[8], "#VALUE!")
    return ""
