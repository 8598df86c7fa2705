"""Values: one exact whole number for each figure, ratios made from their pairs, as they are shown and compared."""

from collections.abc import Iterable

import polars as pl

from tiersync.model.cell import Status
from tiersync.model.indicator import Indicator

KEY = ("indicator", "unit", "breakdown", "period")
WHOLE = pl.Int128()
VALUES = pl.Schema(
    {
        **dict.fromkeys(KEY, pl.String()), "report": pl.Int64(), "value": WHOLE, "places": pl.Int64(),
        "status": pl.String(), "expected": pl.Int64(), "present": pl.Int64(), "bounds": pl.String(),
        "above": WHOLE, "above_scale": pl.Int64(), "below": WHOLE, "below_scale": pl.Int64(), "factor": WHOLE,
    }
)  # fmt: skip
"""`value` is so many units of 10**-places; a ratio has both numbers of its pair, and its factor, too"""
STATUSES = [str(status) for status in Status]
HUNDREDTHS = 2
TEN = pl.lit(10, dtype=WHOLE)


def values_of(cells: pl.DataFrame, indicators: Iterable[Indicator]) -> pl.DataFrame:
    """The figures of cells that name their period, in columns of VALUES. All of one indicator have the same places, so
    that 1.5 and 1.50 are alike; a ratio is rounded as it is shown."""
    ways = _ways(indicators)
    plain = _plain(cells.filter(pl.col("measure") == "value").join(ways, on="indicator", how="left"))
    ratios = _ratios(cells, ways)
    return pl.concat([plain.select(*VALUES), ratios.select(*VALUES)]).cast(VALUES)


def at_same_places(values: pl.DataFrame) -> pl.DataFrame:
    """The same where all figures of an indicator have the same places, wherever they came from."""
    most = pl.col("places").max().over("indicator")
    return values.with_columns(value=pl.col("value") * power(most - pl.col("places")), places=most)


def _ways(indicators: Iterable[Indicator]) -> pl.DataFrame:
    schema = pl.Schema({"indicator": pl.String(), "decimals": pl.Int64(), "factor": WHOLE})
    return pl.DataFrame([(one.code, one.decimals, one.factor) for one in indicators], schema=schema, orient="row")


def _plain(cells: pl.DataFrame) -> pl.DataFrame:
    places = pl.max_horizontal("decimals", pl.col("scale").max().over("indicator")).cast(pl.Int64)
    none, number = pl.lit(None, dtype=WHOLE), pl.lit(None, dtype=pl.Int64)
    return cells.with_columns(
        places=places,
        value=pl.col("value").cast(WHOLE) * power(places - pl.col("scale")),
        above=none, below=none, above_scale=number, below_scale=number,
    )  # fmt: skip


def _ratios(cells: pl.DataFrame, ways: pl.DataFrame) -> pl.DataFrame:
    """Each pair as one figure: the worse status, the smaller present, the larger expected."""
    numbers = ("value", "scale", "status", "expected", "present")
    sides = [
        cells.filter(pl.col("measure") == which).select(*KEY, "report", pl.col(numbers).name.suffix(f"_{which}"))
        for which in ("numerator", "denominator")
    ]
    pairs = sides[0].join(sides[1], on=[*KEY, "report"], how="inner").join(ways, on="indicator", how="left")
    made = pairs.with_columns(
        places=pl.col("decimals"),
        above=pl.col("value_numerator").cast(WHOLE), above_scale=pl.col("scale_numerator").cast(pl.Int64),
        below=pl.col("value_denominator").cast(WHOLE), below_scale=pl.col("scale_denominator").cast(pl.Int64),
        expected=pl.max_horizontal("expected_numerator", "expected_denominator"),
        present=pl.min_horizontal("present_numerator", "present_denominator"),
        status=_worse(pl.col("status_numerator"), pl.col("status_denominator")), bounds=pl.lit(""),
    )  # fmt: skip
    return made.with_columns(value=ratio()).with_columns(
        status=pl.when(pl.col("value").is_null() & pl.col("above").is_not_null() & pl.col("below").is_not_null())
        .then(pl.lit(str(Status.NOT_APPLICABLE)))
        .otherwise("status")
    )


def ratio() -> pl.Expr:
    """factor x above / below at the places that are shown; nothing where nothing is below."""
    above = pl.col("factor") * pl.col("above") * power(pl.col("below_scale") + pl.col("places"))
    return half_up(above, pl.col("below") * power(pl.col("above_scale")))


def half_up(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """above / below, rounded half away from nothing; null where below is 0."""
    rounded = (above.abs() * 2 + below.abs()) // (below.abs() * 2)
    return pl.when(below != 0).then(rounded * above.sign() * below.sign())


def power(exponent: pl.Expr) -> pl.Expr:
    """10 to the power of a small whole number, exactly."""
    return TEN.pow(exponent.cast(pl.UInt32))


def _worse(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    places = [side.replace_strict(STATUSES, list(range(len(STATUSES))), return_dtype=pl.Int64) for side in (one, other)]
    return pl.max_horizontal(places).replace_strict(list(range(len(STATUSES))), STATUSES, return_dtype=pl.String)
