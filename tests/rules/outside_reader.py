"""A reader outside the reporting chain, who has every export and tries to work out what is rounded.

A world is who really lives in each community, by sex and level of ability; the reader knows how tiersync rounds, and
looks for other worlds of which the same would be shown. This is written without a look at how tiersync does it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import product
from typing import NamedTuple

SEXES, LEVELS, ABLE = ("1", "2"), ("1", "2"), "0"
GROUPS = ["", *(f"sex={sex}" for sex in SEXES), *(f"ability_level={level}" for level in LEVELS)]
PARTITIONS = (GROUPS[1:3], GROUPS[3:])
# Two communities of a street, one of them filed twice; a total of each revision.
REPORTS = {
    "first": ["first"],
    "again": ["again"],
    "other": ["other"],
    "total 1": ["first", "other"],
    "total 2": ["again", "other"],
}
MOST_TRIED = 1_500  # other worlds, for one count

Kind = tuple[str, str, str]  # a community, a sex, a level of ability
World = Mapping[Kind, int]
Reports = Mapping[str, Sequence[str]]  # which communities each report adds
Spot = tuple[str, str]  # a report, and a group of those with reduced ability


class Known(NamedTuple):
    """The least and the most that a count can be."""

    low: int
    high: int

    def within(self, low: int, high: int) -> "Known":
        return Known(max(self.low, low), min(self.high, high))

    def off(self, count: int) -> int:
        """By how much a count would have to change to be possible."""
        return min(max(count, self.low), self.high) - count


def persons(world: World, places: Sequence[str], group: str, *, reduced: bool) -> int:
    """How many there are in some communities: of all, or of those with reduced ability."""
    dim, _, code = group.partition("=")
    return sum(
        held
        for (place, sex, level), held in world.items()
        if place in places
        and code in ("", {"sex": sex, "ability_level": level}.get(dim))
        and not (reduced and level == ABLE)
    )


def nearest(count: int) -> int:
    return min(range(0, count + 5, 5), key=lambda five: abs(five - count))


def shown(world: World, reports: Reports) -> dict[Spot, int | None]:
    """What is shown of those with reduced ability: None where it is blank, as it may be all of an exact count."""
    found: dict[Spot, int | None] = {}
    for report, places in reports.items():
        for group in GROUPS:
            exact = {persons(world, places, "", reduced=False)}
            exact |= {persons(world, places, group, reduced=False)} if group.startswith("sex") else set()
            five = nearest(persons(world, places, group, reduced=True))
            found[report, group] = None if any(0 < one < five + 5 for one in exact) else five
    return found


def worked_out(world: World, reports: Reports) -> set[Spot]:
    """The counts of persons that the reader can work out, though there are persons of whom they could be."""
    spots = [(report, group) for report in reports for group in GROUPS]
    return {spot for spot in spots if within(world, reports, spot) and not could_be_other(world, reports, spot)}


def worked_out_alone(world: World, places: Sequence[str], told: Mapping[str, int | None]) -> set[str]:
    """The groups of one report whose count can only be what it is, after a look at every way to fill the report in.

    `told` is what is really shown. A split that is wholly blank tells nothing, nor does a total of which nothing is
    shown; any other blank is one of nearly all.
    """
    reports = {"": places}
    alone, nothing = shown(world, reports), set(told.values()) == {None}
    known = {}
    for split in (GROUPS[:1], *PARTITIONS):
        is_hidden = nothing if split == [""] else all(told[group] is None for group in split)
        for group in split:
            first = first_known(world, reports, ("", group), alone["", group])
            known[group] = Known(0, within(world, reports, ("", group))) if is_hidden else first
    first, second = ([range(known[one].low, known[one].high + 1) for one in split] for split in PARTITIONS)
    ways = [
        (one + other, one, other, level, one + other - level)
        for one, other, level in product(*first, second[0])
        if one + other - level in second[1] and known[""].off(one + other) == 0
    ]
    left = {group: {way[number] for way in ways} for number, group in enumerate(GROUPS)}
    return {group for group in GROUPS if within(world, reports, ("", group)) and len(left[group]) == 1}


def could_be_other(world: World, reports: Reports, spot: Spot) -> bool:
    """Whether one person more or less in this count, with some changes elsewhere, leaves all that is shown as it is."""
    every = list(moves(reports, world))
    truth: dict[Spot | Kind, int] = dict(world)
    known: dict[Spot | Kind, Known] = dict.fromkeys(world, Known(0, sum(world.values())))
    for one, five in shown(world, reports).items():
        truth[one] = persons(world, reports[one[0]], one[1], reduced=True)
        known[one] = first_known(world, reports, one, five)
    waiting = [(0, number, (number,)) for number, steps in enumerate(every) if steps.get(spot)]
    seen = set[tuple[int, ...]]()
    while waiting and len(seen) < MOST_TRIED:
        _, _, changes = heappop(waiting)
        counts = dict(truth)
        for number in changes:
            for one, step in every[number].items():
                counts[one] += step
        off = {one: known[one].off(count) for one, count in counts.items() if known[one].off(count)}
        if changes in seen:
            continue
        if not off and counts[spot] != truth[spot]:
            return True
        seen.add(changes)
        worst = max(off, key=lambda one: abs(off[one]), default=spot)
        for number, steps in enumerate(every):
            if steps.get(worst, 0) * off.get(worst, steps.get(worst, 0)) > 0:
                cost = sum(map(abs, off.values())) + len(changes)
                heappush(waiting, (cost, len(seen) * 100 + number, tuple(sorted((*changes, number)))))
    return False


def moves(reports: Reports, world: World) -> Iterator[Mapping[Spot | Kind, int]]:
    """Every change of one person's level, as what it changes of each count; how many there are of each sex is told
    exactly, and stays."""
    for place, sex, level in world:
        for other in sorted({ABLE, *LEVELS} - {level}):
            steps = Counter[Spot | Kind]({(place, sex, level): -1, (place, sex, other): 1})
            for report, places in reports.items():
                for one, by in ((level, -1), (other, 1)) if place in places else ():
                    for group in ("", f"sex={sex}", f"ability_level={one}") if one != ABLE else ():
                        steps[report, group] += by
            yield dict(steps)


def is_at_the_edge(world: World, reports: Reports) -> bool:
    """Whether sums, of one report or several, leave some count no choice: all their parts lie at one edge of what is
    known of each."""
    told = shown(world, reports)
    known = {spot: first_known(world, reports, spot, five) for spot, five in told.items()}
    sums = [((report, ""), [(report, one) for one in split]) for report in reports for split in PARTITIONS]
    sums += [
        ((report, group), [(place, group) for place in places])
        for report, places in reports.items() if len(places) > 1 for group in GROUPS
    ]  # fmt: skip
    before: dict[Spot, Known] = {}
    while before != known:
        before = dict(known)
        for whole, parts in sums:
            low, high = sum(known[one].low for one in parts), sum(known[one].high for one in parts)
            known[whole] = known[whole].within(low, high)
            for one in parts:
                most, least = known[whole].high - low + known[one].low, known[whole].low - high + known[one].high
                known[one] = known[one].within(least, most)
    return any(known[spot].low == known[spot].high for spot in known if within(world, reports, spot))


def first_known(world: World, reports: Reports, spot: Spot, five: int | None) -> Known:
    """What one count tells by itself."""
    exact = within(world, reports, spot)
    if five is None:
        fives = [one for one in range(0, exact + 5, 5) if one + 5 > exact]
        return Known(max(min(fives) - 2, 0), exact)
    return Known(max(five - 2, 0), min(five + 2, exact))


def within(world: World, reports: Reports, spot: Spot) -> int:
    """The exact count that the persons of a count are among: all of that sex, or all."""
    return persons(world, reports[spot[0]], spot[1] if "sex" in spot[1] else "", reduced=False)
