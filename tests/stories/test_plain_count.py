"""Every cell of a made-up district, value and status, is what a slow plain count by the rules says."""

import ast
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.stories import plain_count, plain_hearing
from tests.stories.known import DISTRICT, OTHER, STREET, District
from tests.stories.made_district import FIRST, SECOND, days_of, districts, lay_out
from tests.stories.plain_count import Key, World, listen, living_units, own_cells, total_cells
from tiersync.errors import TooDirty
from tiersync.model.report import Report
from tiersync.model.unit import Unit

EXAMPLES = int(os.environ.get("PLAIN_COUNTS", "5"))
PERIODS = ("2025-Q4", "2025", "2025-Q2", "2026-Q1", "2026-Q2", "2012")
COMPARED = {number.indicator for number in plain_count.NUMBERS}


@pytest.mark.parametrize("module", [plain_count, plain_hearing])
def test_the_plain_count_imports_nothing_of_the_program(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name for name in named if name and name.partition(".")[0] in ("tiersync", "tests")} <= {
        "tests.stories.plain_hearing"
    }


@settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES <= 5, deadline=None, database=None,
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
    units = tuple(
        Unit.model_validate({name: one[name] for name in ("code", "parent", "tier", "kind", "name")} | dates(one))
        for one in made["units"]
    )
    district = District(folder, units=units, nil=made["nil"])
    for day in (FIRST, SECOND):
        for stream in made["streams"]:
            lay_out(district, stream, [run for run in stream["runs"] if run["day"] <= day][-1])
        now = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        for period in periods if day == SECOND else periods[:1]:
            done = district.push(period, now)
            assert {type(error) for error in done.failed} <= {TooDirty}
    return district


def dates(one: Mapping[str, Any]) -> dict[str, Any]:
    named = {"begins": "valid_from", "ends": "valid_to"}
    return {field: one[name] for name, field in named.items() if one[name]}


def compare(district: District, world: World, period: str) -> None:
    """Both counts of one period, cell by cell."""
    own = {unit: own_cells(world, unit) for unit in living_units(world)}
    wrong = []
    for unit, cells in own.items():
        report = district.report(unit, period)
        assert report is None or is_told_of(world, unit), f"{unit} files for {period}, and nobody tells of it"
        wrong += [(unit, "own", *one) for one in different(cells, cells_of(report))]
    for unit in (STREET, OTHER, DISTRICT):
        totals = total_cells(world, unit, own)
        said = {key: tuple(cell) for key, cell in totals.items()}
        report = district.report(unit, period, "total")
        wrong += [(unit, "total", *one) for one in different(said, cells_of(report, counted=True))]
    assert not wrong, f"{period}: {len(wrong)} cells differ (unit, part, cell, plain count, program): {told(wrong)}"


def is_told_of(world: World, unit: str) -> bool:
    """Whether any stream speaks for a unit; above communities a report may tell that rows of units below are lost."""
    has_units_below = any(one["parent"] == unit for one in world.units)
    return has_units_below or any(plain_hearing.speaks(world.units, one, unit) for one in world.heard)


def cells_of(report: Report | None, counted: bool = False) -> dict[Key, Any]:
    """The cells of the indicators that are compared; of totals with how many parts were expected and present."""
    rows = report.cells.rows() if report else []
    return {
        tuple(cell.key): (cell.value, cell.status) + ((cell.expected, cell.present) if counted else ())
        for cell in rows
        if cell.indicator in COMPARED
    }


def different(plain: Mapping[Key, Any], program: Mapping[Key, Any]) -> list[tuple[Key, Any, Any]]:
    """The cells in which both differ; where there is no report or no such cell, nothing may be known."""
    wrong = []
    for key in sorted(plain.keys() | program.keys()):
        expected, found = plain.get(key), program.get(key)
        said = [one for one in (expected, found) if one and one[0] is not None]
        if said and expected != found:
            wrong.append((key, expected, found))
    return wrong


def told(wrong: list[Any]) -> str:
    """The first of the differences, totals of indicators before their breakdowns."""
    first = sorted(wrong, key=lambda one: (one[1], len(one[2][1]), one[2], one[0]))[:9]
    return "".join(f"\n{unit} {part} {key}: {plain}, {program}" for unit, part, key, plain, program in first)
