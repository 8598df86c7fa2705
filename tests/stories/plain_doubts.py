"""Doubts, plainly: rows that wait, cells that are blank, and lists that are oddly short."""

from tests.stories.plain_hearing import Row, speaks, waiting
from tests.stories.plain_numbers import Number
from tests.stories.plain_rows import noting
from tests.stories.plain_world import World, unit_of


def in_doubt(world: World, number: Number, unit: str) -> bool:
    """Whether one in a hundred waits, or is blank where the number asks, or the unit's list is oddly short."""
    rows = [row for one in world.heard if one["record"] == number.record for row in one["rows"] if row["unit"] == unit]
    counting = [row for row in rows if row.get("counts", True)]
    waits = waiting(world.units, world.heard, number.record, unit)
    if waits and waits * 100 >= len(counting) + waits:
        return True
    told = rows if number.indicator == "P12" else counting  # Somebody's earlier rows tell of events, too.
    return _has_blanks(world, number, noting(number, told)) or _is_short(world, number.record, unit)


def _has_blanks(world: World, number: Number, rows: list[Row]) -> bool:
    for asked in (ask for ask in number.asks if ask.doubted and ask.needed):
        others = [ask for ask in number.asks if ask is not asked and ask.on != asked.field]
        could = [row for row in rows if all(ask.holds(row, world.period) is True for ask in others)]
        if _is_one_in_a_hundred(could, asked.field):
            return True
    counted = [row for row in rows if all(ask.holds(row, world.period) is True for ask in number.asks)]
    return number.adds not in ("", "person") and _is_one_in_a_hundred(counted, number.adds)


def _is_one_in_a_hundred(rows: list[Row], field: str) -> bool:
    blank = sum(row.get(field) is None for row in rows)
    return blank > 0 and blank * 100 >= len(rows)


def _is_short(world: World, record: str, unit: str) -> bool:
    if record != "senior":
        return False
    sizes: dict[str, int] = {}
    for row in (row for one in world.heard if one["record"] == record for row in one["rows"] if row["counts"]):
        sizes[row["unit"]] = sizes.get(row["unit"], 0) + 1
    parent = unit_of(world, unit)["parent"]
    sisters = sorted(size for one, size in sizes.items() if unit_of(world, one)["parent"] == parent)
    middle = sisters[len(sisters) // 2] if sisters else 0
    if unit not in sizes:
        of_all = [one for one in world.heard if one["record"] == record and one["covers"] == "all"]
        closed = unit_of(world, unit).get("valid_to") is not None
        return not closed and middle > 10 and any(speaks(world.units, one, unit) for one in of_all)
    return sizes[unit] * 10 < middle
