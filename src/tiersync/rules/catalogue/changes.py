"""What a new catalogue changes: its entries one by one, and the forms whose figures would be made otherwise."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeVar

from tiersync.model.calendar import AnnouncedYear, CalendarDays
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Dimension, Indicator
from tiersync.model.period import Period
from tiersync.model.unit import Unit, day_after

One = TypeVar("One")
Entry = Indicator | Dimension | Form | Rule | Unit
Sort = Literal["indicator", "dimension", "form", "rule", "code list", "calendar", "unit"]


class Changed(NamedTuple):
    """One entry that is added, changed or removed; `fields` are what is another in it, of a code list its codes."""

    sort: Sort
    code: str
    how: Literal["added", "changed", "removed"]
    fields: tuple[str, ...] = ()


def changes(before: Catalogue, after: Catalogue) -> list[Changed]:
    """Every entry that is not as it was, in order of sort and code."""
    return [
        *_entries("indicator", before.indicators, after.indicators),
        *_entries("dimension", before.dimensions, after.dimensions),
        *_entries("form", before.forms, after.forms),
        *_entries("rule", before.rules, after.rules),
        *_changed("code list", before.codes, after.codes, _codes),
        *_changed("calendar", _years(before.calendar), _years(after.calendar), _days),
        *_festivals(before.calendar, after.calendar),
        *_entries("unit", before.units, after.units),
    ]


class TreeTurn(NamedTuple):
    """The first day from which on a unit stands otherwise: under another parent, gone, or new."""

    day: date
    unit: str


def first_turn(before: Catalogue, after: Catalogue) -> TreeTurn | None:
    """Where the tree of `after` first is another than that of `before`; None where it has only other names."""
    was, now = before.tree.units, after.tree.units
    turns = (
        _turn_of(was.get(code), now.get(code)) for code in was.keys() | now.keys() if was.get(code) != now.get(code)
    )
    return min((turn for turn in turns if turn), default=None)


def _turn_of(was: Unit | None, now: Unit | None) -> TreeTurn | None:
    """The first day on which a unit stands otherwise by these two."""
    both = [unit for unit in (was, now) if unit]
    starts = {place.first for unit in both for place in unit.places}
    ends = {day_after(unit.last_day) for unit in both if unit.valid_to}
    taken = {one.on for unit in both for one in unit.replaced_by}
    unlike = (day for day in sorted(starts | ends | taken) if _stands(was, day) != _stands(now, day))
    return next((TreeTurn(day, both[0].code) for day in unlike), None)


def _stands(unit: Unit | None, day: date) -> object:
    """What of a unit on one day decides figures: whether it is there, of which tier, below whom, and who took over."""
    if unit is None:
        return None, ()
    taken = tuple(one for one in unit.replaced_by if one.on == day)
    return ((unit.tier, unit.stood_on(day).parent) if unit.valid_on(day) else None), taken


def _years(calendar: CalendarDays | None) -> dict[str, AnnouncedYear]:
    return {str(one.year): one for one in calendar.announced} if calendar else {}


def _days(before: AnnouncedYear, after: AnnouncedYear) -> tuple[str, ...]:
    """The days that are another, and the document if it is."""
    was, now = ({(day, is_off) for is_off in (True, False) for day in (one.rest if is_off else one.work)}
                for one in (before, after))  # fmt: skip
    days = sorted({str(day) for day, _ in was ^ now})
    return (*days, *(("document",) if before.document != after.document else ()))


def _festivals(before: CalendarDays | None, after: CalendarDays | None) -> Iterator[Changed]:
    was, now = (one.festivals if one else () for one in (before, after))
    if was != now:
        yield Changed("calendar", "festivals", "changed" if was and now else "added" if now else "removed")


def _entries(sort: Sort, before: Iterable[Entry], after: Iterable[Entry]) -> Iterator[Changed]:
    was, now = ({one.code: one for one in entries} for entries in (before, after))
    yield from _changed(sort, was, now, _fields)


def _changed(
    sort: Sort, before: Mapping[str, One], after: Mapping[str, One], told: Callable[[One, One], tuple[str, ...]]
) -> Iterator[Changed]:
    for code in sorted(before.keys() | after.keys()):
        if code not in before:
            yield Changed(sort, code, "added")
        elif code not in after:
            yield Changed(sort, code, "removed")
        elif before[code] != after[code]:
            yield Changed(sort, code, "changed", told(before[code], after[code]))


def _fields(before: Entry, after: Entry) -> tuple[str, ...]:
    return tuple(name for name in type(before).model_fields if getattr(before, name) != getattr(after, name))


def _codes(before: tuple[ListedCode, ...], after: tuple[ListedCode, ...]) -> tuple[str, ...]:
    """The codes that are new (+), gone (-) or worded anew; of a list that has only another order, none."""
    was, now = ({one.code: one for one in codes} for codes in (before, after))
    new, gone = (f"+{code}" for code in now if code not in was), (f"-{code}" for code in was if code not in now)
    return (*new, *gone, *(code for code in now if code in was and now[code] != was[code]))


def forms_changed(before: Catalogue, after: Catalogue) -> list[Form]:
    """The forms whose figures would be made otherwise, as they are to be, or were where they are gone."""
    forms = {form.code: form for form in (*before.forms, *after.forms)}
    return [forms[code] for code in sorted(forms) if before.definitions(code) != after.definitions(code)]


def first_under(form: Form, begins: Period) -> Period:
    """The first period of a form that a catalogue pins which is in force from `begins` on."""
    period = Period.of(form.period, begins.first_day)
    if period.first_day < begins.first_day:
        period = Period.of(form.period, period.last_day + timedelta(days=1))
    return period
