"""Made-up figures of one indicator, as the cells of reports that name their period."""

from collections.abc import Iterable

import polars as pl

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.comparing.beside import without_flash
from tiersync.rules.comparing.cumulated import ways_of
from tiersync.rules.comparing.side_by_side import LinesAsked, side_by_side
from tiersync.rules.comparing.values import values_of

CATALOGUE = packaged_catalogue()
UNIT, PARENT = "371402001001", "371402001000"
CELL = {
    "indicator": pl.String, "unit": pl.String, "breakdown": pl.String, "period": pl.String, "report": pl.Int64,
    "measure": pl.String, "value": pl.Int64, "scale": pl.Int64, "status": pl.String, "expected": pl.Int64,
    "present": pl.Int64, "bounds": pl.String, "part": pl.String,
}  # fmt: skip
Made = tuple[object, ...]


def cell(
    indicator: str, period: str, value: int | None, measure: str = "value", unit: str = UNIT, scale: int = 0,
    status: str = "", present: int = 1, expected: int = 1,
) -> Made:  # fmt: skip
    said = status or ("missing" if value is None else "ok")
    return indicator, unit, "", period, 1, measure, value, scale, said, expected, present, "", "own"


def pair(indicator: str, period: str, above: int | None, below: int | None, **named: object) -> list[Made]:
    """A ratio's two numbers."""
    sides = (("numerator", above), ("denominator", below))
    return [cell(indicator, period, value, measure, **named) for measure, value in sides]  # type: ignore[arg-type]


def frame(cells: Iterable[Made]) -> pl.DataFrame:
    return pl.DataFrame(list(cells), schema=CELL, orient="row")


def values(cells: Iterable[Made], *indicators: Indicator) -> pl.DataFrame:
    return values_of(frame(cells), indicators or CATALOGUE.indicators)


def lines(cells: Iterable[Made], shown: str, *shows: str, units: Iterable[str] = (UNIT,)) -> list[dict[str, object]]:
    """The lines of one period, with what stands beside."""
    made = without_flash(values(cells))
    codes = tuple(dict.fromkeys(made["indicator"]))
    points = frozenset(code for code in codes if CATALOGUE.by_code[code].measured_in == "%")
    places = LinesAsked(
        codes, points, ("",), {Period(shown): dict.fromkeys(units, PARENT)}, frozenset({"this", *shows})
    )
    periods = {str(period) for period in places.periods()} | {str(one) for one in made["period"]}
    digests = pl.DataFrame(
        [(code, period, CATALOGUE.figures[code]) for code in codes for period in sorted(periods)],
        schema={"indicator": pl.String, "period": pl.String, "digest": pl.String}, orient="row",
    )  # fmt: skip
    return side_by_side(places, made, digests, ways_of(CATALOGUE, codes)).to_dicts()
