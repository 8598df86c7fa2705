"""Cumulated over periods: flows are summed, of a stock the last one stands, and the distinct are never added."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator, RatioPart
from tiersync.rules.comparing.values import WHOLE, half_up, power

SUMMED, LAST, NOT_ADDED = "summed", "last", "not_addable"
BY_KIND = {"flow": SUMMED, "stock": LAST, "distinct": NOT_ADDED, "declared": NOT_ADDED}
FIGURE = ("indicator", "unit", "breakdown")
SIDES = ("value", "above", "below")


def ways_of(catalogue: Catalogue, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """How each indicator is cumulated: its value, or both numbers of its pair."""
    return {code: _way(catalogue, catalogue.by_code[code]) for code in codes if code in catalogue.by_code}


def _way(catalogue: Catalogue, indicator: Indicator) -> tuple[str, str]:
    if indicator.measure != "ratio":
        return (BY_KIND.get(indicator.kind, NOT_ADDED), "")
    if indicator.pair:
        return _of_part(indicator.pair.numerator), _of_part(indicator.pair.denominator)
    sides = [catalogue.by_code.get(code) for code in (indicator.numerator, indicator.denominator)]
    above, below = (BY_KIND.get(one.kind, NOT_ADDED) if one else NOT_ADDED for one in sides)
    return above, below


def _of_part(part: RatioPart) -> str:
    """A number that is counted for its ratio alone: what happened during the period is a flow."""
    if part.measure == "distinct":
        return NOT_ADDED
    happens = part.measure == "intervals" or any(one.during for one in part.where)
    return SUMMED if happens else LAST


def cumulated(values: pl.DataFrame, periods: Sequence[str], ways: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    """What figures come to over `periods`, in order: a row for each indicator, unit and breakdown that any of them has.

    A flow of which a period is missing or incomplete is at least what the others come to, and says so; a stock that is
    missing at the end is missing. `status` is not_addable where adding says nothing.
    """
    rows = [(code, *way) for code, way in ways.items()]
    named = pl.DataFrame(rows, schema={"indicator": pl.String, "way": pl.String, "way_below": pl.String}, orient="row")
    known = _at_one_scale(values.filter(pl.col("period").is_in(list(periods)))).join(named, on="indicator")
    sums = known.group_by(FIGURE).agg(
        *(pl.col(side).sum().alias(f"{side}_sum") for side in SIDES),
        *(pl.col(side).filter(pl.col("period") == periods[-1]).first().alias(f"{side}_last") for side in SIDES),
        pl.col("value").count().cast(pl.Int64).alias("there"),
        (pl.col("value").is_not_null() & (pl.col("status") != "partial")).sum().cast(pl.Int64).alias("whole"),
        pl.col("status").filter(pl.col("period") == periods[-1]).first().alias("last_status"),
        pl.col("places").max(), pl.col("above_scale").max(), pl.col("below_scale").max(),
        pl.col("way").first(), pl.col("way_below").first(), pl.col("factor").first(),
    )  # fmt: skip
    return _made(sums, len(periods)).select(*FIGURE, "value", "places", "status", "there")


def _at_one_scale(values: pl.DataFrame) -> pl.DataFrame:
    """The same with the numbers of all pairs of an indicator in units of one scale, so that they can be added."""
    most = {scale: pl.col(scale).max().over("indicator") for scale in ("above_scale", "below_scale")}
    return values.with_columns(
        *((pl.col(side) * power(most[f"{side}_scale"] - pl.col(f"{side}_scale"))) for side in ("above", "below")),
        **most,
    )


def _made(sums: pl.DataFrame, periods: int) -> pl.DataFrame:
    is_added = (pl.col("way") != NOT_ADDED) & (pl.col("way_below") != NOT_ADDED)
    any_sum = (pl.col("way") == SUMMED) | (pl.col("way_below") == SUMMED)
    last_there, is_ratio = pl.col("last_status").is_not_null() & pl.col("value_last").is_not_null(), _is_ratio()
    lacks_last = ((pl.col("way") == LAST) | (pl.col("way_below") == LAST)) & ~last_there
    value = pl.when(is_ratio).then(_quotient()).otherwise(_side("value", "way"))
    lacks = ~is_added | lacks_last | (pl.col("there") == 0)
    incomplete = pl.when(any_sum).then(pl.col("whole") < periods).otherwise(pl.col("last_status") == "partial")
    status = (
        pl.when(~is_added).then(pl.lit(NOT_ADDED))
        .when(lacks_last | (pl.col("there") == 0)).then(pl.lit("missing"))
        .when(incomplete).then(pl.lit("partial")).when(any_sum).then(pl.lit("ok")).otherwise("last_status")
    )  # fmt: skip
    return sums.with_columns(value=pl.when(~lacks).then(value).cast(WHOLE), status=status)


def _is_ratio() -> pl.Expr:
    return pl.col("way_below") != ""


def _side(side: str, way: str) -> pl.Expr:
    return pl.when(pl.col(way) == SUMMED).then(f"{side}_sum").otherwise(f"{side}_last")


def _quotient() -> pl.Expr:
    above = pl.col("factor") * _side("above", "way") * power(pl.col("below_scale").fill_null(0) + pl.col("places"))
    return half_up(above, _side("below", "way_below") * power(pl.col("above_scale").fill_null(0)))
