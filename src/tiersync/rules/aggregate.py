"""Aggregation: what records and declared figures make of a form's cells, for every unit that a node files for."""

from collections.abc import Mapping, Sequence

import polars as pl

from tiersync.model.bounds import EXACT
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.record import ALWAYS_HELD
from tiersync.rules.counted import counted_for
from tiersync.rules.counting import AT, VALUE, count_records
from tiersync.rules.declared import declare
from tiersync.rules.pairs import pair_up
from tiersync.rules.sheet import BASIS, STATUS, Sheet, lay_out

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
    nil: frozenset[str],
) -> pl.DataFrame:
    """The own cells of every unit in `units` for the indicators that `form` asks of its tier, in order of key.

    `frames` are the snapshot rows of each record type that a stream brings; `nil` names the types that the office has
    nothing of. Zeros are cells; without stream and nil a cell is missing. Columns: COLUMNS; values are whole numbers of
    10**-scale units, and bounds say how far a declared one may be off.
    """
    sheet = lay_out(catalogue, form, period, units)
    cells = blank(sheet, frozenset(frames), nil)
    cells = lay_over(cells, count_records(sheet, frames))
    if "figure" in frames:
        cells = lay_over(cells, declare(sheet, frames["figure"], cells))
    return finish(pair_up(sheet, cells))


def blank(sheet: Sheet, held: frozenset[str], nil: frozenset[str]) -> pl.DataFrame:
    """The sheet before anything is counted: zero where records are held or there are none, else missing."""
    bases = {indicator.code: basis_of(indicator, held, nil) for indicator in sheet.indicators}
    basis = pl.col("indicator").replace_strict(bases, return_dtype=BASIS)
    missing = basis == "none"
    return sheet.rows.with_columns(
        value=pl.when(missing).then(None).otherwise(pl.lit(0, dtype=pl.Int64)),
        status=pl.when(missing).then(pl.lit("missing", dtype=STATUS)).otherwise(pl.lit("ok", dtype=STATUS)),
        basis=basis,
        bounds=pl.lit(EXACT),
    )


def basis_of(indicator: Indicator, held: frozenset[str], nil: frozenset[str]) -> str:
    """What an indicator's cells rest on before anybody declares one.

    A declared figure that nobody declared is missing, even where other figures are held: a population is never 0.
    """
    if indicator.is_quotient:
        return "none"
    records = {counted.record for counted in counted_for(indicator)} - ALWAYS_HELD or {indicator.record}
    if records <= nil:
        return "nil"
    return "records" if records <= held | nil | ALWAYS_HELD and any(counted_for(indicator)) else "none"


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
