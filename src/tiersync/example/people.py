"""Made-up people: who lives in a community, and how."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tiersync.example.identity import FEMALE, MALE
from tiersync.example.margins import (
    ABILITY,
    AGE_BANDS,
    FEMALE_PERCENT,
    HARDSHIP,
    HUKOU,
    LIFE,
    LIVING,
    Shares,
    draw,
    youngest_and_oldest,
)  # fmt: skip
from tiersync.example.registrar import Registrar

LAST_DAY = date(2013, 12, 31)  # Ages and lives are as of this day.
ALWAYS = ("80-84", "85-89", "90-94", "95-99", "100+")  # So that no community lacks the very old.
ACTIVE, DIED, MOVED, LOST = "1", "2", "3", "5"
TURNS = {"died": (DIED, 2013), "died after": (DIED, 2014), "moved": (MOVED, 2013), "lost": (LOST, 2013)}


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person as the columns of a register tell it; the identity number may tell otherwise."""

    identity: str
    name: str
    phone: str
    address: str
    sex: str
    birth: date
    home: str
    hukou: str
    living: str
    ability: str
    hardship: str
    life: str = ACTIVE
    since: date | None = None

    def age_on(self, day: date) -> int:
        """Full years on `day`."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    def active_on(self, day: date) -> bool:
        """Whether this person was active on `day`: is so now, or ceased to be only afterwards."""
        return self.life == ACTIVE or (self.since is not None and self.since > day)


def make_people(registrar: Registrar, random: Random, home: str, count: int) -> list[Person]:
    """`count` people who live in the unit `home`, the very old among them."""
    drawn = [draw(random, AGE_BANDS) for _ in range(count - len(ALWAYS))]
    return [make_person(registrar, random, home, band) for band in (*ALWAYS, *drawn)]


def make_person(registrar: Registrar, random: Random, home: str, band: str) -> Person:
    """Somebody of the age band `band` who lives in the unit `home`."""
    return make_person_born(_birth_date(random, band), registrar, random, home, band)


def make_person_born(birth: date, registrar: Registrar, random: Random, home: str, band: str) -> Person:
    """Somebody born on `birth` who lives in the unit `home` as people of the age band `band` do."""
    sex = FEMALE if random.randrange(100) < FEMALE_PERCENT[band] else MALE
    life, since = _life(random)
    return Person(
        identity=registrar.identity(birth, sex),
        name=registrar.name(sex),
        phone=registrar.phone(),
        address=registrar.address(),
        sex=sex,
        birth=birth,
        home=home,
        hukou=draw(random, HUKOU),
        living=draw(random, LIVING),
        ability=draw(random, _ability_of(band)),
        hardship=draw(random, HARDSHIP),
        life=life,
        since=since,
    )


def of_other_sex(person: Person) -> Person:
    """The same person, whose column says one sex and whose identity number the other."""
    return replace(person, sex=FEMALE if person.sex == MALE else MALE)


def born_a_year_off(person: Person) -> Person:
    """The same person, whose column and whose identity number differ by a year of age."""
    return replace(person, birth=person.birth - timedelta(days=365))


def _ability_of(band: str) -> Shares:
    return ABILITY["80 and over" if youngest_and_oldest(band)[0] >= 80 else "younger"]


def _birth_date(random: Random, band: str) -> date:
    """A day on which somebody was born who was of age `band` on the last day."""
    youngest, oldest = youngest_and_oldest(band)
    first = date(LAST_DAY.year - oldest, 1, 1)
    days = (date(LAST_DAY.year - youngest, 12, 31) - first).days
    return first + timedelta(days=random.randint(0, days))


def _life(random: Random) -> tuple[str, date | None]:
    """What became of somebody, and when: ended in 2013, in January 2014, or not at all."""
    turn = draw(random, LIFE)
    if turn not in TURNS:
        return ACTIVE, None
    code, year = TURNS[turn]
    return code, date(year, 1 if year > LAST_DAY.year else random.randint(1, 12), random.randint(1, 28))
