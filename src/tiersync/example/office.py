"""An office of the made-up network: its unit, whom it serves, and what chance does there."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tiersync.example.people import LAST_DAY, Person
from tiersync.model.unit import Unit

VERY_OLD = 80
LEVELS: Mapping[str, str] = {"district": "county"}  # Where the code list of levels and the tiers have unlike names.


@dataclass(frozen=True)
class Office:
    """One unit, and the `seniors` it can be sure of: filed once, soundly, and alive."""

    unit: Unit
    random: Random
    seniors: tuple[Person, ...] = ()

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def above(self) -> str:
        """A unit that is none of this office's business: the one above it, or the province."""
        return self.unit.parent or self.code[:2].ljust(12, "0")

    @property
    def level(self) -> str:
        """This office's tier, by the code list of levels."""
        return LEVELS.get(self.unit.tier, self.unit.tier)

    def some(self, fewest: int, most: int) -> range:
        """As many as chance says."""
        return range(self.random.randint(fewest, most))

    @property
    def very_old(self) -> list[Person]:
        """Those of its seniors who are 80 or over."""
        return [person for person in self.seniors if person.age_on(LAST_DAY) >= VERY_OLD]
