"""Raw rows as a source kind yields them, and which of them are no records: blank ones, sums and signatures."""

import re
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from typing import NamedTuple

import polars as pl

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.headers import WITHIN, Header
from tiersync.plugins.values.day_numbers import System
from tiersync.rules.rows.returned import COLUMNS

SUMS = r"合\s*计|总\s*计|小\s*计|共\s*计"
SIGNATURES = r"(填表|填报|制表|审核|复核|负责|经办|单位负责)人?|(填表|填报|制表|报送)(日期|时间|单位)|备注|说明|注"
STAMP = r"盖章|公章|签章"
STAMPS = rf"(填报|主管|报送)?单位\s*[(（]\s*({STAMP})|{STAMP}|签字|(以上|本页|本表)?\s*共\s*[0-9]+\s*[人名位户条]"
A_DAY = r"[0-9]{0,4}\s*年\s*[0-9]{0,2}\s*月\s*[0-9]{0,2}\s*日"
ALONE = rf"^\s*({A_DAY}|第\s*[0-9]+\s*页.*|.*[(（]\s*({STAMP})\s*[)）].*)\s*$"
SUMMED = rf"({SUMS})\s*[:：]?\s*([0-9]+\s*[人名位户条]?)?\s*$"
FEWEST_EQUAL = 2  # cells that repeat their header, and half of a row, before it is one of headers
NUMBER_OF_EQUALS = r"_[0-9]+$"
CURSOR = "cursor"  # Beside a row's fields: how far a source of kind value has come with it.
CORRECTS = "corrects"  # Beside a row's fields: the place of the refused row that it corrects.
FOOTER = rf"^\s*(({SUMS}|{SIGNATURES})(\s|[:：0-9(（]|$)|{STAMPS})"


class SourceTable(NamedTuple):
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


class TextLines(NamedTuple):
    """Rows of a text file before they are parsed, one a line, so that only those that are new need be.

    `digests` are one a line, as `rules.lines` makes them; `parse` makes a table of all lines, or of those named.
    """

    digests: pl.Series
    parse: Callable[[pl.Series | None], SourceTable]

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


Reader = Callable[[Plugin, Stream], Iterator[SourceTable | TextLines | SheetSkipped | Opening]]


class Sorted(NamedTuple):
    """Which rows of a table are records, how many are blank or no records for what they say, where those stand, and
    which rows are longer than the header row."""

    records: pl.Series
    blank: int
    footers: int
    overlong: pl.Series
    footer_rows: pl.Series


def sort_rows(table: SourceTable, mapped: pl.DataFrame, stream: Stream) -> Sorted:
    """Tell records from what else stands in a table. `mapped` are the same rows, cleaned, without constants. A row of
    sums is full of numbers where the columns are figures; elsewhere a full row is a record, whatever it says."""
    filled = mapped.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    blank = filled == 0
    sparse = ~blank & (filled < mapped.width) & ((filled <= 2) | (filled * 2 < mapped.width))
    sparse = ~blank if stream.figures else sparse
    footer = (sparse & _is_no_record(table, sparse)) | _repeats_the_headers(table)
    beyond = pl.any_horizontal(pl.repeat(False, pl.len()), pl.col(table.overflow).is_not_null())
    overlong = table.frame.select(beyond).to_series()
    footer &= ~blank
    return Sorted(~(blank | footer), int(blank.sum()), int(footer.sum()), overlong, footer.arg_true())


def _is_no_record(table: SourceTable, sparse: pl.Series) -> pl.Series:
    """Whether the first filled cell of each sparse row is a footer's word, one of the first two a sum's, or the only
    one a stamp, a date or the title again."""
    if not sparse.any():
        return sparse
    at = sparse.arg_true()
    written = pl.col(table.frame.columns).str.strip_chars().replace("", None)
    cells = table.frame[at].select(pl.concat_list(written).list.drop_nulls().alias("cells"))
    first, second = (pl.col("cells").list.get(number, null_on_oob=True) for number in (0, 1))
    again = first.str.len_chars() > 1 if table.title else pl.lit(False)
    alone = first.str.contains(ALONE) | (
        again & pl.lit(table.title).str.contains(first.str.slice(0, 200), literal=True)
    )
    said = cells.select(
        first.str.contains(FOOTER).fill_null(False)
        | first.str.contains(SUMMED).fill_null(False)
        | second.str.contains(rf"^\s*{SUMMED}").fill_null(False)
        | ((pl.col("cells").list.len() == 1) & alone).fill_null(False)
    ).to_series()
    return pl.zeros(sparse.len(), dtype=pl.Boolean, eager=True).scatter(at, said)


def _repeats_the_headers(table: SourceTable) -> pl.Series:
    """Whether a row is the headers again, as each printed page has them: most of its cells say what heads them."""
    names = [name for name in table.header.names if name in table.frame.columns]
    nothing = pl.zeros(table.height, dtype=pl.Boolean, eager=True)
    if len(names) < FEWEST_EQUAL:
        return nothing
    said = table.frame.select(_says_its_header(name).alias(name) for name in names)
    again = [column for column in said if column.any()]
    if len(again) < FEWEST_EQUAL:
        return nothing
    equal = pl.select(pl.sum_horizontal(column.cast(pl.UInt32) for column in again)).to_series()
    at = (equal >= FEWEST_EQUAL).arg_true()
    filled = table.frame[at].select(pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.UInt32))).to_series()
    return nothing.scatter(at, equal[at] * 2 >= filled)


def _says_its_header(name: str) -> pl.Expr:
    """Whether each cell of a column is its header, or one of the words of which that is joined."""
    bare = re.sub(NUMBER_OF_EQUALS, "", name)
    equals = [pl.col(name) == word for word in dict.fromkeys((name, bare, *bare.split(WITHIN)))]
    return reduce(or_, equals).fill_null(False)
