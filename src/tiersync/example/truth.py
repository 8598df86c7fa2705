"""What the figures must come out at, counted from the made-up people and rows themselves, not from any file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tiersync.example.filing import Filing, counting
from tiersync.example.line import Line, Sheet
from tiersync.example.people import Person
from tiersync.model.canonical import Value
from tiersync.model.period import Period

PERIODS = (Period("2013-Q4"), Period("2013"))
HELD = ("event", "publicity", "fair", "contest")

Applies = Callable[[Line, Period], bool]
Measure = Callable[[list[Line]], Decimal]


class Fact(Value):
    """One figure of one unit's own for one period."""

    indicator: str
    period: str
    unit: str
    value: Decimal


def residents(register: Iterable[Filing], day: date) -> list[Person]:
    """Who lives in the community that keeps `register`, was active on `day`, and has an accepted row there."""
    rows = [filing for filing in counting(register) if not filing.elsewhere]
    return [filing.person for filing in rows if filing.person.active_on(day)]


def residents_60_plus(register: Iterable[Filing], day: date) -> int:
    """How many of them were 60 or over on `day`."""
    return len({person.identity for person in residents(register, day) if person.age_on(day) >= 60})


def facts_of_register(unit: str, register: Sequence[Filing]) -> Iterator[Fact]:
    """The figures of a community's population."""
    for period in PERIODS:
        day = period.last_day
        people = [person for person in residents(register, day) if person.age_on(day) >= 60]
        for indicator, applies in PEOPLE.items():
            number = sum(applies(person, person.age_on(day)) for person in people)
            yield Fact(indicator=indicator, period=str(period), unit=unit, value=Decimal(number))


def facts_of_sheet(sheet: Sheet) -> Iterator[Fact]:
    """The figures that a unit's other rows add up to."""
    for indicator, (record, applies, measure) in ROWS.items():
        for period in PERIODS if record == sheet.record else ():
            lines = [line for line in sheet.lines if not line.refused and applies(line, period)]
            yield Fact(indicator=indicator, period=str(period), unit=sheet.unit, value=measure(lines))


def _number(lines: list[Line]) -> Decimal:
    return Decimal(len(lines))


def _persons(lines: list[Line]) -> Decimal:
    return Decimal(len({line["id_number"] for line in lines}))


def _sum_of(name: str) -> Measure:
    return lambda lines: sum((Decimal(line[name] or 0) for line in lines), Decimal(0))


def _within(text: str, period: Period) -> bool:
    return period.first_day.isoformat() <= text <= period.last_day.isoformat()


def _standing(line: Line, period: Period) -> bool:
    return line["status"] == "active" or line["status_date"] > period.last_day.isoformat()


def _paid(line: Line, period: Period) -> bool:
    return (line["kind"], line["pay_result"]) == ("payment", "paid") and _within(line["paid_on"], period)


def _on_the_roll(line: Line, period: Period) -> bool:
    return (line["kind"], line["status"]) == ("entitlement", "active")


def _insured(line: Line, period: Period) -> bool:
    born = date.fromisoformat("-".join((line["id_number"][6:10], line["id_number"][10:12], line["id_number"][12:14])))
    day = period.last_day
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return line["kind"] == "policy" and line["period"] == str(day.year) and age >= 60


def _held(line: Line, period: Period) -> bool:
    return line["kind"] in HELD and _within(line["start_at"], period)


def _visited(line: Line, period: Period) -> bool:
    return line["kind"] == "visit" and _within(line["done_on"], period)


def _declared(line: Line, period: Period) -> bool:
    return not line["dims"] and line["period"] == str(period)


PEOPLE: Mapping[str, Callable[[Person, int], bool]] = {
    "P02": lambda person, age: True,
    "P04": lambda person, age: age >= 65,
    "P05": lambda person, age: age >= 80,
    "P06": lambda person, age: 90 <= age <= 99,
    "P07": lambda person, age: age >= 100,
    "P08": lambda person, age: person.living in ("1", "2"),
    "P09": lambda person, age: person.living == "1",
    "P10": lambda person, age: person.ability in ("1", "2", "3", "4"),
    "P11": lambda person, age: person.hardship != "0",
}
ROWS: Mapping[str, tuple[str, Applies, Measure]] = {
    "P01": ("figure", _declared, _sum_of("value")),
    "B01": ("benefit", _paid, _persons),
    "B02": ("benefit", _on_the_roll, _persons),
    "B03": ("benefit", _paid, _sum_of("amount")),
    "I01": ("benefit", _insured, _persons),
    "O01": ("association", _standing, _number),
    "O03": ("association", _standing, _sum_of("members_total")),
    "A01": ("activity", _held, _sum_of("sessions")),
    "A02": ("activity", _held, _sum_of("participants_senior")),
    "S01": ("service", _visited, _number),
    "S02": ("service", _visited, _sum_of("amount")),
    "F01": ("facility", _standing, _number),
    "F02": ("facility", _standing, _sum_of("beds")),
}
