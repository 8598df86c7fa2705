"""Declared figures beside the cells of a form: where they contradict each other, and where counting differs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.finding import Finding, Reason
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.counting.declared import CELL, HIGH, LOW, contradict, counts_for, in_accord, stated_as, stated_by

BESIDE: tuple[Reason, ...] = ("contradicts", "differs_from_declared")
SAYS_WHY = ("masked", "suppressed", "not_applicable")


def beside(node: str, form: str, catalogue: Catalogue, cells: pl.DataFrame, figures: pl.DataFrame) -> Iterator[Finding]:
    """What somebody at `node` has to settle about the `figures` of one period, held against the cells of a form.

    Figures of several streams that say different things of one cell; and a figure that says another thing than the
    cell, because the cell was counted. An approximate figure agrees with whatever it may stand for.
    """
    stated = for_cells(cells, stated_by(figures.filter(counts_for(catalogue.indicators))))
    differ = contradict()
    for rows in stated.filter(differ).partition_by(CELL, maintain_order=True):
        texts = sorted({text_of(row) for row in rows.iter_rows(named=True)})
        yield _about("contradicts", node, form, rows.row(0, named=True), (texts[0], texts[1]))
    for row in in_accord(stated.filter(~differ)).filter(is_another_than_counted()).iter_rows(named=True):
        counted = decimal_text(row["counted"], row["scale"])
        yield _about("differs_from_declared", node, form, row, (text_of(row), counted))


def for_cells(cells: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """The stated figures that are for one of the cells, with `split` and measure of the cell, its value as `counted`,
    and its scale."""
    spelled = [(one, measure, stated_as(one, measure)) for one, measure in cells.select(KEYS).unique().iter_rows()]
    names = pl.DataFrame(spelled, schema=dict.fromkeys((*KEYS, "stated"), pl.String), orient="row")
    keyed = cells.select("unit", "indicator", *KEYS, "scale", counted="value").join(names, on=KEYS)
    texts = stated.with_columns(pl.col("indicator").cast(pl.String))
    return texts.join(
        keyed.rename({"breakdown": "split"}),
        left_on=("unit", "indicator", "breakdown"),
        right_on=("unit", "indicator", "stated"),
        maintain_order="left",
    )


KEYS = ("breakdown", "measure")


def is_another_than_counted() -> pl.Expr:
    """Whether a figure cannot be what was counted, where something was."""
    counted = pl.col("counted").cast(pl.Decimal(38, 4)) / pl.lit(10, pl.Int64).pow(pl.col("scale"))
    beyond = (counted < pl.col(LOW)).fill_null(False) | (counted > pl.col(HIGH)).fill_null(False)
    withheld = pl.col("value").is_null() & pl.col("status").is_in(SAYS_WHY)
    return pl.col("counted").is_not_null() & (beyond | withheld)


def text_of(row: Mapping[str, Any]) -> str:
    """What a figure states of its cell, in words of a finding."""
    if row["value"] is None:
        return str(row["status"])
    value, low, high = (None if row[name] is None else plain(row[name], row["scale"]) for name in ("value", LOW, HIGH))
    return value or "" if low == high == value else f"{value} ({low or ''}..{high or ''})"


def plain(value: Decimal, scale: int) -> str:
    """A figure with the places of its cell, and more only where it has them."""
    return f"{value:.{scale}f}" if value == round(value, scale) else f"{value.normalize():f}"


def _about(reason: Reason, node: str, form: str, row: Mapping[str, Any], said: tuple[str, str]) -> Finding:
    return Finding(
        level="source", reason=reason, node=node, unit=row["unit"], form=form, period=row["period"], part="own",
        indicator=row["indicator"], breakdown=row["split"], measure=row["measure"], sent=said[0], held=said[1],
    )  # fmt: skip
