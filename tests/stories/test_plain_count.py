"""Every cell of a made-up district, value and status, is what a slow plain count by the rules says."""

import ast
import os
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.stories.compared import PERIODS, cells_of, different, told, units_of
from tests.stories.known import District
from tests.stories.made_district import FIRST, SECOND, days_of, districts, lay_out
from tests.stories.made_nodes import joined_in_time, two_nodes, worlds
from tests.stories.plain_count import all_own_cells, total_cells
from tests.stories.plain_hearing import below, speaks
from tests.stories.plain_world import World, living_units
from tiersync.errors import TooDirty

EXAMPLES = int(os.environ.get("PLAIN_COUNTS", "3"))
ALIKE: dict[str, Any] = {
    "derandomize": EXAMPLES <= 3, "deadline": None, "database": None, "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}  # fmt: skip
PLAIN = sorted(path.stem for path in Path(__file__).parent.glob("plain_*.py"))


@pytest.mark.parametrize("module", PLAIN)
def test_the_plain_count_imports_nothing_of_the_program(module: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    ours = {name for name in named if name and name.partition(".")[0] in ("tiersync", "tests")}
    assert ours <= {f"tests.stories.{one}" for one in PLAIN}


@settings(max_examples=EXAMPLES, **ALIKE)
@given(districts(), st.sets(st.sampled_from(PERIODS), min_size=2, max_size=3))
def test_every_cell_is_what_the_rules_say(made: dict[str, Any], periods: set[str]) -> None:
    play(made, sorted(periods))


@settings(max_examples=max(2, EXAMPLES // 2), **ALIKE)
@given(two_nodes(), st.sets(st.sampled_from(PERIODS), min_size=2, max_size=2))
def test_every_cell_of_two_nodes_is_what_the_rules_say_at_each(made: dict[str, Any], periods: set[str]) -> None:
    """But for units of which a node that joined late files nothing, where the district filed before: joined_in_time."""
    play(joined_in_time(made, min(periods)), sorted(periods))


def play(made: dict[str, Any], periods: list[str]) -> None:
    """Every node pushes, the lower first, and each holds what the rules say."""
    with TemporaryDirectory() as folder:
        offices = push_all(made, periods, Path(folder))
        for period in periods:
            world = worlds(made, days_of(period))
            for office, node in zip(offices, (*world.joined, world), strict=True):
                compare(office, node, period)


def push_all(made: dict[str, Any], periods: list[str], folder: Path) -> list[District]:
    """Both runs of every stream, and the periods counted after the last; the node below first, once it has joined."""
    offices = [(District(folder / "district", units=units_of(made["units"]), nil=made["nil"]), made)]
    for day in (FIRST, SECOND):
        now = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        child = made.get("child")
        if child and child["joins"] == day:
            lower = District(folder / "lower", home=child["home"], nil=child["nil"], above=offices[0][0], joined=now)
            offices.insert(0, (lower, child))
        for office, made_of in offices:
            read(office, made_of["streams"], day)
        for period, (office, _) in product(periods if day == SECOND else periods[:1], offices):
            done = office.push(period, now)
            assert {type(error) for error in done.failed} <= {TooDirty}
    return [office for office, _ in offices]


def read(office: District, streams: list[dict[str, Any]], day: date) -> None:
    """The sources of an office as they are on a day."""
    for stream in streams:
        lay_out(office, stream, [run for run in stream["runs"] if run["day"] <= day][-1])


def compare(office: District, world: World, period: str) -> None:
    """Both counts of one period, cell by cell, as one node holds them."""
    own = all_own_cells(world)
    wrong = []
    for unit in below(world.units, world.home):
        cells, report = own.get(unit, {}), office.report(unit, period)
        was_told = report is None or report.replaces  # What was once filed is filed again as missing.
        assert was_told or is_told_of(world.of(unit), unit), f"{unit} files for {period}, and nobody tells of it"
        wrong += [(unit, "own", *one) for one in different(cells, cells_of(report and report.cells))]
    for unit in {one["parent"] for one in world.units if one["parent"] in own}:
        totals = total_cells(world, unit, own)
        said = {key: tuple(cell) for key, cell in totals.items()}
        report = office.report(unit, period, "total")
        wrong += [(unit, "total", *one) for one in different(said, cells_of(report and report.cells, counted=True))]
    differ = f"{len(wrong)} cells differ (unit, part, cell, plain count, program)"
    assert not wrong, f"{office.home} {period}: {differ}: {told(wrong)}"


def is_told_of(world: World, unit: str) -> bool:
    """Whether any stream speaks for a living unit; above communities a report may tell that rows of units below are
    lost."""
    has_units_below = any(one["parent"] == unit for one in world.units)
    is_told = has_units_below or any(speaks(world.units, one, unit) for one in world.heard)
    return unit in living_units(world) and (is_told or bool(world.nil and unit == world.home))
