"""Made-up registers and lists of a small district, as plain dicts, and as the files and plugins that hold them.

What there is of streams, columns, units, months and doubts is drawn by Hypothesis; what stands in the rows is made of
one drawn number, or drawing would take longer than counting.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.stories.known import DISTRICT, OTHER, STREET, District, number

UNITS: list[dict[str, Any]] = [
    {"code": DISTRICT, "parent": None, "tier": "district", "kind": "", "name": "德城区"},
    {"code": STREET, "parent": DISTRICT, "tier": "street", "kind": "", "name": "新湖街道"},
    {"code": OTHER, "parent": DISTRICT, "tier": "street", "kind": "", "name": "运河街道"},
    {"code": "379901001001", "parent": STREET, "tier": "community", "kind": "residents_committee", "name": "康乐社区"},
    {"code": "379901001002", "parent": STREET, "tier": "community", "kind": "residents_committee", "name": "尉署社区"},
    {"code": "379901001203", "parent": STREET, "tier": "community", "kind": "village_committee", "name": "南龙村"},
    {"code": "379901002001", "parent": OTHER, "tier": "community", "kind": "quasi_residents", "name": "向阳社区"},
    {"code": "379901002202", "parent": OTHER, "tier": "community", "kind": "village_committee", "name": "于官屯村"},
]
NOWHERE = "无此社区"
BIRTHS = [
    date(1965, 12, 31), date(1966, 1, 1), date(1960, 2, 29), date(1945, 12, 31), date(1946, 1, 1), date(1940, 6, 1),
    date(1965, 6, 30), date(1965, 7, 1), date(1931, 1, 1), date(1925, 12, 31), date(1970, 1, 1), date(1952, 6, 30),
]  # fmt: skip
PEOPLE = [number(n, BIRTHS[n % len(BIRTHS)]) for n in range(1, 19)]
FIRST, SECOND = date(2026, 1, 8), date(2026, 7, 8)
MONTHS = {
    f"{year}年{month}月": ("span", date(year, month, 1), date(year, month, last))
    for year, month, last in ((2025, 6, 30), (2025, 11, 30), (2025, 3, 31))
}
NAMES: dict[str, dict[str, Any]] = {
    "senior": {"": None, "名册": None, "名册2025年11月20日": ("day", date(2025, 11, 20)), **MONTHS,
               "2024年": ("span", date(2024, 1, 1), date(2024, 12, 31))},
    "event": {"": None, "发放": None, **MONTHS, "2025年": ("span", date(2025, 1, 1), date(2025, 12, 31)),
              "2025年四季度": ("span", date(2025, 10, 1), date(2025, 12, 31)),
              "2025年下半年": ("span", date(2025, 7, 1), date(2025, 12, 31))},
}  # fmt: skip
DAYS = [date(2025, 3, 5), date(2025, 6, 30), date(2025, 7, 1), date(2025, 11, 5), date(2025, 12, 31), date(2026, 1, 3)]
VALUES: dict[str, dict[str, list[Any]]] = {
    "senior": {
        "hukou_kind": ["1", "2", "3"], "living_arrangement": ["1", "2", "3"], "ability_level": ["0", "1", "4", "9"],
        "life_status": ["1", "1", "1", "2", "3"],
        "status_date": [*DAYS, date(2022, 5, 1), date(2024, 2, 1)],
        "file_verified_on": [*DAYS, date(2024, 6, 1)],
        "moved_in_on": [*DAYS, *DAYS, None, None, date(2024, 2, 1)],
    },
    "benefit": {
        "kind": ["payment", "application"], "scheme": ["allow_80", "allow_90", "care_subsidy"],
        "pay_result": ["paid", "paid", "returned"], "paid_on": DAYS, "applied_on": DAYS, "amount": [10000, 30050],
        "funding_level": ["city", "county"], "decision": ["approved", "pending"],
        "status": ["active", "active", "stopped", "suspended"],
        "stop_month": [date(2025, 6, 1), date(2026, 1, 1), date(2025, 12, 1)],
        "start_month": [date(2025, 1, 1), date(2025, 12, 1), date(2026, 1, 1)],
    },
    "activity": {
        "kind": ["event", "fair", "training"], "start_at": DAYS, "sessions": [1, 2], "participants_total": [90],
        "participants_senior": [10, 30], "category": ["arts", "sports"], "campaign": ["none", "jinglaoyue"],
        "organiser_kind": ["office", "firm"],
    },
}  # fmt: skip
OPTIONAL = {
    "senior": [
        "hukou_kind",
        "living_arrangement",
        "ability_level",
        "life_status",
        "status_date",
        "file_verified_on",
        "moved_in_on",
    ],
    "payment": ["scheme", "pay_result", "funding_level", "amount"],
    "application": ["scheme", "decision"],
    "both": ["scheme", "pay_result", "decision", "amount"],
    "entitlement": ["scheme", "status", "stop_month", "start_month"],
    "activity": ["sessions", "participants_senior", "category", "campaign", "organiser_kind"],
}
NEEDED = {
    "senior": [], "payment": ["paid_on"], "application": ["applied_on"], "both": ["kind", "paid_on", "applied_on"],
    "entitlement": [], "activity": ["kind", "start_at"],
}  # fmt: skip
PLUGINS = (DISTRICT, DISTRICT, DISTRICT, STREET)
SORTS = (
    ("senior", "payment", "activity"), ("senior", "senior", "both"), ("senior", "entitlement", "payment"),
    ("senior", "payment", "payment", "application"), ("senior", "activity", "activity", "entitlement"),
)  # fmt: skip
NEVER_BLANK = {"kind", "scheme", "start_at", "participants_total"}  # No row is taken without them.


def within(plugin: str) -> list[dict[str, Any]]:
    """The units of a plugin: its own and those below."""
    return [one for one in UNITS if one["code"] == plugin or plugin in (one["parent"], DISTRICT)]


@st.composite
def streams(
    draw: st.DrawFn, sort: str, letter: str, plugins: Sequence[str] = PLUGINS, least: int = 0
) -> dict[str, Any]:
    """A stream of one sort, its files of at least so many rows read once or twice."""
    record = sort if sort in VALUES else "benefit"
    unmapped = draw(st.sets(st.sampled_from(OPTIONAL[sort]), max_size=draw(st.sampled_from([0, 1, 2, 6]))))
    optional = {*OPTIONAL[sort]} - unmapped
    optional |= {"life_status"} if "status_date" in optional and record == "senior" else set()
    constants = {"kind": sort} if sort in ("payment", "application", "entitlement") else {}
    if record == "benefit" and "scheme" not in optional:
        constants["scheme"] = draw(st.sampled_from(VALUES["benefit"]["scheme"]))
    if sort == "payment" and "pay_result" not in optional and draw(st.booleans()):
        constants["pay_result"] = "paid"
    if sort == "senior" and "hukou_kind" not in optional and draw(st.booleans()):
        constants["hukou_kind"] = "1"
    columns = sorted({*optional, *NEEDED[sort]}) + (["participants_total"] if "participants_senior" in optional else [])
    is_event = sort not in ("senior", "entitlement")
    says = {"kind": set(VALUES[record]["kind"])} if "kind" in columns else {}
    stream = {
        "id": f"{letter}{sort}", "record": record,
        "plugin": draw(st.sampled_from(plugins)),
        "covers": draw(st.sampled_from(["", "", "named", "all"])),
        "begins": draw(st.sampled_from([None, None, date(2025, 1, 1), date(2025, 8, 1)])) if is_event else None,
        "span": draw(st.sampled_from(["", "", "month"])) if is_event else "",
        "columns": columns, "constants": constants, "says": says,
    }  # fmt: skip
    if stream["begins"]:
        stream["span"] = ""
    hollow = {*columns} - NEVER_BLANK
    stream["hollow"] = draw(st.sets(st.sampled_from(sorted(hollow)), min_size=1, max_size=2)) if hollow else hollow
    chance = Random(draw(st.integers(0, 2**32)))
    units = [one["code"] for one in within(stream["plugin"])]
    leaves = [one["code"] for one in within(stream["plugin"]) if one["tier"] == "community" or sort == "activity"]
    named = draw(st.one_of(st.just({*leaves}), st.sets(st.sampled_from(leaves), min_size=1)))
    if draw(st.sampled_from([False, False, False, True])):
        named |= draw(st.sets(st.sampled_from(units), min_size=1, max_size=2))
    doubt = draw(st.sampled_from([0.0, 0.0, 0.05, 0.2, 0.7]))
    blank = draw(st.sampled_from([0.0, 0.15])) if doubt in (0.0, 0.05) else 0.0
    names = draw(
        st.lists(st.sampled_from(sorted(NAMES["senior" if record == "senior" else "event"])), min_size=1, max_size=2)
    )
    many = draw(st.sampled_from([0, 0, 0, 60, 98, 99, 100])) if record == "senior" else 0
    files = []
    for place, name in enumerate(names):
        states = NAMES["senior" if record == "senior" else "event"][name]
        length = draw(st.integers(least, 14) | st.integers(10, 30))
        rows = [row(stream, chance, sorted(named), doubt, blank) for _ in range(length)]
        if states and states[0] == "span" and draw(st.sampled_from([True, True, False])):
            rows = [within_time(one, states[1:], chance) for one in rows]
        files.append({"name": f"{letter}{'ab'[place]}{name}.csv", "states": states, "rows": rows})
    files[0]["rows"] += [filler(stream, n, max(named), chance) for n in range(many)]
    if many and doubt == 0.0:  # One refused, or one with blanks, of about a hundred.
        refused = draw(st.booleans())
        files[0]["rows"].append(row(stream, chance, [max(named)], float(refused), 0.0 if refused else 0.5))
    stream["runs"] = [{"day": FIRST, "files": files}]
    if draw(st.booleans()):
        stream["runs"].append({"day": SECOND, "files": later(stream, files, chance, units)})
    for run in stream["runs"]:
        for file in run["files"]:
            file["rows"] = [{**one, "line": line} for line, one in enumerate(file["rows"], 2)]
    return stream


def row(stream: dict[str, Any], chance: Random, units: list[str], doubt: float, blank: float) -> dict[str, Any]:
    """A row with a value in each column, or none; some are refused, of some nobody can read the unit."""
    refused = chance.random() < doubt
    unit = None if refused and chance.random() < 0.3 else chance.choice(units)
    values = {name: chance.choice(VALUES[stream["record"]][name]) for name in stream["columns"]}
    made = {
        name: None if name in stream["hollow"] and chance.random() < blank else value for name, value in values.items()
    }
    key = f"k{chance.randrange(40)}"
    if made.get("life_status") == "1" and "status_date" in made:
        made["status_date"] = None
    return {"key": key, "person": chance.choice(PEOPLE), "unit": unit, "refused": refused, **made}


def within_time(one: dict[str, Any], span: tuple[date, date], chance: Random) -> dict[str, Any]:
    """A row of a list of what happened, at a time of which the list tells."""
    days = [day for day in DAYS if span[0] <= day <= span[1]] or [span[1]]
    happens = ("paid_on", "applied_on", "start_at")
    return {name: chance.choice(days) if name in happens and value else value for name, value in one.items()}


def filler(stream: dict[str, Any], place: int, unit: str, chance: Random) -> dict[str, Any]:
    """A sound row of somebody who stands nowhere else."""
    sound = row(stream, chance, [unit], 0.0, 0.0)
    return {**sound, "person": number(100 + place + (300 if stream["id"][0] == "d" else 0), BIRTHS[place % 12])}


def later(
    stream: dict[str, Any], files: list[dict[str, Any]], chance: Random, units: list[str]
) -> list[dict[str, Any]]:
    """The files of half a year later: the same, or without a unit, or with somebody moved."""
    named = sorted({one["unit"] for file in files for one in file["rows"] if one["unit"]})
    gone, moved = chance.choice([*named, ""]), chance.random() < 0.5
    found = []
    for file in files:
        kept = [one for one in file["rows"] if one["unit"] != gone]
        if len(file["rows"]) - len(kept) > 9 or not any(not one["refused"] for one in kept):
            kept = list(file["rows"])
        if moved and kept and stream["record"] == "senior":
            kept = [*kept, {**chance.choice(kept), "unit": chance.choice(units), "refused": False}]
        found.append({**file, "rows": kept})
    return found


@st.composite
def districts(draw: st.DrawFn, together: Sequence[Sequence[str]] = SORTS, least: int = 0) -> dict[str, Any]:
    """Units, streams and what the office says it has nothing of."""
    closes, opens = draw(st.sampled_from([("", ""), ("", ""), ("379901001203", ""), ("", "379901002001")]))
    units = [{**one, "begins": date(2025, 7, 1) if one["code"] == opens else None,
              "ends": date(2025, 6, 30) if one["code"] == closes else None} for one in UNITS]  # fmt: skip
    sorts = draw(st.sampled_from(together))
    made = [draw(streams(sort, "cdefg"[place], least=least)) for place, sort in enumerate(sorts)]
    return {"units": units, "streams": made, "nil": frozenset(draw(st.sets(st.just("activity"))))}


def text(one: dict[str, Any], name: str) -> str:
    """A field as it stands in a file."""
    value = one[name]
    if name == "amount" and value is not None:
        return f"{value // 100}.{value % 100:02}"
    return "" if value is None else str(value)


def lay_out(district: District, stream: dict[str, Any], run: dict[str, Any]) -> None:
    """The plugin of a stream, and the files of one of its runs in its inbox."""
    record = stream["record"]
    unit = "residence_unit" if record == "senior" else "unit"
    mapped = {unit: '{ from = "unit", lookup = "units" }'}
    if record != "activity":
        mapped["id_number"] = '"id_number"'
    if record != "senior":
        mapped[f"{record}_id"] = '"key"'
    for name in stream["columns"]:
        is_day = name.endswith(("_on", "_at", "_date"))
        mapped[name] = f'{{ from = "{name}", parse = "date" }}' if is_day else f'"{name}"'
    if "kind" in stream["says"]:
        words = ", ".join(f'{code} = "{code}"' for code in sorted(stream["says"]["kind"]))
        mapped["kind"] = f'{{ from = "kind", values = {{ {words} }} }}'
    mapped |= {name: f'{{ constant = "{code}" }}' for name, code in stream["constants"].items()}
    told = ['files = "parts"']  # Versions have a story of their own.
    told += [f'covers = "{stream["covers"]}"'] if stream["covers"] else []
    told += [f'span = "{stream["span"]}"'] if stream["span"] else []
    told += [f"from = {stream['begins']}"] if stream["begins"] else []
    key = '"id_number"' if record == "senior" else f'"{record}_id"'
    district.plugin(stream["id"], record, mapped, stream["plugin"], "\n".join(told), key)
    inbox = district.folder / "plugins" / stream["id"] / "inbox"
    for old in inbox.iterdir():
        old.unlink()
    headings = ["key", "id_number", "unit", *stream["columns"]]
    for file in run["files"]:
        rows = [",".join(_cells(stream, one)) for one in file["rows"]]
        (inbox / file["name"]).write_text("\n".join([",".join(headings), *rows, ""]), encoding="utf-8")


def _cells(stream: dict[str, Any], one: dict[str, Any]) -> list[str]:
    names = {unit["code"]: unit["name"] for unit in UNITS} | {None: NOWHERE}
    person = one["person"].replace("3799", "3798", 1) if one["refused"] else one["person"]
    cells = {name: text(one, name) for name in stream["columns"]}
    if one["refused"] and "start_at" in cells:
        cells["start_at"] = "2025-02-30"
    return [one["key"], person, names[one["unit"]], *cells.values()]


def days_of(period: str) -> tuple[date, date]:
    """The first and the last day of a year or quarter."""
    year, _, quarter = period.partition("-Q")
    if not quarter:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first = date(int(year), int(quarter) * 3 - 2, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return first, after - timedelta(days=1)
