"""A filing: one row of a community's register of seniors, right or wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tiersync.example.identity import as_fifteen_digits, as_typed_number, with_wrong_check
from tiersync.example.line import Cell, Line
from tiersync.example.people import Person

FIRST_VISIT, SECOND_VISIT = date(2012, 5, 10), date(2013, 11, 20)  # A second row is the one verified later.


@dataclass(frozen=True, slots=True)
class Filing:
    """Who is filed, where, as seen when, and what is wrong with the row."""

    person: Person
    at: str
    verified: date = FIRST_VISIT
    refused: str = ""
    conflict: str = ""
    doubled: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether the row was filed by a unit that its person does not live in."""
        return self.at != self.person.home

    @property
    def weight(self) -> tuple[date, date]:
        """Of several rows of one person, the one with the greatest counts."""
        return self.person.since or date.min, self.verified

    def line(self) -> Line:
        """The row as its fields say it."""
        marks = (self.conflict, "attributed_elsewhere" * self.elsewhere, "doubled" * self.doubled)
        sound = Line(_values(self.person, self.verified), flags=tuple(filter(None, marks)))
        return sound.spoilt(self.refused, **spoil(self.person, self.refused)) if self.refused else sound


def counting(filings: Iterable[Filing]) -> list[Filing]:
    """The rows of one register that count: accepted, each person once."""
    latest: dict[str, Filing] = {}
    for filing in filings:
        held = latest.get(filing.person.identity)
        if not filing.refused and (held is None or filing.weight >= held.weight):
            latest[filing.person.identity] = filing
    return list(latest.values())


def mark_doubled(filings: Iterable[Filing]) -> list[Filing]:
    """The same rows, those marked that are accepted and yet do not count because another row of their person does."""
    register = list(filings)
    winners = {id(filing) for filing in counting(register)}
    return [
        replace(filing, doubled=True) if not filing.refused and id(filing) not in winners else filing
        for filing in register
    ]


def spoil(person: Person, reason: str) -> Mapping[str, Cell]:
    """What stands in a row of `person` that must be refused for `reason`."""
    match reason:
        case "bad_checksum":
            return {"id_number": with_wrong_check(person.identity)}
        case "fifteen_digits":
            return {"id_number": as_fifteen_digits(person.identity)}
        case "precision_lost":
            return {"id_number": float(as_typed_number(person.identity))}
        case "impossible_date":
            return {"birth_date": f"{person.birth.year}-02-30"}
        case "unknown_code":
            return {"living_arrangement": "待核实"}
        case _:
            return {"sex": ""}


def _values(person: Person, verified: date) -> dict[str, Cell]:
    return {
        "name": person.name,
        "sex": person.sex,
        "id_number": person.identity,
        "birth_date": person.birth.isoformat(),
        "hukou_kind": person.hukou,
        "residence_unit": person.home,
        "address": person.address,
        "phone": person.phone,
        "living_arrangement": person.living,
        "ability_level": person.ability,
        "hardship_kind": person.hardship,
        "life_status": person.life,
        "status_date": person.since.isoformat() if person.since else "",
        "file_verified_on": verified.isoformat(),
    }
