"""The plan of the city: every number that is settled before the first person is made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from tiersync.example.plan.margins import Counts, Margins, read_margins, rows_of, scaled
from tiersync.example.plan.shares import rounded, share_out

NINETIES = ("90-94", "95-99")
HUNDREDS = "100+"
EIGHTY_UP = ("80-84", "85-89", *NINETIES, HUNDREDS)
REFUSED = ("bad_checksum", "fifteen_digits", "precision_lost", "impossible_date")
CLAIMS = ("medical", "disability", "death")
OFFICES = ("city", "district", "street", "community")  # from the top, as facts name them


class Roll(NamedTuple):
    """Residents of 90 to 99 by what they have to do with the allowance, and those who left its roll.

    `unentered` died after they were paid, and their register does not know; the other dead are in it as dead.
    """

    stay: int
    later: int
    elsewhere: int
    unentered: int
    never: int
    dead_when_paid: int
    died: int
    turned: int
    moved: int

    @property
    def paid(self) -> int:
        """Who was on the roll on the day of payment."""
        return self.stay + self.unentered + self.dead_when_paid + self.died + self.turned + self.moved

    @property
    def at_end(self) -> int:
        """Who is on it at the end of the year."""
        return self.stay + self.later

    @property
    def eligible(self) -> int:
        """Residents of 90 to 99 who are registered where they live."""
        return self.stay + self.later + self.unentered + self.never


@dataclass(frozen=True)
class Plan:
    """Every number of a city of this share and seed, on a tree with so many communities."""

    share: Fraction
    seed: int
    communities: int

    @cached_property
    def margins(self) -> Margins:
        return scaled(_WHOLE.margins, self.share)

    def count(self, fact: str) -> int:
        """A fact at this share."""
        return rounded(_WHOLE.facts[fact] * self.share)

    def rate(self, fact: str) -> Decimal:
        """A fact that is the same at every share."""
        return Decimal(_WHOLE.facts[fact])

    def parts(self, total: int, *facts: str) -> dict[str, int]:
        """`total` shared out in proportion to these facts."""
        return dict(zip(facts, share_out(total, [_WHOLE.facts[fact] for fact in facts]), strict=True))

    def by_office(self, fact: str) -> list[int]:
        """A fact shared out among the tiers, from the top."""
        return list(self.parts(self.count(fact), *(f"{fact}_{office}" for office in OFFICES)).values())

    @cached_property
    def dirt(self) -> Counts:
        """How much of each kind of dirt is planted among or beside the seniors."""
        return {kind: rounded(self.margins.seniors * share) for kind, share in _WHOLE.dirt.items() if kind != _DEATHS}

    @cached_property
    def unentered(self) -> Counts:
        """Seniors whose death nobody entered, by age band from 80 on."""
        return _unentered(self.margins)

    @cached_property
    def roll(self) -> Roll:
        """Who is on the roll of the allowance, who left it, and who never was on it."""
        unentered = sum(self.unentered[band] for band in NINETIES)
        residents = sum(self.margins.bands[band] for band in NINETIES) - unentered
        whole = _WHOLE.roll
        weights = [whole.stay, whole.later, whole.elsewhere, whole.never]
        stay, later, elsewhere, never = share_out(residents, weights)
        leaving = max(0, self.count("roll_paid") - stay - unentered)
        centenarians = self.margins.bands[HUNDREDS] - self.unentered[HUNDREDS]
        room = [leaving, leaving, centenarians, leaving]
        left = share_out(leaving, [whole.dead_when_paid, whole.died, whole.turned, whole.moved], room)
        return Roll(stay, later, elsewhere, unentered, never, *left)

    @property
    def associations(self) -> int:
        """How many communities have an association; none has two."""
        return min(self.count("associations"), self.communities)

    @property
    def visited(self) -> int:
        """How many seniors were visited by their community as it had planned."""
        return self.by_office("visits")[-1]

    @property
    def planned(self) -> int:
        """How many seniors are to be visited."""
        return max(self.visited, self.count("visit_plans"))

    @property
    def quarterly(self) -> int:
        """How many of them are to be visited every quarter; the others once a year."""
        return self.planned // 2

    @property
    def visits_due(self) -> int:
        """How many visits are planned for the year."""
        return self.planned + 3 * self.quarterly

    @property
    def trainings(self) -> int:
        """How many courses for caregivers: one at least where anybody is trained."""
        return max(self.count("trainings"), min(1, self.count("trainees")))

    @property
    def refusals(self) -> int:
        """Refused applications: at most as many as there are people of that age who are not on the roll."""
        return min(self.count("applications_refused"), self.roll.elsewhere + self.roll.never)

    @property
    def care_points(self) -> int:
        """How many communities have a day-care or home-care point; none has two."""
        return min(self.count("care_points"), self.communities)

    @property
    def legal_forms(self) -> Counts:
        """Associations by how they are registered."""
        parts = self.parts(self.associations, "associations_registered", "associations_filed")
        return dict(zip("12", parts.values(), strict=True))

    @property
    def standardised(self) -> int:
        """Associations that meet the standard."""
        return min(self.count("associations_standardised"), self.associations)

    @cached_property
    def claims(self) -> dict[str, tuple[int, int]]:
        """Claims paid by kind: how many, and how many yuan together."""
        total = sum(_WHOLE.facts[f"claims_{kind}"] for kind in CLAIMS)
        persons = share_out(rounded(total * self.share), [_WHOLE.facts[f"claims_{kind}"] for kind in CLAIMS])
        worth = [_WHOLE.facts[f"claims_{kind}_yuan"] for kind in CLAIMS]
        weights = [yuan if count else 0 for count, yuan in zip(persons, worth, strict=True)]
        yuan = share_out(rounded(sum(worth) * self.share) if sum(persons) else 0, weights)
        return dict(zip(CLAIMS, zip(persons, yuan, strict=True), strict=True))


class _Whole:
    """The margins, facts and dirt of the whole city, read once."""

    @cached_property
    def margins(self) -> Margins:
        return read_margins()

    @cached_property
    def facts(self) -> Counts:
        return {row["fact"]: int(row["value"]) for row in rows_of("facts")}

    @cached_property
    def dirt(self) -> Mapping[str, Fraction]:
        return {row["dirt"]: Fraction(row["share"]) for row in rows_of("dirt")}

    @cached_property
    def roll(self) -> Roll:
        """Who never was on the roll is whoever is left."""
        facts = self.facts
        left = [facts[name] for name in ("roll_died", "roll_turned_100", "roll_moved")]
        stay, later = facts["roll_paid"] - sum(left), facts["roll_approved_later"]
        unentered = sum(_unentered(self.margins)[band] for band in NINETIES)
        elsewhere, residents = facts["registered_elsewhere"], sum(self.margins.bands[band] for band in NINETIES)
        never = residents - stay - later - elsewhere - unentered
        before = facts["paid_after_death"]
        return Roll(stay, later, elsewhere, unentered, never, before, left[0] - unentered - before, *left[1:])


_WHOLE = _Whole()
_DEATHS = "death_not_entered"


def _unentered(margins: Margins) -> Counts:
    bands = [margins.bands[band] for band in EIGHTY_UP]
    total = rounded(sum(bands) * _WHOLE.dirt[_DEATHS])
    return dict(zip(EIGHTY_UP, share_out(total, bands), strict=True))
