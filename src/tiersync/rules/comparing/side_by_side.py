"""Lines side by side: each indicator, unit, breakdown and period that is shown, with all that stands beside it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from tiersync.model.period import Period
from tiersync.rules.comparing.beside import AMONG, grown, ranked, shared
from tiersync.rules.comparing.cumulated import FIGURE, cumulated
from tiersync.rules.comparing.periods import before, year_before, year_so_far
from tiersync.rules.comparing.values import KEY

SHOWS = ("this", "last", "year", "growth", "share", "rank", "cumulated")
LAST, YEAR = "last", "year"
NAMED = pl.Schema({"indicator": pl.String, "period": pl.String, "digest": pl.String})


class LinesAsked(NamedTuple):
    """What is shown: the indicators and those measured in percent, breakdowns that are shown whether or not anything
    is held of them, and in each period the units, each with its parent."""

    indicators: tuple[str, ...]
    in_points: frozenset[str]
    breakdowns: tuple[str, ...]
    units: Mapping[Period, Mapping[str, str]]
    shows: frozenset[str]

    def bases(self) -> dict[str, dict[Period, Period]]:
        """The periods that figures are compared with, by the period that is shown."""
        last = {one: before(one) for one in self.units} if self.shows & {LAST, "growth"} else {}
        year = {one: base for one in self.units if (base := year_before(one))} if self.shows & {YEAR, "growth"} else {}
        return {LAST: last, YEAR: year}

    def periods(self) -> dict[Period, frozenset[str]]:
        """Every period that has to be read, and the units that figures are needed of."""
        needed: dict[Period, dict[int, Mapping[str, str]]] = {}
        for period, units in self.units.items():
            others = [base[period] for base in self.bases().values() if period in base]
            others += year_so_far(period) if "cumulated" in self.shows else ()
            for one in (period, *others):
                needed.setdefault(one, {})[id(units)] = units  # The same ones for most periods.
        known = {id(units): self._with_parents(units) for units in self.units.values()}
        return {
            period: known[next(iter(of))] if len(of) == 1 else frozenset[str]().union(*(known[one] for one in of))
            for period, of in sorted(needed.items())
        }

    def _with_parents(self, units: Mapping[str, str]) -> frozenset[str]:
        return frozenset(units) | (frozenset(units.values()) - {""} if "share" in self.shows else frozenset())


def side_by_side(
    places: LinesAsked, held: pl.DataFrame, digests: pl.DataFrame, ways: Mapping[str, tuple[str, str]]
) -> pl.DataFrame:
    """The lines that are shown, in order of indicator as asked, unit, breakdown and period. `held` are the figures of
    all periods; `digests` say by which definition each indicator stands in each period."""
    lines = _grid(places, held).join(held, on=KEY, how="left").join(digests, on=["indicator", "period"], how="left")
    lines = lines.with_columns(
        pl.col("status").fill_null("missing"),
        pl.col("is_flash").fill_null(False),
        places=pl.col("places").max().over("indicator"),
        in_points=pl.col("indicator").is_in(places.in_points),
    )
    for name, bases in places.bases().items():
        if bases:
            lines = _with_base(lines, held.join(digests, on=["indicator", "period"], how="left"), bases, name)
            lines = grown(lines, name)
    lines = _with_share(lines, held) if "share" in places.shows else lines
    lines = ranked(lines) if "rank" in places.shows else lines
    lines = _with_cumulated(lines, held, places.units, ways) if "cumulated" in places.shows else lines
    order = {code: at for at, code in enumerate(places.indicators)}
    at = pl.col("indicator").replace_strict(list(order), list(order.values()), return_dtype=pl.Int64)
    return lines.sort(at, "unit", "breakdown", "period")


def _grid(places: LinesAsked, held: pl.DataFrame) -> pl.DataFrame:
    """Every combination that is shown."""
    of_units = [(str(period), unit, parent) for period, units in places.units.items() for unit, parent in units.items()]
    units = pl.DataFrame(of_units, schema=dict.fromkeys(("period", "unit", "parent"), pl.String), orient="row")
    asked = [(code, breakdown) for code in places.indicators for breakdown in places.breakdowns]
    named = pl.DataFrame(asked, schema=dict.fromkeys(("indicator", "breakdown"), pl.String), orient="row")
    return pl.concat([named, held.select("indicator", "breakdown")]).unique().join(units, how="cross")


def _with_base(lines: pl.DataFrame, held: pl.DataFrame, bases: Mapping[Period, Period], name: str) -> pl.DataFrame:
    """`lines` with the figure of another period, its columns named after it."""
    rows = [(str(period), str(base)) for period, base in bases.items()]
    named = pl.DataFrame(rows, schema={"period": pl.String, f"{name}_period": pl.String}, orient="row")
    of = held.select(
        *FIGURE, pl.col("period").alias(f"{name}_period"),
        *(pl.col(column).alias(f"{name}_{column}") for column in BASE),
    )  # fmt: skip
    return lines.join(named, on="period", how="left").join(of, on=[*FIGURE, f"{name}_period"], how="left")


BASE = ("value", "status", "expected", "present", "bounds", "digest")


def _with_share(lines: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    of = held.select(
        *AMONG, pl.col("unit").alias("parent"),
        pl.col("value").alias("parent_value"), pl.col("status").alias("parent_status"),
    )  # fmt: skip
    return shared(lines.join(of, on=[*AMONG, "parent"], how="left"))


def _with_cumulated(
    lines: pl.DataFrame, held: pl.DataFrame, periods: Iterable[Period], ways: Mapping[str, tuple[str, str]]
) -> pl.DataFrame:
    found = []
    for period in periods:
        so_far = [str(one) for one in year_so_far(period)]
        sums = cumulated(held, so_far, ways).rename(
            {name: f"sum_{name}" for name in ("value", "places", "status", "there")}
        )
        found.append(sums.with_columns(period=pl.lit(str(period)), sum_of=pl.lit(len(so_far), dtype=pl.Int64)))
    return lines.join(pl.concat(found), on=[*FIGURE, "period"], how="left")
