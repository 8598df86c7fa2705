"""Payments to persons in four communities of two streets, counted and added up, for tests of adjustments."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from tests.rules.made_snapshots import YEAR, rows, whole
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.cell import Cell, CellKey, Cells
from tiersync.model.unit import Unit
from tiersync.rules.counting.aggregate import COLUMNS, aggregate
from tiersync.rules.counting.sheet import lay_out
from tiersync.rules.persons.duplicates import duplicates
from tiersync.rules.sources.sources import Sources
from tiersync.rules.totals.expected import parts_of
from tiersync.rules.totals.roll_up import PartCells, roll_up

CITY, DISTRICT, NORTH, SOUTH = "379900000000", "379901000000", "379901001000", "379901002000"
ONE, TWO, THREE, FOUR = "379901001001", "379901001002", "379901002001", "379901002002"
UNITS = (
    Unit(code=CITY, name="市", parent=None, tier="city"),
    Unit(code=DISTRICT, name="区", parent=CITY, tier="district"),
    *(Unit(code=code, name=code, parent=DISTRICT, tier="street") for code in (NORTH, SOUTH)),
    *(Unit(code=code, name=code, parent=NORTH, tier="community", kind="residents_committee") for code in (ONE, TWO)),
    *(Unit(code=code, name=code, parent=SOUTH, tier="community", kind="village_committee") for code in (THREE, FOUR)),
)
CATALOGUE = packaged_catalogue(CITY, UNITS)
COMMUNITIES = ("community",)
ENTRIES = {
    **dict.fromkeys(("B01", "B03", "B04"), ("district", "community")),
    **dict.fromkeys(("B02", "B05"), COMMUNITIES),
}
FORM = CATALOGUE.form("aging-year").model_copy(update={"entries": ENTRIES})
TREE = CATALOGUE.tree
BELOW = (DISTRICT, NORTH, SOUTH, ONE, TWO, THREE, FOUR)
Totals = Mapping[str, Mapping[CellKey, Cell]]


def payment(person: str, unit: str, **more: object) -> dict[str, object]:
    return {
        "person_key": person, "unit": unit, "kind": "payment", "scheme": "allow_90", "paid_on": date(2013, 3, 5),
        "pay_result": "paid", "amount": Decimal("300.00"), "birth_date": date(1920, 1, 1), **more,
    }  # fmt: skip


def counted(
    frames: Mapping[str, pl.DataFrame], answered: Collection[str], silent: Collection[str] = ()
) -> tuple[dict[str, Cells], dict]:
    """The own cells of each unit, and the adjustments of each total; no stream speaks for the `silent` units."""
    units = [unit for unit in answered if FORM.asked_of(TREE[unit].tier)]
    cells = aggregate(CATALOGUE, FORM, YEAR, units, frames, speaking_for(frames, silent))
    adjustments = duplicates(lay_out(CATALOGUE, FORM, YEAR, units), frames, cells)
    own = {
        part["unit"][0]: Cells.from_columns([tuple(part[name].to_list()) for name in COLUMNS[1:]])
        for part in cells.partition_by("unit", maintain_order=True)
    }
    return own, adjustments


def speaking_for(frames: Mapping[str, pl.DataFrame], silent: Collection[str]) -> Sources:
    """Streams that speak for the whole district but for some units."""
    spoken = tuple(whole(record).model_copy(update={"unit": DISTRICT}) for record in frames)
    return Sources(DISTRICT, spoken, within={DISTRICT: frozenset(BELOW) - set(silent)})


def totals_of(own: Mapping[str, Cells], adjustments: Mapping[str, Adjustments]) -> Totals:
    """Every total, the lowest first, each from its parts and its adjustments."""
    totals: dict[str, Cells] = {}
    for unit in sorted((u for u in TREE.units if TREE.children(u)), key=lambda unit: -len(TREE.path(unit))):
        held = [
            PartCells(*part, totals[part.unit] if part.part == "total" else own.get(part.unit, Cells()))
            for part in parts_of(CATALOGUE, FORM, unit, TREE)
            if part.part == "total" or part.unit in own
        ]
        totals[unit] = roll_up(CATALOGUE, FORM, unit, TREE, held, adjustments.get(unit, UNADJUSTED))
    return {unit: {cell.key: cell for cell in cells.rows()} for unit, cells in totals.items()}


def persons(of_units: Totals, indicator: str, breakdown: str = "", measure: str = "value") -> dict[str, int | None]:
    return {unit: cells[CellKey(indicator, breakdown, measure)].value for unit, cells in of_units.items()}


def rolled(
    *payments: dict[str, object],
    answered: Collection[str] = BELOW,
    silent: Collection[str] = (),
    **more: pl.DataFrame,
) -> Totals:
    return totals_of(*counted({"benefit": rows("benefit", *payments), **more}, answered, silent))
