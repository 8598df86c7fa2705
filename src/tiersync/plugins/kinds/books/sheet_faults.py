"""One look at a sheet of a workbook, piece by piece as it is unpacked: is there what its reader would take amiss?"""

import re
from typing import NamedTuple

import polars as pl

SUSPECT = r"""=\s*["'](?:[A-Za-z]{3}[A-Za-z]*[0-9]|e["'])"""
"""In one pass, many times as fast as what it may turn out to be."""
FAR_DOWN = r"""=\s*["'][A-Za-z]{0,2}[0-9]{6}"""
"""A row of six digits or more, named by a cell or by a row's tag."""
EITHER = rf"{SUSPECT}|{FAR_DOWN}"
FAR_COLUMN = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{3}""")  # AAA is the 703rd.
FAILED = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?t\s*=\s*["'])e(?=["'])""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,9})""")
ROUNDED = r"""[<:]v(?:\s|>\s*(?:[+-]?[0-9]{15}[0-9.]|[0-9.+-]*(?:[0-9.][eE]|&|<[^/])))"""
"""A number of 10^15 or more, or one that may be: it is written with an exponent, or in a way that no program writes."""
FILLED = (b"<v>", b"<is>", b":v>", b":is>", b"<v ", b"<is ", b":v ", b":is ")
LONGEST_PREFIX = 12
MANY_ROWS = 100_000
LONGEST = 2**20  # bytes from one end of an element to the next: no cell holds a text of a megabyte


class Amiss(NamedTuple):
    """What of a sheet's part the reader would take amiss."""

    spreads: bool
    failed: bool
    rounded: bool
    """It may have a number of so many digits that not all were kept."""

    @property
    def is_changed(self) -> bool:
        """Whether the part is changed before it is read."""
        return self.spreads or self.failed


SOUND = Amiss(spreads=False, failed=False, rounded=False)


class SheetLook:
    """Whether a sheet has a cell far to the right, or far more rows than cells that hold something; an error; and a
    number of too many digits.

    What cannot be looked into so fast counts as spreading: then it is taken apart.
    """

    def __init__(self) -> None:
        self._row = self._last_filled = self._filled = 0
        self._spreads = self._failed = self._rounded = False
        self._mark = FILLED[0]  # the one that most filled cells have
        self._rest = b""

    def at(self, piece: bytes) -> None:
        """Look at the next piece, up to where an element ends last; what stands behind that waits for the piece after,
        so that no tag is parted, and no value from its tag."""
        said = self._rest + piece
        end = _last_end(said)
        self._rest = said[end:]
        if end:
            self._look_at(said[:end])
        if len(self._rest) >= LONGEST:
            self._give_up()
            self._look_at(self._rest)
            self._rest = b""

    def end(self) -> Amiss:
        """What was amiss, once the last piece was looked at."""
        self._look_at(self._rest)
        self._rest = b""
        is_long = self._last_filled > MANY_ROWS and self._filled < self._last_filled
        is_unnumbered = self._filled > 0 and self._row == 0
        return Amiss(self._spreads or is_long or is_unnumbered, self._failed, self._rounded)

    def _give_up(self) -> None:
        self._spreads = self._rounded = True

    def _look_at(self, piece: bytes) -> None:
        self._suspect(piece)
        self._count(piece)

    def _suspect(self, piece: bytes) -> None:
        if b"\0" in piece:  # It may be UTF-16.
            self._give_up()
            return
        try:
            text = pl.Series([piece], dtype=pl.Binary).cast(pl.String).str
        except pl.exceptions.ComputeError:  # It is no UTF-8.
            self._give_up()
            return
        self._rounded = self._rounded or text.contains(ROUNDED).item()
        last = _row_at(piece, len(piece)) or self._row
        if last < MANY_ROWS and not text.contains(EITHER).item():  # One pass instead of two.
            return
        if text.contains(SUSPECT).item():
            self._spreads = self._spreads or FAR_COLUMN.search(piece) is not None
            self._failed = self._failed or FAILED.search(piece) is not None
        if last < MANY_ROWS and text.contains(FAR_DOWN).item():
            self._spreads = True

    def _count(self, piece: bytes) -> None:
        """Cells that hold something, and the row of the last of them. Not all are counted where most are enough."""
        last = _row_at(piece, len(piece)) or self._row
        filled = piece.count(self._mark)
        if filled <= last - self._row:
            counts = {mark: piece.count(mark) for mark in FILLED}
            filled, self._mark = sum(counts.values()), max(FILLED, key=lambda mark: counts[mark])
        if filled:
            self._last_filled = max(self._last_filled, _row_at(piece, _last_filled(piece, self._mark)) or self._row)
        self._filled += filled
        self._row = last


def _last_end(said: bytes) -> int:
    """Behind the last tag that has no end tag, or before the last end tag, whichever comes later; 0 without either."""
    before = max(0, said.rfind(b"</"))
    alone = said.rfind(b"/>", before)
    return alone + 2 if alone >= 0 else before


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
