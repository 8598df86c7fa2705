"""The activities and services of an office of any tier, in the made-up network."""

from collections.abc import Iterator
from datetime import date, timedelta

from tiersync.example.line import Line
from tiersync.example.office import Office

KINDS = ("event", "event", "event", "publicity", "fair", "contest", "training", "meeting")
CATEGORIES = ("arts", "sports", "health", "education", "law", "charity")
ORGANISERS = ("office", "association", "department")
FIRST_DAY = date(2012, 12, 1)  # A few days of the years before and after, which must not count.
DAYS = 420
MONTH_OF_RESPECT = (date(2013, 10, 1), 31)


def activities(office: Office) -> list[Line]:
    """What was held, a third of it in the month of respect, and a row that belongs to another unit."""
    lines = [_activity(office, place) for place in office.some(6, 14)]
    return [*lines, lines[0].spoilt("other_unit", unit=office.above, activity_id=f"{office.code}201310099999")]


def services(office: Office) -> list[Line]:
    """Visits, care and petitions, and two rows that cannot be right."""
    lines = [_service(office, place) for place in office.some(8, 20)]
    spoilt = (
        lines[0].spoilt("impossible_date", done_on="2013-09-31", service_id=f"{office.code}90001"),
        lines[1].spoilt("missing", kind="", service_id=f"{office.code}90002"),
    )
    return [*lines, *spoilt]


def _activity(office: Office, place: int) -> Line:
    day, campaign = _day(office, place)
    seniors = office.random.randint(15, 400)
    return Line({
        "activity_id": f"{office.code}{day:%Y%m%d}{place:04}",
        "kind": office.random.choice(KINDS),
        "unit": office.code,
        "start_at": day.isoformat(),
        "category": office.random.choice(CATEGORIES),
        "campaign": campaign,
        "organiser_kind": office.random.choice(ORGANISERS),
        "sessions": str(office.random.randint(1, 4)),
        "participants_total": str(seniors + office.random.randint(0, 60)),
        "participants_senior": str(seniors),
    })  # fmt: skip


def _day(office: Office, place: int) -> tuple[date, str]:
    if place % 3 == 0:
        first, days = MONTH_OF_RESPECT
        return first + timedelta(days=office.random.randrange(days)), "jinglaoyue"
    day = FIRST_DAY + timedelta(days=office.random.randrange(DAYS))
    return day, "laonianfa_month" if day.month == 7 else "none"


def _service(office: Office, place: int) -> Line:
    day, campaign = _day(office, place)
    given = dict(_kind_of_service(office)) | dict(_served(office))
    return Line({
        "service_id": f"{office.code}{place:05}",
        "unit": office.code,
        "done_on": day.isoformat(),
        "status": "done",
        "campaign": campaign,
        **given,
    })  # fmt: skip


def _kind_of_service(office: Office) -> Iterator[tuple[str, str]]:
    kind = office.random.choice(("visit", "visit", "visit", "care", "petition"))
    yield "kind", kind
    if kind == "visit":
        yield "visit_kind", office.random.choice(("routine", "condolence", "leader"))
        yield "target_group", office.random.choice(("100+", "80+", "hardship", "general"))
        yield "visitor_level", office.level
        yield "amount", f"{office.random.randrange(0, 1000, 50)}.00"
        yield "in_kind", office.random.choice("01")


def _served(office: Office) -> Iterator[tuple[str, str]]:
    """Whom it was done for, where the office knows its people."""
    if office.seniors:
        person = office.random.choice(office.seniors)
        yield "id_number", person.identity
        yield "served", person.name
