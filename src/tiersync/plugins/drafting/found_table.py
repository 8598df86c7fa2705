"""The table of a sample that shows a record, with its headers and the rows below them."""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from tiersync.errors import BadSource
from tiersync.model.lexicon import Lexicon
from tiersync.model.records.record import RECORDS
from tiersync.plugins.drafting.inference.figure_table import columns_shown
from tiersync.plugins.drafting.inference.infer import Column
from tiersync.plugins.drafting.inference.naming import named_plainly
from tiersync.plugins.drafting.samples.sample import Row, Sample, TableSeen
from tiersync.plugins.rows.header_rows import HeaderRows, find_header_rows
from tiersync.plugins.rows.headers import ROWS_SEARCHED, Cells, numbers_of
from tiersync.plugins.rows.rows import FEWEST_EQUAL, FOOTER, SUMS

FEWEST_SHOWN = 2  # fields: one word that is a field's name may stand anywhere
ALL_SUMMED = rf"^\s*\S{{0,20}}?({SUMS})\s*[:：]?\s*$"
SPOKEN = {"senior": "姓名、身份证号"}  # Headers that people look for; of other records, their first fields.


class FoundTable(NamedTuple):
    """The table that shows the most headers of a record, and in which rows (from 0) they stand."""

    table: TableSeen
    rows: HeaderRows

    @property
    def header_row(self) -> int:
        return self.rows.first

    @property
    def headers(self) -> list[str]:
        """What each column is called; of equal ones each has a number."""
        return numbers_of(self.rows.cells)

    @property
    def titles(self) -> Sequence[Row]:
        return self.table.rows[: self.rows.first]

    @property
    def header_lines(self) -> Sequence[Row]:
        """The headers as they stand, in one row or several."""
        return self.table.rows[self.rows.first : self.rows.last + 1]

    @property
    def below(self) -> list[Row]:
        below = self.table.rows[self.rows.last + 1 :]
        return [
            row for row in below if not is_footer(row) and not any(_repeats(row, line) for line in self.header_lines)
        ]

    @property
    def columns(self) -> list[Column]:
        """Each header with the cells below it."""
        below = self.below
        cells = [tuple(row[at] if at < len(row) else None for row in below) for at in range(len(self.headers))]
        return [
            Column(header, column, (said or "").strip())
            for header, column, said in zip(self.headers, cells, self.rows.cells, strict=True)
        ]


def find_table(sample: Sample, record: str, lexicon: Lexicon) -> FoundTable:
    """The best table of a sample for a record, of equal ones one that is filled in. Raises BadSource where no row looks
    like its headers."""
    shown = partial(_shown, record=record, lexicon=lexicon)
    tables = [FoundTable(table, find_header_rows(table.rows, shown)) for table in sample.tables]
    found = max(tables, key=lambda found: (found.rows.shown, bool(found.below), -found.rows.first), default=None)
    if found is None or found.rows.shown < FEWEST_SHOWN:
        wanted = SPOKEN.get(record) or "、".join([kind.zh for kind in RECORDS[record].kinds().values()][:2])
        raise BadSource(
            place=sample.path.name,
            why_en=f"no row in it looks like the headers of a {record}",
            why_zh=f"找不到含{wanted}等栏目的表头行",
        )
    return found


def most_likely_record(sample: Sample, lexicon: Lexicon) -> str:
    """The record type whose headers a sample shows most of."""

    def most_shown(record: str) -> int:
        shown = partial(_shown, record=record, lexicon=lexicon)
        rows = (row for table in sample.tables for row in table.rows[:ROWS_SEARCHED])
        joined = (find_header_rows(table.rows, shown).shown for table in sample.tables)
        return max((*map(shown, rows), *joined), default=0)

    return max(RECORDS, key=most_shown)


def _shown(row: Cells, record: str, lexicon: Lexicon) -> int:
    """How many different fields the cells of a row name, and columns of figures."""
    return columns_shown(row, record, lexicon) + len(
        {
            found[0].field
            for cell in row
            if cell and len(cell) <= 100 and (found := named_plainly(cell, record, lexicon))
        }
    )


def _repeats(row: Row, header: Row) -> bool:
    """Whether a row is a row of headers again, as each printed page has them."""
    filled = sum(bool(cell) for cell in row)
    equal = sum(bool(cell) and cell == head for cell, head in zip(row, header, strict=False))
    return equal >= FEWEST_EQUAL and equal * 2 >= filled


def is_footer(row: Row) -> bool:
    """Whether a row is blank, a sum or a signature; one of sums may be full of numbers."""
    filled = [cell for cell in row if cell and cell.strip()]
    is_sum = any(re.search(ALL_SUMMED, cell) for cell in filled[:2])
    return not filled or is_sum or (len(filled) * 2 <= len(row) and bool(re.match(FOOTER, filled[0])))
