"""Raw rows as a source kind yields them, and which of them are no records: blank ones, sums and signatures."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import polars as pl

from tiersync.plugins.day_numbers import System
from tiersync.plugins.headers import Header
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.stream import Stream
from tiersync.rules.returned import COLUMNS

SUMS = r"合\s*计|总\s*计|小\s*计|共\s*计"
SIGNATURES = r"(填表|填报|制表|审核|复核|负责|经办|单位负责)人?|(填表|填报|制表|报送)(日期|时间|单位)|备注|说明|注"
CURSOR = "cursor"  # Beside a row's fields: how far a source of kind value has come with it.
CORRECTS = "corrects"  # Beside a row's fields: the place of the refused row that it corrects.
FOOTER = rf"^\s*({SUMS}|{SIGNATURES})(\s|[:：0-9]|$)"


class Table(NamedTuple):
    """Some rows under one header row: text columns named by the source's own headers, then the `overflow` columns.

    `first_row` is the number by which a person finds the first row in the file; where only some of the rows from there
    on are in the frame, `which` are they. Overflow columns hold cells that stand to the right of the last header.
    `share` is how much of the whole stream is read with this table, 0 where nobody can tell; `title` is what stands
    above the headers. `system` says from which year the whole table counts days, None where only its own rows tell.
    """

    frame: pl.DataFrame
    header: Header
    file: str
    sheet: str
    first_row: int
    overflow: tuple[str, ...] = ()
    share: float = 0.0
    which: pl.Series | None = None
    title: str = ""
    system: System | None = None

    @property
    def height(self) -> int:
        return self.frame.height

    @property
    def row_numbers(self) -> pl.Series:
        which = pl.int_range(self.frame.height, eager=True) if self.which is None else self.which
        return (which + self.first_row).cast(pl.UInt32)


class Lines(NamedTuple):
    """Rows of a text file before they are parsed, one a line, so that only those that are new need be.

    `digests` are one a line, as `rules.lines` makes them; `parse` makes a table of all lines, or of those named.
    """

    digests: pl.Series
    parse: Callable[[pl.Series | None], Table]

    @property
    def height(self) -> int:
        return self.digests.len()


class SheetSkipped(NamedTuple):
    """A sheet that holds none of the mapped headers, such as a page of instructions."""

    file: str
    sheet: str


class Opening(NamedTuple):
    """A file that is going to be opened: what ends the worker from here on is this file's fault."""

    file: str


def is_returned(header: Header) -> bool:
    """Whether a table is one of refused rows that went back to whoever filed them."""
    return set(COLUMNS) <= set(header.names)


Reader = Callable[[Plugin, Stream], Iterator[Table | Lines | SheetSkipped | Opening]]


class Sorted(NamedTuple):
    """Which rows of a table are records, and how many are blank, footers, or longer than the header row."""

    records: pl.Series
    blank: int
    footers: int
    overlong: pl.Series


def sort_rows(table: Table, mapped: pl.DataFrame) -> Sorted:
    """Tell records from what else stands in a table. `mapped` are the same rows, cleaned, without constants."""
    filled = mapped.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    blank = filled == 0
    sparse = ~blank & (filled < mapped.width) & ((filled <= 2) | (filled * 2 < mapped.width))
    footer = sparse & _begins_like_a_footer(table.frame, sparse)
    beyond = pl.any_horizontal(pl.repeat(False, pl.len()), pl.col(table.overflow).is_not_null())
    overlong = table.frame.select(beyond).to_series()
    return Sorted(~(blank | footer), int(blank.sum()), int(footer.sum()), overlong)


def _begins_like_a_footer(frame: pl.DataFrame, sparse: pl.Series) -> pl.Series:
    """Whether the first filled cell of each sparse row is a footer's word."""
    if not sparse.any():
        return sparse
    first = pl.coalesce(pl.when(pl.col(name).str.contains(r"\S")).then(pl.col(name)) for name in frame.columns)
    return frame.select(pl.when(sparse).then(first).str.contains(FOOTER).fill_null(False)).to_series()
