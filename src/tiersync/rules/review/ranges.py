"""What a figure can be by itself: whole, not below 0, of so many places (V03), and not more than any such unit has."""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.review.columns import PLACES, in_units
from tiersync.rules.review.compared.exact import decimal_said
from tiersync.rules.review.found import Template, findings
from tiersync.rules.review.words import cell_words, row_cell


def out_of_range(template: Template) -> pl.DataFrame:
    """Figures below 0 for certain that may not be, and those of more places than their indicator has."""
    is_odd = (pl.col("value") < 0) | (pl.col("scale") > min((one.decimals for one in template.indicators), default=0))
    cells = template.values(template.figures.cells.filter(is_odd)).join(template.of_indicators, on="indicator")
    negative, finer = pl.col("indicator").is_in(list(template.rule.negative)), pl.col("scale") > pl.col("decimals")
    suspect = cells.filter(((pl.col("value") < 0) & ~negative) | finer)
    sure = suspect.with_columns(in_units(suspect, template.rule.negative)["high"])
    return findings(_out_of_range(template, sure))


def _out_of_range(template: Template, suspect: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in suspect.iter_rows(named=True):
        name = cell_words(template.review.catalogue, row_cell(row))
        value, finer = decimal_text(row["value"], row["scale"]), row["scale"] - row["decimals"]
        is_below = row["high"] is not None and row["high"] < 0 and row["indicator"] not in template.rule.negative
        if is_below:
            said = Text(f"{name.zh} {value}，不得小于 0", f"{name.en} {value} must not be below 0")
            yield template.finding(row, left=value, op=">=", right="0", difference=value.lstrip("-"), **said._asdict())
        if finer > 0 and row["value"] % 10**finer:
            said = _too_fine(name, value, row["decimals"])
            yield template.finding(row, left=value, **said._asdict())


def _too_fine(name: Text, value: str, decimals: int) -> Text:
    if not decimals:
        return Text(f"{name.zh} {value}，应为整数", f"{name.en} {value} should be a whole number")
    return Text(
        f"{name.zh} {value}，最多保留 {decimals} 位小数", f"{name.en} {value} has more than {decimals} decimals"
    )


def beyond_most(template: Template) -> pl.DataFrame:
    """Totals above what any unit of that tier has: three million volunteers of a community."""
    told = [
        (measured_in, tier, int(Fraction(number) * 10**PLACES))
        for measured_in, tiers in template.rule.most.items()
        for tier, number in tiers.items()
    ]
    most = pl.DataFrame(
        told, schema={"measured_in": pl.String(), "tier": pl.String(), "most": pl.Int128()}, orient="row"
    )
    cells = template.values(template.totals.cells).filter(pl.col("part") == "own")
    placed = cells.join(template.of_indicators, on="indicator").join(template.of_units, on="unit")
    limited = placed.join(most, on=["measured_in", "tier"])
    low = in_units(limited, template.rule.negative)["low"]
    return findings(_beyond(template, limited.with_columns(low).filter(pl.col("low") > pl.col("most"))))


def _beyond(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        name, value = cell_words(template.review.catalogue, row_cell(row)), decimal_text(row["value"], row["scale"])
        most = decimal_said(Fraction(row["most"], 10**PLACES))
        apart = decimal_said(Fraction(row["value"], 10 ** row["scale"]) - Fraction(row["most"], 10**PLACES))
        yield template.finding(
            row, left=value, op="<=", right=most, difference=apart,
            zh=f"{name.zh} {value}，超过该级单位可能的最大值 {most}，请核对",
            en=f"{name.en} {value} is more than any such unit has ({most}); please check",
        )  # fmt: skip
