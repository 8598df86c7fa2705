"""Who a person is, plainly: of the rows of each senior the one that counts, and what payments learn of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.stories.plain_hearing import Row, hear


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
