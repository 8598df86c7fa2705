"""The rules alone against the slow plain count of tests/stories: many more districts than workers could read."""

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rules.made_snapshots import rows
from tests.stories.compared import COMPARED, PERIODS, cells_of, different, told, units_of
from tests.stories.known import DISTRICT, OTHER, STREET
from tests.stories.made_district import days_of, districts
from tests.stories.plain_count import own_cells, total_cells
from tests.stories.plain_hearing import below
from tests.stories.plain_known import first_noted
from tests.stories.plain_persons import listen
from tests.stories.plain_world import World, living_units
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.counting.counting import by_unit
from tiersync.model.adjustment import UNADJUSTED
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cells
from tiersync.model.period import Period, Span
from tiersync.model.spoken import Spoken, joined
from tiersync.model.unit import Unit
from tiersync.rules.counting.aggregate import aggregate
from tiersync.rules.counting.sheet import lay_out
from tiersync.rules.persons.duplicates import duplicates
from tiersync.rules.rows.doubled import mark_doubled
from tiersync.rules.sources.short import short_lists
from tiersync.rules.sources.sources import Sources
from tiersync.rules.sources.strays import Scene, find_strays, open_gaps
from tiersync.rules.totals.roll_up import PartCells, roll_up

EXAMPLES = int(os.environ.get("PLAIN_RULES", "30"))


@settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES <= 50, deadline=None, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(districts(), st.sampled_from(PERIODS))
def test_the_rules_count_as_one_row_and_cell_at_a_time_does(made: dict[str, Any], period: str) -> None:
    heard = listen(made["units"], made["streams"])
    world = World(made["units"], heard, days_of(period), made["nil"], DISTRICT)
    plain = {unit: own_cells(world, unit) for unit in living_units(world)}
    own, totals = counted(world, period)
    wrong = [(unit, "own", *one) for unit, cells in plain.items() for one in different(cells, cells_of(own.get(unit)))]
    for unit in (STREET, OTHER, DISTRICT):
        said = {key: tuple(cell) for key, cell in total_cells(world, unit, plain).items()}
        wrong += [(unit, "total", *one) for one in different(said, cells_of(totals[unit], counted=True))]
    assert not wrong, f"{period}: {len(wrong)} cells differ (cell: plain count, program): {told(wrong)}"


def counted(world: World, name: str) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """The own cells of every living unit, and the totals of streets and district, as the rules make them."""
    catalogue, period = catalogue_of(units_of(world.units)), Period(name)
    form = catalogue.form({"Y": "aging-year", "Q": "aging-quarter"}[period.kind])
    asked = {code: tiers for code, tiers in form.entries.items() if code in COMPARED}
    form = form.model_copy(update={"entries": asked})
    units, tree = sorted(living_units(world)), catalogue.tree.on(period.last_day)
    frames, sources = frames_of(world), sources_of(world)
    short = short_lists(catalogue.tree, frames, sources)
    sources = replace(sources, short=frozenset((one.record, one.unit) for one in short))
    cells = aggregate(catalogue, form, period, units, frames, sources)
    twice = duplicates(lay_out(catalogue, form, period, units), frames, cells)
    strays = find_strays(Scene(catalogue, form, period, units), frames, sources)
    own = dict(by_unit(open_gaps(Scene(catalogue, form, period, units), cells, strays)))
    totals: dict[str, Cells] = {}
    for upper in (STREET, OTHER, DISTRICT):
        parts = [PartCells(upper, "own", own[upper])] if upper in own else []
        for child in tree.children(upper):
            part = PartCells(child, "total", totals[child]) if child in totals else PartCells(child, "own", own[child])
            parts.append(part)
        totals[upper] = roll_up(catalogue, form, upper, tree, parts, twice.get(upper, UNADJUSTED))
    return own, totals


@cache
def catalogue_of(units: tuple[Unit, ...]) -> Catalogue:
    return packaged_catalogue(DISTRICT, units)


def frames_of(world: World) -> dict[str, pl.DataFrame]:
    """The rows of every record type as snapshots hold them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in world.heard:
        found.setdefault(one["record"], []).extend(as_held(one["record"], row) for row in one["rows"])
    frames = {}
    for record, held in found.items():
        places = [{name: row.pop(name, None) for name in ("place_file", "place_row", "listed_on")} for row in held]
        schema = {"place_file": pl.String, "place_row": pl.UInt32, "listed_on": pl.Date}
        frames[record] = rows(record, *held).hstack(pl.DataFrame(places, schema=schema))
    if "senior" in frames:
        frames["senior"] = mark_doubled(frames["senior"].drop("counts"))
    return frames


def as_held(record: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row with what the program makes of its number, under the names of the record."""
    number, unit = row["person"], "residence_unit" if record == "senior" else "unit"
    file, line = row["place"]
    made = {unit: row["unit"], "place_file": file, "place_row": line}
    if record != "activity":
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        made |= {"person_key": number, "birth_date": born, "sex": "1" if int(number[16]) % 2 else "2"}
    fields = {name: value for name, value in row.items() if name not in NOT_HELD and not name.startswith("senior:")}
    if fields.get("amount") is not None:
        fields["amount"] = Decimal(fields["amount"]) / 100
    if record == "benefit":
        fields.pop("hukou_kind", None)
    return fields | made


NOT_HELD = ("person", "unit", "place", "line", "key", "refused", "counts")


def sources_of(world: World) -> Sources:
    """What the streams tell, as the program keeps it."""
    spoken = tuple(spoken_of(world, place, one) for place, one in enumerate(world.heard))
    waiting: dict[str, dict[str, int]] = {}
    unplaced: dict[str, dict[str, int]] = {}
    for one, row in [(each, row) for each in world.heard for row in each["refused"]]:
        where = waiting if row["unit"] else unplaced
        units, unit = where.setdefault(one["record"], {}), row["unit"] or one["plugin"]
        units[unit] = units.get(unit, 0) + 1
    within = {one["plugin"]: frozenset(below(world.units, one["plugin"])) for one in world.heard}
    return Sources(DISTRICT, spoken, world.nil, waiting, unplaced, within=within)


def since_of(one: dict[str, Any], unit: str) -> date | None:
    """The year since when a list notes who leaves a unit."""
    noted = first_noted(one, unit)
    return None if noted == date.max else noted


def spoken_of(world: World, place: int, one: dict[str, Any]) -> Spoken:
    always = {"senior": ("residence_unit", "id_number"), "benefit": ("unit", "id_number", "benefit_id")}
    fields = one["fields"] | {*always.get(one["record"], ("unit", "activity_id"))}
    spans = [Span(first, last) for first, last in one["spans"] if first <= last]
    carried = {unit: sum(row["unit"] == unit for row in one["rows"]) for unit in one["carried"]}
    return Spoken(
        stream=f"{place}/{one['record']}", record=one["record"], unit=one["plugin"], covers=one["covers"],
        fields=frozenset(fields), constants=one["constants"], units=one["units"], carried=carried, as_of=one["as_of"],
        since=since_of(one, ""), noted={unit: day for unit in one["units"] if (day := since_of(one, unit))},
        says={name: frozenset(codes) for name, codes in one["says"].items()}, spans=tuple(joined(spans)),
    )  # fmt: skip
