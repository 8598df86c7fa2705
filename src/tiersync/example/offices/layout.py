"""Which folder holds which office's rows: a node's folder for each unit that has one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from tiersync.errors import UnknownUnit
from tiersync.example.offices.habits import USUAL, Habits, in_turn
from tiersync.example.plan.places import STREET, Places


class By(StrEnum):
    """The lowest units that have folders of their own."""

    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"


DEPTHS: Mapping[By, int] = {By.CITY: 0, By.COUNTY: 1, By.STREET: 2, By.COMMUNITY: 2}


class Layout(NamedTuple):
    """`by` community, every community has a folder of its own, or those of `street` alone if one is named.

    If offices are `various`, they keep their files in different ways, the communities first.
    """

    by: By = By.STREET
    street: str = ""
    various: bool = False

    def folders(self, places: Places) -> dict[str, str]:
        """For every unit the one in whose folder its rows lie. Raises UnknownUnit."""
        if self.street and self.street not in places.streets:
            raise UnknownUnit(unit=self.street)
        return {unit: self._folder(places.tree.path(unit)[::-1]) for unit in places.tree.units}

    def habits(self, places: Places) -> dict[str, Habits]:
        """How each unit keeps its files."""
        if not self.various:
            return dict.fromkeys(places.tree.units, USUAL)
        others = [unit for unit in places.tree.units if unit not in places.number]
        return in_turn([*places.communities, *others])

    def _folder(self, path: list[str]) -> str:
        if self.by is By.COMMUNITY and len(path) > STREET and self.street in ("", path[STREET]):
            return path[-1]
        return path[min(DEPTHS[self.by], len(path) - 1)]
