"""The places of the city: its communities in order, how many seniors each has, and who shares in what."""

from collections.abc import Sequence
from functools import cached_property

import polars as pl

from tiersync.example.plan.chance import drawn
from tiersync.example.plan.margins import Counts
from tiersync.example.plan.shares import share_out
from tiersync.model.unit import Tree, Unit

DISTRICT, STREET, COMMUNITY = 1, 2, 3  # how many steps below the top
VILLAGE = "village_committee"
SMALLEST, SPREAD, URBAN = 50, 100, 3  # A village weighs 50 to 149, another community three times that.


class Places:
    """The units of the city, and its seniors by community."""

    def __init__(self, units: Sequence[Unit], counties: Counts, seed: int) -> None:
        self.tree = Tree(units)
        self.top = self.tree.top
        self.districts = self.tree.children(self.top)
        self.streets = [street for district in self.districts for street in self.tree.children(district)]
        self.communities = [community for street in self.streets for community in self.tree.children(street)]
        self.number = {code: place for place, code in enumerate(self.communities)}
        self.seniors = self._settle(counties, seed)

    def _settle(self, counties: Counts, seed: int) -> list[int]:
        """All seniors shared out among the counties that the tree has, as `counties` says, and among their communities.

        Of the whole tree each county gets exactly its own.
        """
        number = pl.select(drawn(pl.int_range(len(self.communities)), seed, "size") % SPREAD).to_series().to_list()
        weights = {
            code: (SMALLEST + part) * (1 if self.tree[code].kind == VILLAGE else URBAN)
            for code, part in zip(self.communities, number, strict=True)
        }
        seniors: dict[str, int] = {}
        here = share_out(sum(counties.values()), [counties.get(district, 0) for district in self.districts])
        for district, whole in zip(self.districts, here, strict=True):
            within = [code for street in self.tree.children(district) for code in self.tree.children(street)]
            parts = share_out(whole, [weights[code] for code in within])
            seniors |= zip(within, parts, strict=True)
        return list(seniors.values())

    @cached_property
    def villages(self) -> pl.Series:
        """Of each community, whether it is a village."""
        return pl.Series([self.tree[code].kind == VILLAGE for code in self.communities], dtype=pl.Boolean)

    @cached_property
    def ancestors(self) -> dict[int, list[str]]:
        """The unit above each community, so many steps below the top; the community itself at the third."""
        paths = [self.tree.path(code)[::-1] for code in self.communities]
        return {depth: [path[depth] for path in paths] for depth in (0, DISTRICT, STREET, COMMUNITY)}

    def spread(self, total: int, room: Sequence[int] | None = None) -> list[int]:
        """`total` shared out among the communities in proportion to their seniors, within the room that each has."""
        parts = self.spread_to(COMMUNITY, total, room)
        return [parts[code] for code in self.communities]

    def spread_to(self, depth: int, total: int, room: Sequence[int] | None = None) -> Counts:
        """`total` shared out among the units so many steps below the top, step by step, by their seniors."""
        rooms = None if room is None else self.within(room)
        parts = {self.top: total}
        for _ in range(depth):
            parts = {
                child: part
                for unit, whole in parts.items()
                for child, part in self._share(whole, self.tree.children(unit), rooms)
            }
        return parts

    def _share(self, total: int, children: Sequence[str], rooms: Counts | None) -> list[tuple[str, int]]:
        weights = [self._weights[child] for child in children]
        room = None if rooms is None else [rooms[child] for child in children]
        return list(zip(children, share_out(total, weights, room), strict=True))

    def within(self, counts: Sequence[int]) -> Counts:
        """What each unit has of something that is counted by community."""
        sums = dict.fromkeys(self.tree.units, 0)
        for lineage in zip(*self.ancestors.values(), strict=True):
            for unit in lineage:
                sums[unit] += counts[self.number[lineage[-1]]]
        return sums

    @cached_property
    def _weights(self) -> Counts:
        return self.within(self.seniors)
