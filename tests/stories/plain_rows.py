"""The rows that a number counts, plainly: which fulfil it, where each stands, and of which units' totals some lack."""

from tests.stories.plain_hearing import Row
from tests.stories.plain_numbers import BANDS, CODES, FIELD, Number, age
from tests.stories.plain_world import World, unit_of

DAYS = ("status_date", "paid_on", "applied_on", "start_at")


def stands_in(number: Number, row: Row, breakdown: tuple[tuple[str, str], ...], world: World) -> bool:
    return all(_code(number, row, dim, world) == code for dim, code in breakdown)


def _code(number: Number, row: Row, dim: str, world: World) -> str:
    """Where a row stands in a dimension; what it does not say is unknown."""
    if dim == "sex":
        return "1" if int(row["person"][16]) % 2 else "2"
    if dim == "age_band":
        years = age(row, row["status_date"] if number.indicator == "P12" else world.period[1])
        return "unknown" if years < 60 else BANDS[min((years - 60) // 5, 8)]
    if dim == "community_kind":
        return unit_of(world, row["unit"])["kind"] or "unknown"
    said = row.get(FIELD.get(dim, dim))
    return said if said in CODES[dim] else "unknown"


def add(number: Number, rows: list[Row]) -> int:
    if number.adds == "person":
        return len({row["person"] for row in rows})
    return sum(int(row.get(number.adds) or 0) for row in rows) if number.adds else len(rows)


def passing(world: World, number: Number) -> list[Row]:
    """The rows of all streams that fulfil every condition; of events of one person, kind and day one."""
    rows = [row for one in world.heard if one["record"] == number.record for row in one["rows"]]
    rows = noting(number, rows)
    held = [row for row in rows if all(ask.holds(row, world.period) is True for ask in number.asks)]
    if number.indicator != "P12":
        return [row for row in held if row.get("counts", True)]
    once: dict[object, Row] = {}
    for row in sorted(held, key=lambda row: not row["counts"]):
        once.setdefault((row["person"], row["life_status"], row["status_date"]), row)
    return list(once.values())


def noting(number: Number, rows: list[Row]) -> list[Row]:
    """The same rows, and of events each that notes when somebody moved in once more, as that event."""
    came = [row for row in rows if row.get("moved_in_on")] if number.indicator == "P12" else []
    return rows + [{**row, "life_status": "6", "status_date": row["moved_in_on"]} for row in came]


def entering(world: World, number: Number) -> list[Row]:
    """Those of them whose unit there was on that day."""
    return [row for row in passing(world, number) if _is_in_time(world, number, row)]


def _is_in_time(world: World, number: Number, row: Row) -> bool:
    day = next((ask.field for ask in number.asks if number.is_flow and ask.field in DAYS), None)
    return world.alive(row["unit"], world.period[1]) and (not day or world.alive(row["unit"], row[day]))


def strays(world: World, number: Number) -> set[str]:
    """The units whose totals lack rows of this node."""
    answered = {one["code"] for one in world.units if world.answers(one["code"])}
    lacking = {_lacks(world, number, row, answered) for row in passing(world, number)}
    return {unit for unit in lacking if unit in answered}


def _lacks(world: World, number: Number, row: Row, answered: set[str]) -> str | None:
    """The living unit above a row's unit, or itself where it does not enter, or where what is above is another node's.

    Of a unit that has a node of its own that node tells, and nobody else.
    """
    unit, above = row["unit"], unit_of(world, row["unit"])["parent"]
    if not world.alive(unit, world.period[1]):
        return above
    if unit not in answered:
        return None
    if unit_of(world, unit)["tier"] not in number.tiers:
        return unit
    if _is_in_time(world, number, row):
        return None
    return above if above in answered else unit
