"""What offices declare because no record underlies it: the population, last year's seniors, staff, funds."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from tiersync.example.people.beside import SENIOR
from tiersync.example.plan.places import DISTRICT, Places
from tiersync.example.plan.plan import Plan
from tiersync.example.plan.shares import share_out

Stated = tuple[str, str, str, str, int, str]  # unit, indicator, period, dims, value, role

DECLARED: Mapping[str, tuple[str, Sequence[int]]] = {  # indicator: the fact, and how the tiers share in it
    "A03": ("printed", (1, 2, 3, 4)),
    "F06": ("grants_yuan", (1, 3)),
    "F07": ("grants_homes", (1, 5)),
    "G01": ("documents", (1, 6, 8)),
    "G02": ("tasks", (1, 6, 8)),
    "G05": ("funds_yuan", (2, 5, 3)),
    "R01": ("awards", (1, 5)),
    "S05": ("volunteers", (0, 0, 0, 1)),
    "W03": ("staff", (1, 5, 20, 63)),
}
PROJECTED = "2020"
TARGET = {"numerator": 3730, "denominator": 3700}  # Coverage in hundredths of a per cent: 37.30 % of 37 % or more.


def figures(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """All figures that units declare."""
    stated = [*_population(people, places, plan), *_last_year(places, plan), *_others(places, plan)]
    columns = ["unit", "indicator", "period", "dims", "value", "value_role"]
    rows = pl.DataFrame(stated, schema=dict.fromkeys(columns, pl.String) | {"value": pl.Int64}, orient="row")
    return rows.with_columns(
        office=pl.col("unit"),
        figure_id=pl.format("{}-{}-{}-{}", "unit", "indicator", "period", pl.int_range(pl.len()) + 1),
    )


def _population(people: pl.DataFrame, places: Places, plan: Plan) -> Iterator[Stated]:
    """Everybody registered in each community, by sex and by registration as the seniors are."""
    rural = _by_home(people.filter((pl.col("kind") == SENIOR) & (pl.col("hukou_kind") == "1")), places)
    population = places.spread(plan.count("population"))
    for unit, whole, seniors, villagers in zip(places.communities, population, places.seniors, rural, strict=True):
        men, women = share_out(whole, [1, 1])
        farmers, others = share_out(whole, [villagers, seniors - villagers])
        parts = {"": whole, "sex=1": men, "sex=2": women, "hukou_kind=1": farmers, "hukou_kind=2": others}
        for dims, value in parts.items():
            yield unit, "P01", "2013", dims, value, "actual"


def _by_home(people: pl.DataFrame, places: Places) -> list[int]:
    counts = dict(people.group_by("home").len().iter_rows())
    return [counts.get(number, 0) for number in range(len(places.communities))]


def _last_year(places: Places, plan: Plan) -> Iterator[Stated]:
    """The seniors of 2012, of whom there are no records: what coverage was measured against."""
    for unit, value in zip(places.communities, places.spread(plan.count("seniors_2012")), strict=True):
        yield unit, "P02", "2012", "", value, "actual"


def _others(places: Places, plan: Plan) -> Iterator[Stated]:
    """What city, districts, streets and communities declare of their own work, and what they expect."""
    for indicator, (fact, weights) in DECLARED.items():
        for depth, total in enumerate(share_out(plan.count(fact), list(weights))):
            if weights[depth]:
                for unit, value in places.spread_to(depth, total).items():
                    yield unit, indicator, "2013", "", value, "actual"
    for unit in places.districts:
        yield unit, "B07", "2013", "", 1, "actual"
    for unit, value in places.spread_to(DISTRICT, plan.count("tasks")).items():
        yield unit, "G03", "2013", "measure=numerator", value - value // 10, "actual"
        yield unit, "G03", "2013", "measure=denominator", value, "actual"
    for measure, value in TARGET.items():
        yield places.tree.top, "G06", "2013", f"measure={measure}", value, "actual"
    for unit, value in places.spread_to(DISTRICT, plan.count("projected_2020")).items():
        yield unit, "P13", "2013", f"target_year={PROJECTED}", value, "projection"
