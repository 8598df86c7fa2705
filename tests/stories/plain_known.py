"""What is known, and of whom, plainly: of which unit, time and field the streams tell something."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from tests.stories.plain_hearing import speaks
from tests.stories.plain_numbers import FIELD, Ask, Number, months_before
from tests.stories.plain_world import World

ORDER = ("ok", "provisional", "estimated", "imputed", "partial", "missing")
PAST = {"senior": {"life_status", "status_date"}, "benefit": {"status", "stop_month"}}


class Known(NamedTuple):
    """How far a number is known of a unit, and which dimensions somebody maps; of some only these codes."""

    status: str
    dims: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str]] = {}
    basis: str = "records"
    unsaid: bool = False  # No list tells of that time, though rows may.


def known_of(world: World, number: Number, unit: str) -> Known:
    """What the streams that speak for a unit know of a number."""
    speaking = [one for one in world.heard if one["record"] == number.record and speaks(world.units, one, unit)]
    if not speaking and unit == world.home and number.record in world.nil:
        return Known("ok", basis="nil")
    parts: dict[str, list[dict[str, Any]]] = {}
    for one in speaking:
        if all(_can_hold(one, ask) for ask in number.asks):
            parts.setdefault(repr(sorted(one["constants"].items())), []).append(one)
    knowing = [[one for one in part if _has_all(one, number)] for part in parts.values()]
    heard = [one for part in knowing for one in part]
    if not heard:
        return Known("missing")
    told = [_time_status(world, number, part, unit) if part else ("missing", False) for part in knowing]
    statuses = [status for status, _ in told]
    if all(status == "missing" for status in statuses):
        status = "missing"
    else:
        status = "partial" if "missing" in statuses else max(statuses, key=ORDER.index)
    return Known(status, *_dims(world, number, heard, unit), unsaid=any(unsaid for _, unsaid in told))


def _can_hold(one: dict[str, Any], ask: Ask) -> bool:
    said = {one["constants"][ask.field]} if ask.field in one["constants"] else one["says"].get(ask.field)
    return not ask.codes or said is None or bool(ask.codes & set(said))


def _has_all(one: dict[str, Any], number: Number) -> bool:
    """Whether a stream has all that a number needs; an unmapped status is living or active, one record one session."""
    for ask in number.asks:
        default = {"life_status": "1", "status": "active"}.get(ask.field)
        if ask.needed and ask.field not in {*one["fields"], "person"} and default not in ask.codes:
            return False
    return number.adds in ("", "person", "sessions") or number.adds in one["fields"]


def _time_status(world: World, number: Number, part: list[dict[str, Any]], unit: str) -> tuple[str, bool]:
    """How far streams that tell of the same know the period, and whether they tell nothing of that time."""
    if not number.is_flow:
        return max((_stock_status(world, one, unit) for one in part), key=ORDER.index), False
    first, last = world.period
    told = set()
    for one in part:
        spans = [_heard_of(number, one, unit)] if one["record"] == "senior" else one["spans"]
        told |= {day for day in _days(first, last) if any(begins <= day <= ends for begins, ends in spans)}
    if not told:
        return "missing", True
    whole = "imputed" if any(unit in one["carried"] for one in part) else "ok"
    return whole if len(told) == len(_days(first, last)) else "partial", False


def _heard_of(number: Number, one: dict[str, Any], unit: str) -> tuple[date, date]:
    """The first and the last day of which a register tells what happened; who left, since it notes that."""
    departs = any(ask.field == "status_date" for ask in number.asks)
    return first_noted(one, unit) if departs else date.min, one["units"].get(unit, one["as_of"])


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def _stock_status(world: World, one: dict[str, Any], unit: str) -> str:
    day, end = one["units"].get(unit, one["as_of"]), world.period[1]
    if unit in one["carried"] or months_before(end, 3) > day:
        return "imputed"
    tells = first_noted(one, unit) <= end
    return "estimated" if months_before(day, 3) > end and not tells else "ok"


def first_noted(one: dict[str, Any], unit: str) -> date:
    """The year from which on a list notes who leaves a unit: back from its own day as long as no two years pass without
    a departure; never without a column for it."""
    past = PAST.get(one["record"], {"nothing"})
    if not past <= set(one["fields"]):
        return date.max
    status, day = sorted(past, key=lambda name: name not in ("life_status", "status"))
    rows = [row for row in one["rows"] if row["unit"] == unit and row.get(status) not in (None, "1", "active")]
    reached = one["units"].get(unit, one["as_of"])
    for left in sorted((row[day] for row in rows if row.get(day) and row[day] <= reached), reverse=True):
        if left < months_before(reached, 24):
            break
        reached = left
    return date(reached.year, 1, 1)


def _dims(
    world: World, number: Number, heard: list[dict[str, Any]], unit: str
) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """The dimensions that somebody maps, and the only codes of those that are set."""
    registers = [one for one in world.heard if one["record"] == "senior" and speaks(world.units, one, unit)]
    persons = {name for one in registers for name in one["fields"]}
    dims, only = set(), {}
    for dim in {dim for dims in number.splits for dim in dims}:
        field = FIELD.get(dim, dim)
        fields = {name for one in heard for name in one["fields"]} | {"person"}
        if field in fields or dim == "community_kind" or (number.record != "senior" and dim in persons):
            dims.add(dim)
        if all(field in one["constants"] for one in heard):
            only[dim] = frozenset(one["constants"][field] for one in heard)
        if dim == "change_kind" and "moved_in_on" not in persons:
            only[dim] = frozenset("2345")
    return frozenset(dims), only
