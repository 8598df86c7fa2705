"""The slow plain count: what every cell of a small district must say, value and status, one cell at a time.

It is written from design/statistics.md and domain/indicators.csv and imports nothing of tiersync: where both agree,
they agree by the rules and not by one another's mistakes. A unit is a dict of `code`, `parent`, `tier`, `kind`,
`begins` and `ends`; streams are described in plain_hearing.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any, NamedTuple

from tests.stories.plain_hearing import Days, Row, below, hear, speaks, waiting

ORDER = ("ok", "provisional", "estimated", "imputed", "partial", "missing")
BANDS = ("60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90-94", "95-99", "100+")
CODES = {
    "sex": ("0", "1", "2", "9"),
    "age_band": BANDS,
    "hukou_kind": ("1", "2", "3"),
    "community_kind": ("residents_committee", "village_committee", "quasi_residents"),
    "ability_level": ("0", "1", "2", "3", "4", "9"),
    "change_kind": ("2", "3", "4", "5", "6"),
    "scheme": (
        "allow_80", "allow_90", "allow_100", "rural_hardship_80", "care_subsidy", "service_subsidy", "yinling_ankang",
        "senior_card",
    ),
    "funding_level": ("central", "province", "city", "county", "street", "community"),
    "decision": ("pending", "approved", "refused", "withdrawn"),
    "category": ("arts", "sports", "health", "education", "law", "visit", "matchmaking", "charity", "other"),
    "campaign": ("jinglaoyue", "laonianfa_month", "weiquan_month", "spring_festival", "none"),
    "organiser_kind": ("office", "department", "association", "facility", "volunteer_team", "firm"),
}  # fmt: skip
FIELD = {"age_band": "person", "sex": "person", "change_kind": "life_status"}
NO_DOUBT, BLANK_IS_NO = "no doubt", "blank is no"
Cell = tuple[int | None, str]
Key = tuple[str, str, str]  # indicator, breakdown, measure


class Ask(NamedTuple):
    """One condition: True, False, or None where the row does not say; `codes` are those that can fulfil it."""

    field: str
    holds: Callable[[Row, Days], bool | None]
    codes: frozenset[str] = frozenset()
    needed: bool = True
    doubted: bool = True
    on: str = ""  # whose day it is judged on


class Number(NamedTuple):
    """One number: of which record, what is added up, under which conditions, and how it is split."""

    indicator: str
    record: str
    asks: tuple[Ask, ...]
    splits: tuple[tuple[str, ...], ...]
    adds: str = ""  # a field to sum, "person" for persons, "" for rows
    measure: str = "value"
    tiers: tuple[str, ...] = ("community",)
    is_flow: bool = False


def code(field: str, *codes: str) -> Ask:
    return Ask(field, lambda row, _: None if row.get(field) is None else row[field] in codes, frozenset(codes))


def during(field: str) -> Ask:
    return Ask(field, lambda row, time: None if row.get(field) is None else time[0] <= row[field] <= time[1])


def aged(least: int, on: str = "") -> Ask:
    def holds(row: Row, time: Days) -> bool | None:
        day = row.get(on) if on else time[1]
        return None if day is None else age(row, day) >= least

    return Ask("person", holds, doubted=False, on=on)


def age(row: Row, day: date) -> int:
    """Full years on a day, by the identity number."""
    number = row["person"]
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _living(row: Row, time: Days) -> bool | None:
    status, ended = row.get("life_status"), row.get("status_date")
    return None if status is None else status == "1" or (ended is not None and ended > time[1])


def _on_roll(row: Row, time: Days) -> bool | None:
    status, ended = row.get("status"), row.get("stop_month")
    if status is None:
        return None
    return status == "active" or (status == "stopped" and ended is not None and ended > time[1])


def _verified(row: Row, time: Days) -> bool:
    day = row.get("file_verified_on")
    return day is not None and months_before(time[1], 12) < day <= time[1]


def _alive_as_registered(row: Row, time: Days) -> bool:
    """A death that the register knows of takes somebody off the roll, and nothing else does."""
    ended = row.get("senior:status_date")
    return row.get("senior:life_status") != "2" or (ended is not None and ended > time[1])


LIVING = Ask("life_status", _living, frozenset("12345"))
SENIOR = (LIVING, aged(60))
PAID = (code("kind", "payment"), code("pay_result", "paid"), during("paid_on"))
HELD = (code("kind", "event", "publicity", "fair", "contest"), during("start_at"))
ROLL = (
    code("kind", "entitlement"),
    Ask("status", _on_roll, frozenset({"active", "stopped"})),
    Ask("start_month", lambda row, time: (row.get("start_month") or date.min) <= time[1], needed=False, doubted=False),
    Ask("senior:life_status", _alive_as_registered, needed=False, doubted=False),
)
PLACES = (("sex",), ("age_band",), ("hukou_kind",), ("age_band", "sex"))
EVERYBODY = ("district", "street", "community")
NUMBERS = (
    Number("P02", "senior", SENIOR, (*PLACES, ("community_kind",)), "person"),
    Number("P04", "senior", (LIVING, aged(65)), PLACES, "person"),
    Number("P05", "senior", (LIVING, aged(80)), PLACES, "person"),
    Number(
        "P08", "senior", (*SENIOR, code("living_arrangement", "1", "2")), (("age_band",), ("hukou_kind",)), "person"
    ),
    Number(
        "P10", "senior", (*SENIOR, code("ability_level", *"1234")), (("ability_level",), ("age_band",)), "person"
    ),
    Number(
        "P12", "senior", (code("life_status", *"23456"), during("status_date"), aged(60, "status_date")),
        (("change_kind",), ("age_band",)), is_flow=True,
    ),
    Number(
        "P14", "senior", (*SENIOR, Ask("file_verified_on", _verified, doubted=False)), (), "person", "numerator"
    ),
    Number("P14", "senior", SENIOR, (), "person", "denominator"),
    Number("B01", "benefit", PAID, (("scheme",), ("age_band",), ("hukou_kind",)), "person", is_flow=True),
    Number("B02", "benefit", ROLL, (("scheme",), ("age_band",)), "person"),
    Number("B03", "benefit", PAID, (("scheme",), ("funding_level",)), "amount", is_flow=True),
    Number(
        "B06", "benefit", (code("kind", "application"), during("applied_on")),
        (("scheme",), ("decision",), ("decision", "scheme")), is_flow=True,
    ),
    Number(
        "A01", "activity", HELD, (("category",), ("campaign",), ("organiser_kind",)), "sessions", tiers=EVERYBODY,
        is_flow=True,
    ),
    Number(
        "A02", "activity", HELD, (("category",), ("campaign",)), "participants_senior", tiers=EVERYBODY, is_flow=True
    ),
)  # fmt: skip


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class World(NamedTuple):
    """The units of a district and what its streams tell, for one period; who stands for whom is worked out once."""

    units: list[dict[str, Any]]
    heard: list[dict[str, Any]]
    period: Days
    nil: frozenset[str]
    home: str

    def alive(self, unit: str, day: date) -> bool:
        one = _unit(self, unit)
        return (one["begins"] or date.min) <= day <= (one["ends"] or date.max)


def listen(units: list[dict[str, Any]], streams: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What all streams tell, each row knowing whether it is the one that counts of its person."""
    heard = [one for stream in streams if (one := hear(stream))]
    return with_persons(units, heard)


def with_persons(units: list[dict[str, Any]], heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same streams, of the rows of each senior one marked as the one that counts, and payments told of them."""
    persons: dict[str, list[Row]] = {}
    for one in heard:
        if one["record"] == "senior":
            one["rows"] = [dict(row) for row in one["rows"]]
            for row in one["rows"]:
                row["listed_on"] = one["units"].get(row["unit"], one["as_of"])
                persons.setdefault(row["person"], []).append(row)
    counts = {person: _who_counts(rows) for person, rows in persons.items()}
    for rows in persons.values():
        for row in rows:
            row["counts"] = row is counts[row["person"]]
    for one in heard:
        if one["record"] == "benefit":
            for row in one["rows"]:
                known = counts.get(row["person"], {})
                row |= {f"senior:{name}": known.get(name) for name in ("life_status", "status_date")}
                row["hukou_kind"] = known.get("hukou_kind")
    return heard


def _who_counts(rows: list[Row]) -> Row:
    """Of one person's rows: a death, else the row of each unit that speaks, of these an active one, then the latest."""
    dead = [row for row in rows if row.get("life_status") == "2"]
    if dead:
        return max(dead, key=_decides)
    speaking = [_speaks([row for row in rows if row["unit"] == unit]) for unit in {row["unit"] for row in rows}]
    active = [row for row in speaking if row.get("life_status") == "1"]
    return max(active or speaking, key=_decides)


def _speaks(rows: list[Row]) -> Row:
    """Of one person's rows in one unit: the latest of each list, and of these the one that decides."""
    days = {row["listed_on"] for row in rows}
    return max((max((row for row in rows if row["listed_on"] == day), key=_lateness) for day in days), key=_decides)


def _decides(row: Row) -> tuple[Any, ...]:
    """The day on which somebody left, else the later list; the day of an active status says nothing against it."""
    has_left = row.get("life_status") not in (None, "1")
    return (row.get("status_date") if has_left else None) or date.min, row["listed_on"], *_lateness(row)


def _lateness(row: Row) -> tuple[date, date, tuple[str, int]]:
    return row.get("status_date") or date.min, row.get("file_verified_on") or date.min, row["place"]


class Known(NamedTuple):
    """How far a number is known of a unit, and which dimensions somebody maps; of some only these codes."""

    status: str
    dims: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str]] = {}
    basis: str = "records"
    unsaid: bool = False  # No list tells of that time, though rows may.


def own_cells(world: World, unit: str) -> dict[Key, Cell]:
    """Every cell of a unit's own part, of the numbers that its tier enters."""
    cells: dict[Key, Cell] = {}
    for number, known in _known_numbers(world, unit):
        held = [row for row in entering(world, number) if row["unit"] == unit]
        doubted = _in_doubt(world, number, unit)
        for breakdown in _breakdowns(number):
            value = _add(number, [row for row in held if _stands_in(number, row, breakdown, world)])
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
    tier = _unit(world, unit)["tier"]
    entered = [(number, _known(world, number, unit)) for number in NUMBERS if tier in number.tiers]
    for number, known in entered:
        pair = [other for one, other in entered if one.indicator == number.indicator]
        worst = max((one.status for one in pair), key=ORDER.index)
        yield number, known._replace(status=worst, unsaid=all(one.unsaid or one.status != "missing" for one in pair))


def _unit(world: World, unit: str) -> dict[str, Any]:
    return next(one for one in world.units if one["code"] == unit)


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


def _stands_in(number: Number, row: Row, breakdown: tuple[tuple[str, str], ...], world: World) -> bool:
    return all(_code(number, row, dim, world) == code for dim, code in breakdown)


def _code(number: Number, row: Row, dim: str, world: World) -> str:
    """Where a row stands in a dimension; what it does not say is unknown."""
    if dim == "sex":
        return "1" if int(row["person"][16]) % 2 else "2"
    if dim == "age_band":
        years = age(row, row["status_date"] if number.indicator == "P12" else world.period[1])
        return "unknown" if years < 60 else BANDS[min((years - 60) // 5, 8)]
    if dim == "community_kind":
        return _unit(world, row["unit"])["kind"] or "unknown"
    said = row.get(FIELD.get(dim, dim))
    return said if said in CODES[dim] else "unknown"


def _add(number: Number, rows: list[Row]) -> int:
    if number.adds == "person":
        return len({row["person"] for row in rows})
    return sum(int(row.get(number.adds) or 0) for row in rows) if number.adds else len(rows)


def passing(world: World, number: Number) -> list[Row]:
    """The rows of all streams that fulfil every condition; of events of one person, kind and day one."""
    rows = [row for one in world.heard if one["record"] == number.record for row in one["rows"]]
    rows = _noting(number, rows)
    held = [row for row in rows if all(ask.holds(row, world.period) is True for ask in number.asks)]
    if number.indicator != "P12":
        return [row for row in held if row.get("counts", True)]
    once: dict[object, Row] = {}
    for row in sorted(held, key=lambda row: not row["counts"]):
        once.setdefault((row["person"], row["life_status"], row["status_date"]), row)
    return list(once.values())


def _noting(number: Number, rows: list[Row]) -> list[Row]:
    """The same rows, and of events each that notes when somebody moved in once more, as that event."""
    came = [row for row in rows if row.get("moved_in_on")] if number.indicator == "P12" else []
    return rows + [{**row, "life_status": "6", "status_date": row["moved_in_on"]} for row in came]


def entering(world: World, number: Number) -> list[Row]:
    """Those of them whose unit there was on that day."""
    return [row for row in passing(world, number) if _is_in_time(world, number, row)]


def _is_in_time(world: World, number: Number, row: Row) -> bool:
    day = next((ask.field for ask in number.asks if number.is_flow and ask.field in DAYS), None)
    return world.alive(row["unit"], world.period[1]) and (not day or world.alive(row["unit"], row[day]))


DAYS = ("status_date", "paid_on", "applied_on", "start_at")


def strays(world: World, number: Number) -> set[str]:
    """The units whose totals lack rows: the living one above a row's unit, or itself where it does not enter."""
    found = set()
    for row in passing(world, number):
        unit = row["unit"]
        if world.alive(unit, world.period[1]) and _unit(world, unit)["tier"] not in number.tiers:
            found.add(unit)
        elif not _is_in_time(world, number, row):
            found.add(_unit(world, unit)["parent"])
    return found


def _in_doubt(world: World, number: Number, unit: str) -> bool:
    """Whether one in a hundred waits, or is blank where the number asks, or the unit's list is oddly short."""
    rows = [row for one in world.heard if one["record"] == number.record for row in one["rows"] if row["unit"] == unit]
    counting = [row for row in rows if row.get("counts", True)]
    waits = waiting(world.units, world.heard, number.record, unit)
    if waits and waits * 100 >= len(counting) + waits:
        return True
    told = rows if number.indicator == "P12" else counting  # Somebody's earlier rows tell of events, too.
    return _has_blanks(world, number, _noting(number, told)) or _is_short(world, number.record, unit)


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
    parent = _unit(world, unit)["parent"]
    sisters = sorted(size for one, size in sizes.items() if _unit(world, one)["parent"] == parent)
    middle = sisters[len(sisters) // 2] if sisters else 0
    if unit not in sizes:
        of_all = [one for one in world.heard if one["record"] == record and one["covers"] == "all"]
        closed = _unit(world, unit).get("valid_to") is not None
        return not closed and middle > 10 and any(speaks(world.units, one, unit) for one in of_all)
    return sizes[unit] * 10 < middle


def _known(world: World, number: Number, unit: str) -> Known:
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


PAST = {"senior": {"life_status", "status_date"}, "benefit": {"status", "stop_month"}}


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


def living_units(world: World) -> list[str]:
    """The units that there are on the period's last day."""
    return [one["code"] for one in world.units if world.alive(one["code"], world.period[1])]


def total_cells(
    world: World, total: str, cells: Mapping[str, dict[Key, Cell]]
) -> dict[Key, tuple[int | None, str, int, int]]:
    """Every cell of a unit's total: value, status, how many own parts are expected and how many have a number; `cells`
    are those of every living unit's own part."""
    parts = [unit for unit in living_units(world) if unit in below(world.units, total)]
    sums = {}
    for number in NUMBERS:
        both = [one for one in NUMBERS if one.indicator == number.indicator]  # A pair lacks rows together.
        lost = set().union(*(strays(world, one) for one in both)) & set(parts)
        entered = [unit for unit in parts if _unit(world, unit)["tier"] in number.tiers]
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
    if number.adds == "person" and number.record != "senior":  # Who stands in several parts is one person.
        rows = [row for row in entering(world, number) if row["unit"] in valued]
        value = _add(number, [row for row in rows if _stands_in(number, row, breakdown, world)])
    lacking = lost or len(valued) < len(each)
    status = "partial" if lacking else max((status for _, status in each.values()), key=ORDER.index)
    return value, status, len(each), len(valued)
