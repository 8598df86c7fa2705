"""What streams tell, worked out one row at a time from plain dicts: the slow half of the plain count.

It is written from design/statistics.md and imports nothing of tiersync, so that it cannot share its mistakes. A stream
is a dict of `record`, `plugin` (its unit), `covers`, `begins`, `span`, `columns`, `constants`, `says` and `runs`; a run
has its `day` and `files`; a file what it `states` (None, ("span", first, last) or ("day", day)) and its `rows`, each
with its `key`, `unit`, `refused` and whatever the columns say.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Days = tuple[date, date]
DEFAULTS = {
    ("senior", "life_status"): "1", ("benefit", "status"): "active", ("activity", "sessions"): 1,
}  # fmt: skip
HAPPENS = {"benefit": ("paid_on", "applied_on", "decided_on"), "activity": ("start_at",)}
TOO_FEW_TO_JUDGE, JUDGED_BY_SHARE = 4, 20  # rows that were read, and of these refused


def hear(stream: dict[str, Any]) -> dict[str, Any] | None:
    """What a stream tells after its last run that is believed; None where none is."""
    heard = None
    for run in stream["runs"]:
        rows = [row for file in run["files"] for row in file["rows"]]
        refused = [row for row in rows if row["refused"]]
        too_many = len(rows) >= TOO_FEW_TO_JUDGE and 2 * len(refused) > len(rows)
        a_hundredth = len(refused) >= JUDGED_BY_SHARE and 100 * len(refused) > len(rows)
        if not (too_many or a_hundredth) and len(refused) < max(1, len(rows)):
            heard = _hear_run(stream, run, heard)
    return heard


def _hear_run(stream: dict[str, Any], run: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    known = before["first_read"] if before else {}
    first_read = {content(file): known.get(content(file), run["day"]) for file in run["files"]}
    kept = list(_one_a_key(stream, run))
    refused = [(file["name"], row) for file in run["files"] for row in file["rows"] if row["refused"]]
    days = {file["name"]: _day_of(file, first_read[content(file)]) for file in run["files"]}
    heard = {
        "record": stream["record"],
        "plugin": stream["plugin"],
        "covers": stream["covers"] or ("named" if stream["record"] == "senior" else "all"),
        "fields": set(stream["columns"]) | set(stream["constants"]),
        "constants": stream["constants"],
        "says": stream["says"],
        "as_of": max(days.values(), default=run["day"]),
        "units": {},
        "carried": set(),
        "rows": [row for _, row in kept],
        "refused": [row for _, row in refused],
        "first_read": first_read,
        "spans": [],
    }
    for name, row in [*kept, *refused]:
        if row["unit"]:
            heard["units"][row["unit"]] = max(days[name], heard["units"].get(row["unit"], days[name]))
    if stream["record"] == "senior":
        _carry(heard, before)
    elif stream["begins"]:
        heard["spans"] = [(stream["begins"], max(first_read.values(), default=run["day"]))]
    else:
        for file in run["files"]:
            own = [row for name, row in kept if name == file["name"]]
            heard["spans"] += _spans(stream, file, own, first_read[content(file)])
    return heard


def content(file: dict[str, Any]) -> str:
    """What stands in a file, whatever its name."""
    return repr([{name: value for name, value in row.items() if name != "line"} for row in file["rows"]])


def _day_of(file: dict[str, Any], read: date) -> date:
    """The day that a list speaks for: the last of the time that it states, never after it was read."""
    return min(read, file["states"][-1]) if file["states"] else read


def _one_a_key(stream: dict[str, Any], run: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    """The sound rows, the last of each key; of a person the last of each unit and content."""
    last: dict[object, tuple[str, Row]] = {}
    for file in run["files"]:
        for row in file["rows"]:
            if not row["refused"]:
                said = sorted((name, str(value)) for name, value in row.items() if name != "line")
                key = repr(said) if stream["record"] == "senior" else row["key"]
                last.pop(key, None)
                last[key] = file["name"], {**row, "place": (file["name"], row["line"])}
    for name, row in last.values():
        filled = {name: code for (record, name), code in DEFAULTS.items() if record == stream["record"]}
        missing = {name: code for name, code in filled.items() if name not in stream["columns"]}
        yield name, {**missing, **row, **stream["constants"]}


def _carry(heard: dict[str, Any], before: dict[str, Any] | None) -> None:
    """A unit that an earlier run named and this one does not keeps the rows of those who stand nowhere else now."""
    if not before or heard["covers"] == "all":
        return
    now = {row["person"] for row in heard["rows"]}
    for unit in sorted(set(before["units"]) - set(heard["units"])):
        kept = [row for row in before["rows"] if row["unit"] == unit and row["person"] not in now]
        if kept:
            heard["rows"] += kept
            heard["units"][unit] = before["units"][unit]
            heard["carried"].add(unit)


def _spans(stream: dict[str, Any], file: dict[str, Any], rows: list[Row], read: date) -> list[Days]:
    """The days of which a list of what happened tells; none where its rows contradict its name."""
    days = [day for row in rows if (day := _happened(stream, row))]
    states = file["states"] if file["states"] and file["states"][0] == "span" and stream["span"] != "month" else None
    if states and any(_month(day)[1] < states[1] or _month(day)[0] > states[2] for day in days):
        return []
    told = [states[1:]] if states else [_month(day) for day in days]
    return [(first, min(last, read)) for first, last in told if first <= read]


def _happened(stream: dict[str, Any], row: Row) -> date | None:
    if row.get("kind") in ("entitlement", "card", "policy"):
        return None
    return next((row[name] for name in HAPPENS[stream["record"]] if row.get(name)), None)


def _month(day: date) -> Days:
    after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(day=1), after - timedelta(days=1)


def below(units: Iterable[dict[str, Any]], upper: str) -> set[str]:
    """A unit and everything that ever was below it."""
    every = list(units)
    found = {upper}
    while more := {one["code"] for one in every if one["parent"] in found} - found:
        found |= more
    return found


def speaks(units: list[dict[str, Any]], heard: dict[str, Any], unit: str) -> bool:
    """Whether a stream tells of a unit at all."""
    within = below(units, heard["plugin"])
    own_leaf = unit == heard["plugin"] and within == {unit}
    return unit in heard["units"] or (unit in within and (heard["covers"] == "all" or own_leaf))


def waiting(units: list[dict[str, Any]], heard: Iterable[dict[str, Any]], record: str, unit: str) -> int:
    """How many refused rows are, or may be, of a unit."""
    return sum(
        row["unit"] == unit or (not row["unit"] and unit in below(units, one["plugin"]))
        for one in heard
        if one["record"] == record
        for row in one["refused"]
    )
