"""Both counts side by side: the cells of the plain count, those of the program, and where they differ."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.stories.plain_count import Key
from tests.stories.plain_numbers import NUMBERS
from tiersync.model.cell import Cells
from tiersync.model.unit import Unit

PERIODS = ("2025-Q4", "2025", "2025-Q2", "2026-Q1", "2026-Q2", "2012")
COMPARED = {number.indicator for number in NUMBERS}
Difference = tuple[Key, Any, Any]


def units_of(made: Iterable[Mapping[str, Any]]) -> tuple[Unit, ...]:
    """Plain units as the program keeps them."""
    names = ("code", "parent", "tier", "kind", "name")
    dates = {"begins": "valid_from", "ends": "valid_to"}
    return tuple(
        Unit.model_validate(
            {name: one[name] for name in names} | {field: one[name] for name, field in dates.items() if one[name]}
        )
        for one in made
    )


def cells_of(cells: Cells | None, counted: bool = False) -> dict[Key, Any]:
    """The cells of the indicators that are compared; of totals with how many parts were expected and present."""
    rows = cells.rows() if cells else []
    return {
        tuple(cell.key): (cell.value, cell.status) + ((cell.expected, cell.present) if counted else ())
        for cell in rows
        if cell.indicator in COMPARED
    }


def different(plain: Mapping[Key, Any], program: Mapping[Key, Any]) -> list[Difference]:
    """The cells in which both differ; where there is no report or no such cell, nothing may be known."""
    wrong = []
    for key in sorted(plain.keys() | program.keys()):
        expected, found = plain.get(key), program.get(key)
        said = [one for one in (expected, found) if one and one[0] is not None]
        if said and expected != found:
            wrong.append((key, expected, found))
    return wrong


def told(wrong: Iterable[tuple[str, str, Key, Any, Any]]) -> str:
    """The first of the differences, totals of indicators before their breakdowns."""
    first = sorted(wrong, key=lambda one: (one[1], len(one[2][1]), one[2], one[0]))[:9]
    return "".join(f"\n{unit} {part} {key}: {plain}, {program}" for unit, part, key, plain, program in first)
