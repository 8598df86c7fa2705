"""Which folder holds which office's rows: a node's folder for each unit that has one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from tiersync.errors import UnknownUnit
from tiersync.example.city.places import STREET, Places


class By(StrEnum):
    """The lowest units that have folders of their own."""

    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"


DEPTHS: Mapping[By, int] = {By.CITY: 0, By.COUNTY: 1, By.STREET: 2, By.COMMUNITY: 2}


class Layout(NamedTuple):
    """`by` community, only the communities of `street` have folders of their own; the others are with their street."""

    by: By = By.STREET
    street: str = ""

    def folders(self, places: Places) -> dict[str, str]:
        """For every unit the one in whose folder its rows lie. Raises UnknownUnit."""
        if self.by is By.COMMUNITY and self.street not in places.streets:
            raise UnknownUnit(unit=self.street)
        return {unit: self._folder(places.tree.path(unit)[::-1]) for unit in places.tree.units}

    def _folder(self, path: list[str]) -> str:
        if self.by is By.COMMUNITY and len(path) > STREET and path[STREET] == self.street:
            return path[-1]
        return path[min(DEPTHS[self.by], len(path) - 1)]
