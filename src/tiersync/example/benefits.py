"""What a community pays, grants and insures, in the made-up network."""

from collections.abc import Iterator

from tiersync.example.identity import with_wrong_check
from tiersync.example.line import Line
from tiersync.example.office import Office
from tiersync.example.people import LAST_DAY, Person
from tiersync.example.registrar import Registrar

RURAL, NO_HARDSHIP = "1", "0"
INSURED_PERCENT = 37
RETURNED_PERCENT = 4
PAYMENTS = {  # amount and date
    "allow_80": ("100.00", "2013-12-20"),
    "allow_90": ("300.00", "2013-09-30"),
    "rural_hardship_80": ("500.00", "2013-10-12"),
}


def benefits(office: Office, registrar: Registrar) -> list[Line]:
    """Entitlements and payments of the very old, policies of everybody, and three rows that cannot be right."""
    lines = [*_entitlements(office), *_payments(office), *_policies(office)]
    return _numbered(office, [*lines, *_spoilt(office, registrar, lines[0])])


def _numbered(office: Office, lines: list[Line]) -> list[Line]:
    return [
        Line({"benefit_id": f"{office.code}{place:05}", **line.values}, line.refused)
        for place, line in enumerate(lines, start=1)
    ]


def _allowance(person: Person) -> str:
    """The scheme for somebody of this age, none from 100 on."""
    age = person.age_on(LAST_DAY)
    return "allow_80" if age < 90 else "allow_90" if age < 100 else ""


def _entitlements(office: Office) -> Iterator[Line]:
    for person in office.very_old:
        if scheme := _allowance(person):
            yield _step(office, person, "entitlement", scheme, start_month="2012-01", status="active")
    for person in office.very_old[:1]:  # A right that this person once had to another grant.
        yield _step(
            office, person, "entitlement", "rural_hardship_80",
            start_month="2011-01", stop_month="2013-06", status="stopped",
        )  # fmt: skip


def _payments(office: Office) -> Iterator[Line]:
    for person in office.very_old:
        for scheme in filter(None, (_allowance(person), _aid(person))):
            amount, day = PAYMENTS[scheme]
            result = "returned" if office.random.randrange(100) < RETURNED_PERCENT else "paid"
            level = "county" if scheme == "rural_hardship_80" else "city"
            yield _step(
                office, person, "payment", scheme,
                amount=amount, paid_on=day, pay_result=result, funding_level=level, status="active",
            )  # fmt: skip


def _aid(person: Person) -> str:
    return "rural_hardship_80" if person.hukou == RURAL and person.hardship != NO_HARDSHIP else ""


def _policies(office: Office) -> Iterator[Line]:
    """The policies of 2013, and a few of the year before that must not count."""
    for person in office.seniors:
        if office.random.randrange(100) < INSURED_PERCENT:
            yield _step(office, person, "policy", "yinling_ankang", period="2013", status="active")
    for person in office.seniors[:2]:
        yield _step(office, person, "policy", "yinling_ankang", period="2012", status="stopped")


def _spoilt(office: Office, registrar: Registrar, sound: Line) -> Iterator[Line]:
    wrong = registrar.note_identity(with_wrong_check(sound["id_number"]))
    yield sound.spoilt("bad_checksum", id_number=wrong)
    yield sound.spoilt("unknown_code", scheme="另一项补助")
    yield sound.spoilt("other_unit", unit=office.above)


def _step(office: Office, person: Person, kind: str, scheme: str, **more: str) -> Line:
    return Line({"id_number": person.identity, "kind": kind, "scheme": scheme, "unit": office.code, **more})
