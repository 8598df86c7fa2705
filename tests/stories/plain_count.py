"""The slow plain count: what every cell of a small district must say, value and status, one cell at a time.

It is written from design/statistics.md and domain/indicators.csv and imports nothing of tiersync: where both agree,
they agree by the rules and not by one another's mistakes.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from tests.stories.plain_doubts import in_doubt
from tests.stories.plain_hearing import below
from tests.stories.plain_known import ORDER, Known, known_of
from tests.stories.plain_numbers import CODES, NUMBERS, Number
from tests.stories.plain_rows import add, entering, stands_in, strays
from tests.stories.plain_world import World, living_units, unit_of

Cell = tuple[int | None, str]
Key = tuple[str, str, str]  # indicator, breakdown, measure


def own_cells(world: World, unit: str) -> dict[Key, Cell]:
    """Every cell of a unit's own part, of the numbers that its tier enters."""
    cells: dict[Key, Cell] = {}
    for number, known in _known_numbers(world, unit):
        held = [row for row in entering(world, number) if row["unit"] == unit]
        doubted = in_doubt(world, number, unit)
        for breakdown in _breakdowns(number):
            value = add(number, [row for row in held if stands_in(number, row, breakdown, world)])
            text = ";".join(f"{dim}={code}" for dim, code in breakdown)
            cells[number.indicator, text, number.measure] = _cell(known, breakdown, value, doubted)
    return _without_strays(world, unit, cells)


def _without_strays(world: World, unit: str, cells: dict[Key, Cell]) -> dict[Key, Cell]:
    """The same, a lower bound where rows of a unit below that is gone stand with this one."""
    lacking = {number.indicator for number in NUMBERS if unit in strays(world, number)}
    return {
        key: (cell[0], "partial") if key[0] in lacking and cell[0] is not None else cell for key, cell in cells.items()
    }


def _known_numbers(world: World, unit: str) -> Iterator[tuple[Number, Known]]:
    """The numbers that a unit enters, each with what is known; either number of a pair stands only with the other."""
    tier = unit_of(world, unit)["tier"]
    entered = [(number, known_of(world, number, unit)) for number in NUMBERS if tier in number.tiers]
    for number, known in entered:
        pair = [other for one, other in entered if one.indicator == number.indicator]
        worst = max((one.status for one in pair), key=ORDER.index)
        yield number, known._replace(status=worst, unsaid=all(one.unsaid or one.status != "missing" for one in pair))


def _cell(known: Known, breakdown: tuple[tuple[str, str], ...], value: int, doubted: bool) -> Cell:
    told = known.basis == "nil" or all(_is_told(known, dim, code) for dim, code in breakdown)
    if known.status == "missing":
        return (value, "partial") if known.unsaid and told and value else (None, "missing")
    if not told:
        return None, "missing"
    return value, "provisional" if doubted and known.status == "ok" else known.status


def _is_told(known: Known, dim: str, code: str) -> bool:
    return code == "unknown" or (dim in known.dims and code in known.only.get(dim, {code}))


def _breakdowns(number: Number) -> Iterator[tuple[tuple[str, str], ...]]:
    yield ()
    for dims in number.splits:
        for codes in product(*((*CODES[dim], "unknown") for dim in dims)):
            yield tuple(zip(dims, codes, strict=True))


def all_own_cells(world: World) -> dict[str, dict[Key, Cell]]:
    """The own part of every living unit of a node, each as the node counts it that answers for it."""
    return {unit: own_cells(world.of(unit), unit) for unit in living_units(world)}


def total_cells(
    world: World, total: str, cells: Mapping[str, dict[Key, Cell]]
) -> dict[Key, tuple[int | None, str, int, int]]:
    """Every cell of a unit's total: value, status, how many own parts are expected and how many have a number; `cells`
    are those of every living unit's own part."""
    parts = [unit for unit in living_units(world) if unit in below(world.units, total)]
    sums = {}
    for number in NUMBERS:
        both = [one for one in NUMBERS if one.indicator == number.indicator]  # A pair lacks rows together.
        lost = set().union(*(strays(node, one) for node in (world, *world.joined) for one in both)) & set(parts)
        entered = [unit for unit in parts if unit_of(world, unit)["tier"] in number.tiers]
        for breakdown in _breakdowns(number):
            key = number.indicator, ";".join(f"{dim}={code}" for dim, code in breakdown), number.measure
            each = {unit: cells[unit][key] for unit in entered}
            sums[key] = _sum(world, number, breakdown, each, bool(lost))
    return sums


def _sum(
    world: World, number: Number, breakdown: tuple[tuple[str, str], ...], each: Mapping[str, Cell], lost: bool
) -> tuple[int | None, str, int, int]:
    valued = {unit: value for unit, (value, _) in each.items() if value is not None}
    if not valued:
        return None, "missing", len(each), 0
    value = sum(valued.values())
    if number.adds == "person" and number.record != "senior":  # Who stands in several parts of a node is one person.
        value = sum(_persons(one, number, breakdown, valued) for one in (world, *world.joined))
    lacking = lost or len(valued) < len(each)
    status = "partial" if lacking else max((status for _, status in each.values()), key=ORDER.index)
    return value, status, len(each), len(valued)


def _persons(world: World, number: Number, breakdown: tuple[tuple[str, str], ...], units: Iterable[str]) -> int:
    """How many persons a node counts in some units; two nodes do not know of each other whom they count."""
    answered = {unit for unit in units if world.answers(unit)}
    rows = [row for row in entering(world, number) if row["unit"] in answered]
    return add(number, [row for row in rows if stands_in(number, row, breakdown, world)])
