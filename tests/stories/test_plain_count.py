"""Every cell of a made-up district, value and status, is what a slow plain count by the rules says."""

import ast
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.stories import plain_hearing
from tests.stories.compared import PERIODS, cells_of, different, told, units_of
from tests.stories.known import DISTRICT, OTHER, STREET, District
from tests.stories.made_district import FIRST, SECOND, days_of, districts, lay_out
from tests.stories.plain_count import own_cells, total_cells
from tests.stories.plain_persons import listen
from tests.stories.plain_world import World, living_units
from tiersync.errors import TooDirty

EXAMPLES = int(os.environ.get("PLAIN_COUNTS", "4"))
PLAIN = sorted(path.stem for path in Path(__file__).parent.glob("plain_*.py"))


@pytest.mark.parametrize("module", PLAIN)
def test_the_plain_count_imports_nothing_of_the_program(module: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    ours = {name for name in named if name and name.partition(".")[0] in ("tiersync", "tests")}
    assert ours <= {f"tests.stories.{one}" for one in PLAIN}


@settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES <= 4, deadline=None, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(districts(), st.sets(st.sampled_from(PERIODS), min_size=2, max_size=3))
def test_every_cell_is_what_the_rules_say(made: dict[str, Any], periods: set[str]) -> None:
    with TemporaryDirectory() as folder:
        district = push_all(made, sorted(periods), Path(folder) / "district")
        heard = listen(made["units"], made["streams"])
        for period in sorted(periods):
            world = World(made["units"], heard, days_of(period), made["nil"], DISTRICT)
            compare(district, world, period)


def push_all(made: dict[str, Any], periods: list[str], folder: Path) -> District:
    """Both runs of every stream, and the periods counted after the last."""
    district = District(folder, units=units_of(made["units"]), nil=made["nil"])
    for day in (FIRST, SECOND):
        for stream in made["streams"]:
            lay_out(district, stream, [run for run in stream["runs"] if run["day"] <= day][-1])
        now = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        for period in periods if day == SECOND else periods[:1]:
            done = district.push(period, now)
            assert {type(error) for error in done.failed} <= {TooDirty}
    return district


def compare(district: District, world: World, period: str) -> None:
    """Both counts of one period, cell by cell."""
    own = {unit: own_cells(world, unit) for unit in living_units(world)}
    wrong = []
    for unit, cells in own.items():
        report = district.report(unit, period)
        assert report is None or is_told_of(world, unit), f"{unit} files for {period}, and nobody tells of it"
        wrong += [(unit, "own", *one) for one in different(cells, cells_of(report and report.cells))]
    for unit in (STREET, OTHER, DISTRICT):
        totals = total_cells(world, unit, own)
        said = {key: tuple(cell) for key, cell in totals.items()}
        report = district.report(unit, period, "total")
        wrong += [(unit, "total", *one) for one in different(said, cells_of(report and report.cells, counted=True))]
    assert not wrong, f"{period}: {len(wrong)} cells differ (unit, part, cell, plain count, program): {told(wrong)}"


def is_told_of(world: World, unit: str) -> bool:
    """Whether any stream speaks for a unit; above communities a report may tell that rows of units below are lost."""
    has_units_below = any(one["parent"] == unit for one in world.units)
    return has_units_below or any(plain_hearing.speaks(world.units, one, unit) for one in world.heard)
