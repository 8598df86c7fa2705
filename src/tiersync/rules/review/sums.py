"""A declared year against its shorter periods (V13): flows are their sum; persons counted once lie between the largest
and the sum."""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.review.columns import PLACES, in_units
from tiersync.rules.review.exact import decimal_said
from tiersync.rules.review.found import FLOWS, NOTHING_FOUND, Template, findings
from tiersync.rules.review.words import cell_words, row_cell

CELL = ("unit", "part", "indicator", "breakdown", "measure")


def unlike_shorter(template: Template) -> pl.DataFrame:
    """Declared totals that are not what the shorter periods come to, where all of those are there. What records count
    is counted anew for each period: there reconciliation compares."""
    if not template.totals.shorter:
        return NOTHING_FOUND
    year = _told(template, template.totals.cells).filter(pl.col("basis") == "declared")
    shorter = [_told(template, frame) for frame in template.totals.shorter]
    added = pl.concat(shorter).group_by(CELL).agg(pl.len(), pl.col("now").sum().alias("sum"), most=pl.col("now").max())
    whole = added.filter(pl.col("len") == len(shorter))
    both = year.join(whole, on=CELL, maintain_order="left").join(
        template.of_indicators, on="indicator", maintain_order="left"
    )
    is_flow = pl.col("kind") == "flow"
    is_wrong = pl.when(is_flow).then(pl.col("now") != pl.col("sum")).otherwise(~pl.col("now").is_between("most", "sum"))
    return findings(_unlike(template, both.filter(pl.col("kind").is_in(FLOWS) & is_wrong)))


def _told(template: Template, frame: pl.DataFrame) -> pl.DataFrame:
    cells = template.values(frame)
    told = in_units(cells, template.rule.negative)
    return cells.with_columns(now=told["value"]).filter(told["exact"])


def _unlike(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        name, value = cell_words(template.review.catalogue, row_cell(row)), decimal_text(row["value"], row["scale"])
        is_short = row["kind"] != "flow" and row["now"] < row["most"]
        bound = row["most"] if is_short else row["sum"]
        op = ">=" if is_short else "=" if row["kind"] == "flow" else "<="
        said, apart = (
            decimal_said(Fraction(bound, 10**PLACES)),
            decimal_said(Fraction(abs(row["now"] - bound), 10**PLACES)),
        )
        stands = OUGHT[op]
        yield template.finding(
            row, left=value, op=op, right=said, difference=apart,
            zh=f"{name.zh} {value}，{stands.zh} {said}，相差 {apart}",
            en=f"{name.en} {value} {stands.en} {said}; the difference is {apart}",
        )  # fmt: skip


OUGHT = {
    "=": Text("应等于各短期之和", "should equal the sum of its shorter periods,"),
    "<=": Text("应不大于各短期之和", "should be at most the sum of its shorter periods,"),
    ">=": Text("应不小于最大的一期", "should be at least the largest of its shorter periods,"),
}
