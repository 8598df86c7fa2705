"""Aggregation: what records and declared figures make of a form's cells, for every unit that a node files for."""

from collections.abc import Mapping, Sequence

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.counting.count import AT, VALUE, count_records
from tiersync.rules.counting.declared import declare
from tiersync.rules.counting.footing import lay_footing
from tiersync.rules.counting.pairs import pair_up
from tiersync.rules.counting.sheet import BASIS, STATUS, lay_out
from tiersync.rules.sources.provisional import doubts, lay_doubts
from tiersync.rules.sources.sources import Sources

COLUMNS = (
    "unit",
    "indicator",
    "breakdown",
    "measure",
    "value",
    "scale",
    "status",
    "basis",
    "expected",
    "present",
    "bounds",
)


def aggregate(
    catalogue: Catalogue,
    form: Form,
    period: Period,
    units: Sequence[str],
    frames: Mapping[str, pl.DataFrame],
    sources: Sources,
) -> pl.DataFrame:
    """The own cells of every unit in `units` for the indicators that `form` asks of its tier, in order of key.

    `frames` are the snapshot rows of each record type that a stream brings; `sources` is what they speak for. A cell is
    a number only where a source could have said it, be it zero; else it is missing. Columns: COLUMNS; values are whole
    numbers of 10**-scale units, and bounds say how far a declared one may be off.
    """
    sheet = lay_out(catalogue, form, period, units)
    cells = lay_footing(sheet, sources, is_due(frames, period))
    counted, blanks = count_records(sheet, frames, sources)
    cells = lay_doubts(sheet, lay_counts(cells, counted), [blanks, *doubts(sheet, frames, sources)])
    if "figure" in frames:
        cells = lay_over(cells, declare(sheet, frames["figure"], cells))
    return finish(pair_up(sheet, cells))


def is_due(frames: Mapping[str, pl.DataFrame], period: Period) -> bool:
    """Whether any report was due to this node in the period."""
    due = frames.get("received")
    return due is not None and bool(due["due_on"].is_between(period.first_day, period.last_day).any())


def lay_counts(cells: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """`cells` with what was counted, where a number could be said. Rows of a time that no source tells of are a lower
    bound: there are so many at least."""
    laid = lay_over(cells, counted)
    is_bound = pl.col("unsaid") & (pl.col(VALUE) > 0)
    status = pl.when(is_bound).then(pl.lit("partial", dtype=STATUS)).otherwise(pl.col("status"))
    basis = pl.when(is_bound).then(pl.lit("records", dtype=BASIS)).otherwise(pl.col("basis"))
    laid = laid.with_columns(status=status, basis=basis).drop("unsaid")
    return laid.with_columns(pl.when(pl.col("status") != "missing").then(VALUE))


def lay_over(cells: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """`cells` with the columns of `found` in the rows that it names."""
    laid = (cells[name].clone().scatter(found[AT], found[name]) for name in found.columns if name != AT)
    return cells.with_columns(laid)


def finish(cells: pl.DataFrame) -> pl.DataFrame:
    """`cells` with how many own parts are asked for and held behind each: one, and one where there is a value."""
    expected = (pl.col("status") != "not_applicable").cast(pl.Int64)
    present = pl.col(VALUE).is_not_null().cast(pl.Int64)
    texts = pl.col("status", "basis").cast(pl.String)
    return cells.with_columns(texts, expected=expected, present=present).select(COLUMNS)
