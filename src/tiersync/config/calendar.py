"""The calendar as people write it: announced days and festivals, a CSV each."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tiersync.config.lists import ListRow, not_usable, read_lines
from tiersync.errors import BadCatalogue
from tiersync.model.calendar import AnnouncedYear, CalendarDays, FestivalDays

DAYS, FESTIVALS = "days.csv", "festivals.csv"
KINDS = ("rest", "work")
MOVING = tuple(FestivalDays.model_fields)


def read_calendar(folder: Path) -> CalendarDays | None:
    """The calendar in a folder, None where there is no such folder; raises BadCatalogue, naming file and line."""
    if not folder.is_dir():
        return None
    return CalendarDays(announced=tuple(_announced(folder / DAYS)), festivals=tuple(_festivals(folder / FESTIVALS)))


def _announced(path: Path) -> Iterator[AnnouncedYear]:
    """Each year with its days in order; a day that stands twice, or in no order of work and rest, is refused."""
    years: dict[int, list[tuple[Any, ListRow]]] = {}
    seen = set()
    for line in read_lines(path, ("date", "day", "document")):
        day, kind = line.fields["date"], line.fields["day"]
        if kind not in KINDS:
            raise BadCatalogue(
                place=line.place,
                why_en=f"day is rest or work, not {kind}",
                why_zh=f"day 须为 rest 或 work，不是 {kind}",
            )
        if day in seen:
            raise BadCatalogue(place=line.place, why_en=f"{day} stands twice", why_zh=f"{day} 重复")
        seen.add(day)
        years.setdefault(_year(line, day), []).append((day, line))
    for year, lines in sorted(years.items()):
        yield _announced_year(year, lines)


def _year(line: ListRow, day: str) -> int:
    if not (day[:4].isdecimal() and len(day) == len("2026-01-01")):
        raise BadCatalogue(place=line.place, why_en=f"{day} is no date", why_zh=f"{day} 不是日期")
    return int(day[:4])


def _announced_year(year: int, lines: list[tuple[str, ListRow]]) -> AnnouncedYear:
    of_kind = {kind: sorted(day for day, line in lines if line.fields["day"] == kind) for kind in KINDS}
    documents = dict.fromkeys(line.fields["document"] for _, line in lines)
    first = lines[0][1]
    if not all(documents):
        raise BadCatalogue(
            place=first.place, why_en=f"days of {year} name no document", why_zh=f"{year} 年的日期没有写明文号"
        )
    try:
        return AnnouncedYear(year=year, document="、".join(documents), **of_kind)
    except ValidationError as error:
        raise not_usable(first.place, error) from error


def _festivals(path: Path) -> Iterator[FestivalDays]:
    for line in read_lines(path, MOVING):
        try:
            yield FestivalDays.model_validate({name: line.fields[name] for name in MOVING})
        except ValidationError as error:
            raise not_usable(line.place, error) from error


def files_of_calendar(calendar: CalendarDays) -> Iterator[tuple[str, str]]:
    """Each file of a calendar: its name, and its text."""
    days = (
        (day, kind, one.document)
        for one in calendar.announced
        for day, kind in sorted([*((day, "rest") for day in one.rest), *((day, "work") for day in one.work)])
    )
    yield DAYS, _spelled([("date", "day", "document"), *days])
    moving = ([one.year, *(getattr(one, name) for name in MOVING)] for one in calendar.festivals)
    yield FESTIVALS, _spelled([("year", *MOVING), *moving])


def _spelled(rows: list[Any]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
