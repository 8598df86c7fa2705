"""The units of a small district and what its streams tell, for one period, as one node knows them.

A unit is a dict of `code`, `parent`, `tier`, `kind`, `begins` and `ends`; streams are described in plain_hearing.
"""

from datetime import date
from typing import Any, NamedTuple

from tests.stories.plain_hearing import Days, below


class World(NamedTuple):
    """The units of a district and what the streams of one node tell, for one period; who stands for whom is worked out
    once. The nodes that are joined below it count for their units, each from its own streams alone."""

    units: list[dict[str, Any]]
    heard: list[dict[str, Any]]
    period: Days
    nil: frozenset[str]
    home: str
    joined: tuple["World", ...] = ()

    def alive(self, unit: str, day: date) -> bool:
        one = unit_of(self, unit)
        return (one["begins"] or date.min) <= day <= (one["ends"] or date.max)

    def of(self, unit: str) -> "World":
        """The node that counts for a unit: the lowest one at or above it."""
        return next((one for one in self.joined if unit in below(self.units, one.home)), self)

    def answers(self, unit: str | None) -> bool:
        """Whether this node counts for a unit itself."""
        return unit in below(self.units, self.home) and self.of(unit or "") is self


def unit_of(world: World, unit: str) -> dict[str, Any]:
    return next(one for one in world.units if one["code"] == unit)


def living_units(world: World) -> list[str]:
    """A node's unit and those below it that there are on the period's last day."""
    within = below(world.units, world.home)
    return [one["code"] for one in world.units if one["code"] in within and world.alive(one["code"], world.period[1])]
