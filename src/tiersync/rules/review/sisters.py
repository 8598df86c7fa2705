"""Declared figures that lie far from those of the sisters: the units of the same tier below the same parent."""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.review.columns import PLACES, in_units
from tiersync.rules.review.compared.exact import decimal_said
from tiersync.rules.review.found import Template, findings
from tiersync.rules.review.words import cell_words, row_cell

FAR = (52, 10)
"""Deviations from the median, of its own median: a modified z-score of 3.5 (Iglewicz and Hoaglin) is 5.2 of them"""
SISTERS = ("parent", "tier", "indicator")
DEVIATION, MAD = "deviation", "mad"


def far_from_sisters(template: Template) -> pl.DataFrame:
    """Declared own totals that are far from the median of the sisters, by more than the floor, and as many times it as
    the rule's share says. Where all sisters are alike the floor alone decides: nothing is divided."""
    numerator, denominator = Fraction(template.rule.share or 1).as_integer_ratio()
    cells = _among_sisters(template).filter(pl.col("basis") == "declared")
    large, small = pl.max_horizontal("twice", "median"), pl.min_horizontal("twice", "median")
    is_far = (pl.col(DEVIATION) * FAR[1] * 2 > pl.col(MAD) * FAR[0]) & (pl.col(DEVIATION) > pl.col("floor") * 2)
    is_many_times = (pl.col("value") > 0) & (large * denominator >= small * numerator)
    return findings(_far(template, cells.filter(is_far & is_many_times)))


def _among_sisters(template: Template) -> pl.DataFrame:
    """The own totals of units that have enough sisters: twice their value and twice the sisters' median, how far they
    are apart, and twice the median of that (`mad`), so that all are whole numbers."""
    totals = template.values(template.totals.cells.filter(pl.col("part") == "own"))
    told = in_units(totals, template.rule.negative)
    exact = totals.with_columns(told.select(twice=pl.col("value") * 2)).filter(told["exact"])
    placed = exact.join(template.of_units, on="unit", maintain_order="left")
    enough = placed.filter(pl.len().over(SISTERS) >= max(template.rule.least, 2))
    with_median = _median(enough, "twice", "median").with_columns(median=pl.col("median") // 2)
    apart = with_median.with_columns((pl.col("twice") - pl.col("median")).abs().alias(DEVIATION))
    return _median(apart, DEVIATION, MAD).join(template.of_indicators, on="indicator", maintain_order="left")


def _median(cells: pl.DataFrame, of: str, name: str) -> pl.DataFrame:
    """`cells` with the two values in the middle of those of the sisters, added."""
    ordered, many = pl.col(of).sort(), pl.len()
    middle = ordered.get((many - 1) // 2) + ordered.get(many // 2)
    medians = cells.group_by(SISTERS).agg(middle.alias(name))
    return cells.join(medians, on=SISTERS, nulls_equal=True, maintain_order="left")


def _far(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        name, value = cell_words(template.review.catalogue, row_cell(row)), decimal_text(row["value"], row["scale"])
        median = decimal_said(Fraction(row["median"], 2 * 10**PLACES))
        apart = decimal_said(Fraction(row[DEVIATION], 2 * 10**PLACES))
        yield template.finding(
            row, left=value, op="=", right=median, difference=apart,
            zh=f"{name.zh} {value}，与同级单位的中位数 {median} 相差悬殊，请核对",
            en=f"{name.en} {value} is far from {median}, the median of its sister units; please check",
        )  # fmt: skip
