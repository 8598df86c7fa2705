"""The units of a small district and what its streams tell, for one period, as one node knows them.

A unit is a dict of `code`, `parent`, `tier`, `kind`, `begins` and `ends`; streams are described in plain_hearing.
"""

from datetime import date
from typing import Any, NamedTuple

from tests.stories.plain_hearing import Days


class World(NamedTuple):
    """The units of a district and what its streams tell, for one period; who stands for whom is worked out once."""

    units: list[dict[str, Any]]
    heard: list[dict[str, Any]]
    period: Days
    nil: frozenset[str]
    home: str

    def alive(self, unit: str, day: date) -> bool:
        one = unit_of(self, unit)
        return (one["begins"] or date.min) <= day <= (one["ends"] or date.max)


def unit_of(world: World, unit: str) -> dict[str, Any]:
    return next(one for one in world.units if one["code"] == unit)


def living_units(world: World) -> list[str]:
    """The units that there are on the period's last day."""
    return [one["code"] for one in world.units if world.alive(one["code"], world.period[1])]
