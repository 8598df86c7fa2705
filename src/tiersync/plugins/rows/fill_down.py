"""Cells that stand for what is above them: merged ones, and 〃, in columns of units. Nothing else is filled down."""

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.rows import SourceTable, sort_rows

DITTO = r"^\s*(〃|″|同上栏?)\s*$"
GAP = rf"{DITTO}|^[\s\p{{Cf}}]*$"
WRITTEN = r"[^\s\p{Cf}]"
NOTHING = ""  # a blank cell that is no merged one
FEWEST_ROWS = 3  # of which one sees whether units are merged
NEARLY_ALL = 0.8  # of the units of merged cells have one cell each; a page that begins within one names it again


class Above(NamedTuple):
    """What a column's last row said, None before any has, and whether its blanks are merged cells."""

    said: str | None = None
    is_merged: bool = False


@dataclass
class Columns:
    """What stands above the next rows of each file, sheet and column."""

    above: dict[tuple[str, str, str], Above] = field(default_factory=dict)

    def fill(self, table: SourceTable, stream: Stream) -> tuple[SourceTable, int]:
        """The table with what merged cells and 〃 say, and how many cells were filled."""
        units = [] if table.frame.is_empty() else unit_columns(table, stream)
        gaps, count = {name for name in units if _has_gaps(table.frame[name])}, 0
        records = _records(table, stream) if gaps else None
        for name in units:
            place = (table.file, table.sheet, name)
            if records is None or name not in gaps:
                self.above[place] = Above(table.frame[name][-1])
                continue
            cells, self.above[place] = _filled(table.frame[name], records, self.above.get(place, Above()))
            count += int(cells.ne_missing(table.frame[name]).sum())
            table = table._replace(frame=table.frame.with_columns(cells))
        return table, count


def unit_columns(table: SourceTable, stream: Stream) -> list[str]:
    """The columns of a table that name units."""
    return sorted({table.header.columns[name] for name in stream.units if name in table.header.columns})


def fills(table: SourceTable, stream: Stream) -> bool:
    """Whether a row of a table means something by those above it."""
    return Columns().fill(table, stream)[1] > 0


def _has_gaps(cells: pl.Series) -> bool:
    return cells.has_nulls() or bool(cells.str.contains(GAP).any())


def _records(table: SourceTable, stream: Stream) -> pl.Series:
    """Rows that are records, and hold more than a unit."""
    columns = table.header.columns
    cells = table.frame.select(
        pl.when(pl.col(column).str.contains(WRITTEN)).then(pl.col(column)).alias(name)
        for name, column in columns.items()
    )
    beside = cells.select(pl.any_horizontal(pl.lit(False), pl.exclude([*stream.units & columns.keys()]).is_not_null()))
    return sort_rows(table, cells, stream).records & beside.to_series()


def _filled(cells: pl.Series, records: pl.Series, above: Above) -> tuple[pl.Series, Above]:
    """A column with each record's cell filled where one above speaks for it, and what stands above the next rows."""
    is_ditto = cells.str.contains(DITTO).fill_null(False)
    written = cells.str.contains(WRITTEN).fill_null(False) & ~is_ditto
    is_merged = _is_merged(cells.filter(records & ~is_ditto), written.filter(records & ~is_ditto), above)
    blank = pl.Series([None if is_merged else NOTHING], dtype=pl.String)
    own = cells.set(~written, None).zip_with(written | is_ditto, blank.new_from_index(0, cells.len()))
    said = own.set(~records, None).forward_fill()  # A sub-total ends nothing.
    said = said if above.said is None else said.fill_null(above.said)
    says = records & ~written & (said != NOTHING).fill_null(False)
    return said.zip_with(says, cells).alias(cells.name), Above(said[-1], is_merged)


def _is_merged(cells: pl.Series, written: pl.Series, above: Above) -> bool:
    """Whether blanks are merged cells: the first is filled, hardly a unit stands twice, and either half of the cells
    are blank or most units have a blank below them. Blanks here and there in a full column are none."""
    if cells.is_empty() or written.all():
        return above.is_merged
    if not above.is_merged and (not written[0] or cells.len() < FEWEST_ROWS):
        return False
    units = cells.filter(written)
    blocks = int((units != units.shift()).fill_null(True).sum())
    if units.n_unique() < NEARLY_ALL * blocks or units.n_unique() * 2 <= units.len() > 1:
        return False
    begun = int((written & ~written.shift(-1, fill_value=True)).sum())
    return int(written.sum()) * 2 <= cells.len() or begun * 2 > units.len()
