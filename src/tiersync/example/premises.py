"""The associations, facilities and declared figures of a community, in the made-up network."""

from collections.abc import Iterator
from dataclasses import replace

from tiersync.example.line import Line
from tiersync.example.office import Office
from tiersync.example.registrar import Registrar

FACILITIES = ("xingfuyuan", "day_care", "canteen", "activity_room")
OWNERSHIP = ("public", "public_built_private_run", "private")
SHARE_OF_SENIORS = 16  # percent


def associations(office: Office, registrar: Registrar) -> list[Line]:
    """One or two associations, and one that was dissolved before the year began."""
    lines = [_association(office, registrar, place) for place in office.some(1, 2)]
    return [*lines, _dissolved(_association(office, registrar, len(lines)), "2012-06-30")]


def facilities(office: Office) -> list[Line]:
    """A few places for seniors, one of them closed, and one row of another unit."""
    lines = [_facility(office, place) for place in office.some(1, 3)]
    closed = _dissolved(_facility(office, len(lines)), "2013-03-15")
    foreign = lines[0].spoilt("other_unit", unit=office.above, facility_id=f"{office.code}F99")
    return [*lines, closed, foreign]


def figures(office: Office) -> list[Line]:
    """What a community declares: its population as the police give it, its volunteers, staff and printed sheets."""
    return [*_population(office), *_own_work(office)]


def _own_work(office: Office) -> Iterator[Line]:
    own = {
        ("A03", "2013"): 320,
        ("A03", "2013-Q4"): 90,
        ("S05", "2013"): 12,
        ("S05", "2013-Q4"): 12,
        ("W03", "2013"): 3,
    }
    for (indicator, period), value in own.items():
        yield Line({
            "figure_id": f"{office.code}{indicator}{period[4:]}",
            "indicator": indicator,
            "unit": office.code,
            "period": period,
            "dims": "",
            "value": str(value),
            "value_role": "actual",
        })  # fmt: skip


def _population(office: Office) -> list[Line]:
    """The registered population of 2013: the total, the sexes, the kinds of registration."""
    total = len(office.seniors) * 100 // SHARE_OF_SENIORS
    women, rural = total * 49 // 100, total * 70 // 100
    parts = {
        "": total,
        "sex=1": total - women,
        "sex=2": women,
        "hukou_kind=1": rural,
        "hukou_kind=2": total - rural,
    }
    return [
        Line({
            "figure_id": f"{office.code}P01{place}",
            "indicator": "P01",
            "unit": office.code,
            "period": "2013",
            "dims": dims,
            "value": str(value),
            "value_role": "actual",
        })
        for place, (dims, value) in enumerate(parts.items())
    ]  # fmt: skip


def _dissolved(line: Line, day: str) -> Line:
    return replace(line, values={**line.values, "status": "dissolved", "status_date": day})


def _association(office: Office, registrar: Registrar, place: int) -> Line:
    members = office.random.randint(20, 90)
    return Line({
        "assoc_id": f"{office.code}{place:04}",
        "name": f"{office.unit.name}第{place + 1}老年协会",
        "unit": office.unit.name,
        "assoc_level": "community",
        "legal_form": office.random.choice("1223"),
        "established_on": f"{office.random.randint(1996, 2012)}-10-{office.random.randint(1, 28):02}",
        "members_total": str(members),
        "members_female": str(office.random.randint(5, members)),
        "status": "active",
        "officer": registrar.name(),
        "officer_phone": registrar.phone(),
    })  # fmt: skip


def _facility(office: Office, place: int) -> Line:
    beds = office.random.randint(0, 40)
    return Line({
        "facility_id": f"{office.code}F{place:02}",
        "name": f"{office.unit.name}第{place + 1}养老服务点",
        "facility_type": office.random.choice(FACILITIES),
        "unit": office.code,
        "ownership": office.random.choice(OWNERSHIP),
        "opened_on": f"{office.random.randint(2001, 2012)}-05-{office.random.randint(1, 28):02}",
        "beds": str(beds),
        "beds_nursing": str(office.random.randint(0, beds)),
        "status": "active",
    })  # fmt: skip
