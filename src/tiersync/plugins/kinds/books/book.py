"""A book of sheets, whatever kind of file it is kept in, and what is said of one that cannot be read."""

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple, Protocol

import polars as pl

from tiersync.errors import BadSource

MOST_COLUMNS = 16_384  # of a sheet, as in Excel
MOST_ROWS_OF_SHEET = 1_048_576
MOST_EMPTY = 8_000_000  # cells that a sheet may spread over, where hardly any of them holds something


class Book(Protocol):
    """The sheets of one file, in their order. `name` is what places call it."""

    name: str
    sheets: tuple[str, ...]

    def texts(self, sheet: str, most: int | None = None) -> tuple[pl.DataFrame, bool]:
        """The cells of a sheet as text, of its first `most` rows where that is said, and whether people see the sheet.

        Raises BadSource, also for a sheet that is not there.
        """
        ...

    def numbers(self, sheet: str) -> pl.DataFrame:
        """A frame of the same shape, filled where a cell is a number; an empty one where none has so many digits that
        some may be lost."""
        ...


class Grid(NamedTuple):
    """A sheet that was read whole: rows of unequal length, which cells are numbers, and whether people see it."""

    rows: Sequence[Sequence[str | None]]
    numbers: frozenset[tuple[int, int]] = frozenset()
    is_shown: bool = True


class ReadBook:
    """A book whose sheets have been read."""

    def __init__(self, name: str, grids: dict[str, Grid]) -> None:
        self.name = name
        self.sheets = tuple(grids)
        self._grids = grids

    def texts(self, sheet: str, most: int | None = None) -> tuple[pl.DataFrame, bool]:
        grid = self._grid(sheet)
        width, rows = _width(grid), grid.rows[:most]
        columns = [[row[at] if at < len(row) else None for row in rows] for at in range(width)]
        named = {f"c{at}": cells for at, cells in enumerate(columns)}
        return pl.DataFrame(named, dict.fromkeys(named, pl.String)), grid.is_shown

    def numbers(self, sheet: str) -> pl.DataFrame:
        grid = self._grid(sheet)
        columns: list[list[bool | None]] = [list(repeat(None, len(grid.rows))) for _ in range(_width(grid))]
        for row, column in grid.numbers:
            columns[column][row] = True
        named = {f"c{at}": cells for at, cells in enumerate(columns)}
        return pl.DataFrame(named, dict.fromkeys(named, pl.Boolean))

    def _grid(self, sheet: str) -> Grid:
        if sheet not in self._grids:
            raise no_such_sheet(self.name, sheet)
        return self._grids[sheet]


def _width(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0)


def no_such_sheet(name: str, sheet: str) -> BadSource:
    return BadSource(place=name, why_en=f"no sheet is called {sheet}", why_zh=f"没有工作表“{sheet}”")


def damaged(place: str) -> BadSource:
    """What is said of a book of which the rest is missing or makes no sense."""
    return BadSource(
        place=place,
        why_en="the workbook is damaged or not all of it has come",
        why_zh="工作簿已损坏或不完整",
    )


def protected(place: str) -> BadSource:
    return BadSource(
        place=place,
        why_en="the workbook is protected by a password",
        why_zh="工作簿设有密码",
        turn_en="Ask whoever filed it to take the password off and file it anew",
        turn_zh="请报送人取消密码并重新报送",
    )


def too_large(place: str) -> BadSource:
    return BadSource(
        place=place,
        why_en="unpacked it is too large for a table",
        why_zh="展开后过大，超出表格的限度",
        turn_en="Ask whoever filed it for its table alone, in several files if need be",
        turn_zh="请报送人只保留表格内容，必要时分成几个文件",
    )


def far_cell(place: str, cell: str) -> BadSource:
    """What is said of a sheet that spreads over millions of empty cells for the sake of one that holds something."""
    return BadSource(
        place=place,
        why_en=f"something stands in the cell {cell}, far from the table",
        why_zh=f"远离表格的单元格 {cell} 中有内容",
        turn_en="Look at that cell, clear it and save the file",
        turn_zh="请查看并清除该单元格，保存",
    )


def is_too_sparse(rows: int, columns: int, filled: int) -> bool:
    """Whether a sheet of so many rows and columns is nearly empty, and too large to be held all the same."""
    beyond = rows > MOST_ROWS_OF_SHEET or columns > MOST_COLUMNS
    wide = columns > 1000 and filled * 10 < rows * columns
    return beyond or wide or (rows * columns > MOST_EMPTY and filled * 20 < rows * columns)


def spell_cell(row: int, column: int) -> str:
    """A cell's place as a workbook shows it, from 0: (1, 27) is AB2."""
    letters, left = "", column + 1
    while left:
        left, last = divmod(left - 1, 26)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row + 1}"
