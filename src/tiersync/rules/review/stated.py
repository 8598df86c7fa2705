"""Ratios that somebody states beside their two numbers (V04), and the whole that a share implies (V14)."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import polars as pl

from tiersync.model.bounds import read_bounds
from tiersync.model.cell import Status
from tiersync.model.indicator import Indicator
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.review.columns import IS_VALUE
from tiersync.rules.review.compared.exact import Extent, decimal_said, evaluate, is_broken, of_number
from tiersync.rules.review.compared.links import quotient_of
from tiersync.rules.review.found import Template, findings
from tiersync.rules.review.words import cell_words, row_cell

PLACE = ("unit", "part", "breakdown")
BOTH = ("numerator", "denominator")
DIGITS = 60  # more than any figure has
NUMBER = pl.struct("value", "scale", "bounds", "status")


def stated_otherwise(template: Template) -> pl.DataFrame:
    """Stated ratios that are not what their pair comes to, within half a unit of their last printed place."""
    ratios = _stated(template, (one for one in template.indicators if one.measure == "ratio"))
    return findings(found for one in ratios for found in _recomputed(template, one))


def _recomputed(template: Template, ratio: Indicator) -> Iterator[dict[str, str]]:
    cells = template.figures.cells
    for row in _beside(cells, ratio.code, [(ratio.code, measure) for measure in BOTH]).iter_rows(named=True):
        numbers = {row_cell(row | {"measure": name}): _extent(row[name]) for name in BOTH}
        found = evaluate(quotient_of(ratio, row_cell(row)), numbers)
        stated, name = _share(row), cell_words(template.review.catalogue, row_cell(row))
        value = decimal_text(row["value"], row["scale"])
        if found is None:
            zh, en = (
                f"{name.zh} 填报 {value}，而分母为 0，应无值",
                f"{name.en} {value} has a denominator of 0, and no value",
            )
            yield template.finding(row, left=value, op="=", zh=zh, en=en)
        elif is_broken(of_number(stated.value), "=", found, Fraction(1, 2 * 10 ** row["scale"])):
            again = printed(found.value, row["scale"])
            apart = decimal_said(abs(Fraction(again) - stated.value))
            zh = f"{name.zh} 填报 {value}，按分子、分母重算为 {again}，相差 {apart}"
            en = f"{name.en} is stated as {value} and comes to {again}; the difference is {apart}"
            yield template.finding(row, left=value, op="=", right=again, difference=apart, zh=zh, en=en)


def implies_otherwise(template: Template) -> pl.DataFrame:
    """Shares that imply another whole than the one that is stated beside them: 890,000 at 16 % are 5,562,500 people."""
    shares = _stated(template, (one for one in template.indicators if one.is_quotient and one.factor == 100))
    return findings(found for one in shares for found in _implied(template, one))


def _implied(template: Template, ratio: Indicator) -> Iterator[dict[str, str]]:
    numbers = [(ratio.numerator, "value"), (ratio.denominator, "value")]
    catalogue = template.review.catalogue
    for row in _beside(template.figures.cells, ratio.code, numbers).iter_rows(named=True):
        whole, found = _extent(row["denominator"]), implied_whole(_extent(row["numerator"]), _share(row))
        if found is None or not is_broken(whole, "=", found, Fraction(0)):
            continue
        about = row | {"indicator": ratio.denominator}
        name, share = (cell_words(catalogue, row_cell(one)) for one in (about, row))
        said, other = decimal_said(whole.value), printed(found.value, 0)
        yield template.finding(
            about, left=said, op="=", right=other, difference=decimal_said(abs(whole.value - Fraction(other))),
            zh=f"{name.zh} 填报 {said}，而由{share.zh}反推为 {other}",
            en=f"{name.en} is stated as {said}, and {share.en} implies {other}",
        )  # fmt: skip


def implied_whole(part: Extent, share: Extent) -> Extent | None:
    """The whole of which `part` is `share` percent, with what the rounding of both allows; None of no share."""
    if share.value <= 0 or share.high is None:
        return None
    least = None if part.low is None else 100 * part.low / share.high
    most = None if part.high is None or not share.low else 100 * part.high / share.low
    return Extent(100 * part.value / share.value, least, most)


def printed(number: Fraction, places: int) -> str:
    """A number rounded to so many places, half away from 0, as it is printed."""
    with localcontext() as context:
        context.prec = DIGITS
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def _stated(template: Template, ratios: Iterable[Indicator]) -> Iterator[Indicator]:
    """Those of which somebody states the value, which is rare: a ratio is its two numbers."""
    wanted = {one.code: one for one in ratios}
    values = template.figures.cells.filter(pl.col("indicator").is_in([*wanted]) & IS_VALUE)
    yield from (wanted[code] for code in values["indicator"].unique().sort())


def _beside(cells: pl.DataFrame, ratio: str, numbers: list[tuple[str, str]]) -> pl.DataFrame:
    """The stated values of a ratio that has both of these (indicator, measure) in the same report, with them."""
    held = cells.filter(pl.col("value").is_not_null())
    found = held.filter((pl.col("indicator") == ratio) & (pl.col("measure") == "value"))
    for name, (code, measure) in zip(BOTH, numbers, strict=True):
        one = held.filter((pl.col("indicator") == code) & (pl.col("measure") == measure))
        found = found.join(one.select(*PLACE, NUMBER.alias(name)), on=PLACE, maintain_order="left")
    return found


def _share(row: dict[str, Any]) -> Extent:
    value, unit = Fraction(row["value"]), 10 ** row["scale"]
    half = Fraction(1, 2)
    return Extent(value / unit, (value - half) / unit, (value + half) / unit)


def _extent(number: dict[str, Any]) -> Extent:
    low, high = read_bounds(number["bounds"] or "", number["value"])
    high = None if number["status"] == Status.PARTIAL else high
    unit = 10 ** number["scale"]
    ends = (None if end is None else Fraction(end, unit) for end in (low, high))
    return Extent(Fraction(number["value"], unit), *ends)
