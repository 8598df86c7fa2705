"""Tables of figures with one indicator a column: each filled cell becomes a record, its row kept beside it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from tiersync.model.records.figure_column import column_of

ROW, COLUMN = "unpivot_row", "unpivot_column"


class Rows(NamedTuple):
    """Mapped rows, and the same rows as they stand in the source."""

    mapped: pl.DataFrame
    raw: pl.DataFrame


def unpivot(rows: Rows, headers: Mapping[str, str], figures: Sequence[str]) -> Rows:
    """One row for each filled cell of the columns `figures`, in the order of the rows. `headers` are the source's own,
    by what is mapped to them.

    A blank cell is no record: nobody said anything. A row of which no column could be read is kept once, so that it is
    refused. The raw row of a record holds its own figure and none of the others, so that whoever corrects a
    refused one sees which, and states the others no second time.
    """
    mapped = rows.mapped.with_row_index(ROW)
    lost = pl.all_horizontal(pl.col(name).is_null() for name in headers)
    said = [pl.col(name).is_not_null() | (lost if at == 0 else False) for at, name in enumerate(figures)]
    parts = [mapped.filter(said[at]).select(*_record(mapped, name, figures), pl.lit(at).alias(COLUMN))
             for at, name in enumerate(figures)]  # fmt: skip
    long = pl.concat(parts).sort(ROW, COLUMN)
    own = [_own_only(long, [headers[name] for name in figures], at) for at in range(len(figures))]
    return Rows(long.drop(ROW, COLUMN), rows.raw[long[ROW]].with_columns(own))


def _record(mapped: pl.DataFrame, name: str, figures: Sequence[str]) -> Iterator[pl.Expr | str]:
    """The fields of a record whose figure stands in this column."""
    indicator, dims = column_of(name)
    yield from (other for other in mapped.columns if other not in figures)
    yield pl.lit(indicator).alias("indicator")
    yield pl.lit(dims or None, dtype=pl.String).alias("dims")
    yield pl.col(name).cast(pl.String).alias("value")


def _own_only(long: pl.DataFrame, headers: Sequence[str], at: int) -> pl.Expr:
    """A column of figures in the raw rows, blank but where its own figure is the record."""
    return pl.when(pl.lit(long[COLUMN] == at)).then(pl.col(headers[at])).alias(headers[at])
