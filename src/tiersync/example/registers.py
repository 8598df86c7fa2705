"""The registers of all communities, with what goes wrong when people keep registers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import NamedTuple

from tiersync.example.filing import SECOND_VISIT, Filing, mark_doubled, spoil
from tiersync.example.identity import as_typed_number, is_sound
from tiersync.example.people import (
    ACTIVE,
    DIED,
    LAST_DAY,
    Person,
    born_a_year_off,
    make_people,
    make_person,
    make_person_born,
    of_other_sex,
)  # fmt: skip
from tiersync.example.registrar import Registrar

FEWEST, MOST = 60, 150  # People in one register.
TURNS_60 = (date(1953, 12, 31), date(1954, 1, 1))  # The youngest who counts, and the oldest who does not.
IN_CONFLICT = (("sex_conflict", "65-69"), ("sex_conflict", "80-84"), ("birth_conflict", "70-74"), ("birth_conflict", "75-79"))  # fmt: skip  # noqa: E501
SPOILT = ("bad_checksum", "bad_checksum", "fifteen_digits", "impossible_date", "unknown_code", "missing")


class Clerk(NamedTuple):
    """Whoever keeps one community's register: where identities come from, what chance does, and where it lies."""

    registrar: Registrar
    random: Random
    home: str

    def files(self, person: Person, **how: str) -> Filing:
        return Filing(person, self.home, **how)  # type: ignore[arg-type]

    def meets(self, band: str) -> Person:
        return make_person(self.registrar, self.random, self.home, band)


def keep_registers(registrar: Registrar, communities: Sequence[str], seed: int) -> dict[str, list[Filing]]:
    """Every community's register, in the order of its rows."""
    registers: dict[str, list[Filing]] = {code: [] for code in communities}
    for place, code in enumerate(communities):
        others = [communities[(place + step) % len(communities)] for step in (1, len(communities) // 2)]
        for filing in _keep_register(Clerk(registrar, Random(f"{seed}/{code}/people"), code), others):
            registers[filing.at].append(filing)
    return {code: _in_order(filings, Random(f"{seed}/{code}/order")) for code, filings in registers.items()}


def _in_order(filings: list[Filing], random: Random) -> list[Filing]:
    return mark_doubled(random.sample(filings, len(filings)))


def _keep_register(clerk: Clerk, others: Sequence[str]) -> Iterator[Filing]:
    """Everybody whom one community meets; a few of them it tells other communities of as well."""
    people = make_people(clerk.registrar, clerk.random, clerk.home, clerk.random.randint(FEWEST, MOST))
    spoilt = list(_spoilt(clerk))
    yield from (clerk.files(person) for person in people)
    yield from _turning_60(clerk)
    yield from _filed_twice(clerk, _settled(people)[:3])
    yield from _in_conflict(clerk)
    yield from spoilt
    yield from _typed_as_numbers(clerk)
    yield from _filed_elsewhere([*_settled(people)[-3:], spoilt[0].person], others)


def _settled(people: Iterable[Person]) -> list[Person]:
    """Seniors of whom nothing has become yet."""
    return [person for person in people if person.since is None and person.age_on(LAST_DAY) >= 60]


def _turning_60(clerk: Clerk) -> Iterator[Filing]:
    for birth in TURNS_60:
        person = make_person_born(birth, clerk.registrar, clerk.random, clerk.home, "60-64")
        yield clerk.files(replace(person, life=ACTIVE, since=None))


def _filed_twice(clerk: Clerk, people: Sequence[Person]) -> Iterator[Filing]:
    """A second row of three people: it knows more than the first, and counts."""
    died = date(LAST_DAY.year, clerk.random.randint(1, 10), 17)
    news = ({"living": "1"}, {"ability": "2"}, {"life": DIED, "since": died})
    for person, change in zip(people, news, strict=True):
        yield Filing(replace(person, **change), clerk.home, SECOND_VISIT)  # type: ignore[arg-type]


def _in_conflict(clerk: Clerk) -> Iterator[Filing]:
    """People whose identity number and columns do not agree; the columns count."""
    for conflict, band in IN_CONFLICT:
        change = of_other_sex if conflict == "sex_conflict" else born_a_year_off
        yield clerk.files(change(clerk.meets(band)), conflict=conflict)


def _spoilt(clerk: Clerk) -> Iterator[Filing]:
    """Further people, whose rows must be refused."""
    for reason in SPOILT:
        person = clerk.meets("65-69")
        written = spoil(person, reason).get("id_number", "")
        if written:
            clerk.registrar.note_identity(str(written))
        yield clerk.files(person, refused=reason)


def _typed_as_numbers(clerk: Clerk) -> Iterator[Filing]:
    """Somebody whose identity was typed as a number; whoever's rounded number would pass is filed as usual."""
    while is_sound(as_typed_number((person := clerk.meets("70-74")).identity)):
        yield clerk.files(person)
    typed = as_typed_number(person.identity)
    for shown in (typed, str(int(float(typed)))):  # As people see it, and as programs read it.
        clerk.registrar.note_identity(shown)
    yield clerk.files(person, refused="precision_lost")


def _filed_elsewhere(people: Sequence[Person], others: Sequence[str]) -> Iterator[Filing]:
    """A second row of people, in the registers of communities that they do not live in."""
    for place, person in enumerate(people):
        yield Filing(person, others[place % len(others)], SECOND_VISIT)
