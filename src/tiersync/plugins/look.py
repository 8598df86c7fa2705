"""One look at a sheet of a workbook, piece by piece as it is unpacked: is there what its reader would take amiss?"""

import re
from typing import NamedTuple

import polars as pl

SUSPECT = r"""=\s*["'](?:[A-Za-z]{3}[A-Za-z]*[0-9]|e["'])"""
"""In one pass, many times as fast as what it may turn out to be."""
FAR_COLUMN = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{3}""")  # AAA is the 703rd.
FAILED = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?t\s*=\s*["'])e(?=["'])""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,9})""")
FILLED = (b"<v>", b"<is>", b":v>", b":is>", b"<v ", b"<is ", b":v ", b":is ")
LONGEST_PREFIX = 12
MANY_ROWS = 100_000


class Amiss(NamedTuple):
    """What of a sheet's part the reader would take amiss."""

    spreads: bool
    failed: bool


SOUND = Amiss(spreads=False, failed=False)


class SheetLook:
    """Whether a sheet has a cell far to the right, or far more rows than cells that hold something; and an error.

    What cannot be looked into so fast counts as spreading: then it is taken apart.
    """

    def __init__(self) -> None:
        self._row = self._last_filled = self._filled = 0
        self._spreads = self._failed = False
        self._mark = FILLED[0]  # the one that most filled cells have
        self._rest = b""

    @property
    def amiss(self) -> Amiss:
        is_long = self._last_filled > MANY_ROWS and self._filled < self._last_filled
        is_unnumbered = self._filled > 0 and self._row == 0
        return Amiss(self._spreads or is_long or is_unnumbered, self._failed)

    def at(self, piece: bytes) -> None:
        """Look at the next piece, up to its last whole tag; what stands behind that waits for the piece after it."""
        whole, end, rest = piece.rpartition(b">")
        if not end:
            self._rest, self._spreads = piece, True  # No cell holds a text of a megabyte.
            return
        looked_at, self._rest = self._rest + whole + end, rest
        self._suspect(looked_at)
        self._count(looked_at)

    def _suspect(self, piece: bytes) -> None:
        try:
            is_suspect = pl.Series([piece], dtype=pl.Binary).cast(pl.String).str.contains(SUSPECT).item()
        except pl.exceptions.ComputeError:  # It is no UTF-8.
            self._spreads = True
            return
        if is_suspect:
            self._spreads = self._spreads or FAR_COLUMN.search(piece) is not None
            self._failed = self._failed or FAILED.search(piece) is not None

    def _count(self, piece: bytes) -> None:
        """Cells that hold something, and the row of the last of them. Not all are counted where most are enough."""
        last = _row_at(piece, len(piece)) or self._row
        filled = piece.count(self._mark)
        if filled <= last - self._row:
            counts = {mark: piece.count(mark) for mark in FILLED}
            filled, self._mark = sum(counts.values()), max(FILLED, key=lambda mark: counts[mark])
        if filled:
            self._last_filled = _row_at(piece, _last_filled(piece, self._mark)) or self._row
        self._filled += filled
        self._row = last


def _last_filled(piece: bytes, mark: bytes) -> int:
    """Where the last cell that holds something does so; one with the mark that most have is found first."""
    at = max(0, piece.rfind(mark))
    return max(at, *(piece.rfind(other, at) for other in FILLED))


def _row_at(piece: bytes, at: int) -> int:
    """The number of the row that is open at a place of a sheet's part, 0 where its tag stands before this piece."""
    begins = at
    while (begins := piece.rfind(b"row", 0, begins)) > 0:
        tag = piece.rfind(b"<", max(0, begins - LONGEST_PREFIX), begins)
        if tag >= 0 and (row := ROW.match(piece, tag)):  # The word may stand in a text, too.
            return int(row[1])
    return 0
