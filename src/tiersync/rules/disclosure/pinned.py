"""Pinned counts: which rounded counts a reader could work out from the sums shown beside them, and what hides them.

Everything is decided from what is shown, so whoever knows these rules and sees a blank learns next to nothing from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import NamedTuple

from tiersync.rules.disclosure.numbers import dims_of
from tiersync.rules.disclosure.sums import ShownSum, Split, Spot, Total

STEP = 5
REACH = STEP // 2
MOST_ROUNDS = 50  # Intervals of five values are as narrow as they get after three or four.


class CountRange(NamedTuple):
    """The least and the most that a reader knows a count can be."""

    low: float = 0
    high: float = inf

    def at_most(self, high: float) -> "CountRange":
        """The same, of what is part of so many; figures that contradict each other tell nothing of each other."""
        return CountRange(self.low, min(self.high, high)) if high >= self.low else self


def shown_as(five: int) -> CountRange:
    """The counts that are shown as this multiple of 5; none is below 0 unless that is what is shown."""
    return CountRange(five - REACH if five else 0, five + REACH)


@dataclass(frozen=True)
class ShownCounts:
    """What a report shows of its sensitive counts, what is known of each that is left blank, and how they add up."""

    known: Mapping[Spot, CountRange]
    blank: Mapping[Spot, CountRange]
    sums: Sequence[ShownSum]
    hidden: frozenset[Split]  # what is left blank whatever the sums tell

    @cached_property
    def splits(self) -> Mapping[Split, list[Spot]]:
        """The counts by number and dimensions, the finest first."""
        found = defaultdict[Split, list[Spot]](list)
        for spot in self.known:
            found[split_of(spot)].append(spot)
        return dict(
            sorted(found.items(), key=lambda one: (-len(one[0][1]), -len(one[1]), one[0][0], sorted(one[0][1])))
        )

    def tightened(self, hidden: Iterable[Split]) -> dict[Spot, CountRange]:
        """What a reader knows of each count after all sums, with some splits left blank."""
        known = dict(self.known)
        for spot in (spot for split in hidden for spot in self.splits[split]):
            known[spot] = self.blank[spot]
        for _ in range(MOST_ROUNDS):
            before = dict(known)
            for one in self.sums:
                known.update(tighten(known, one))
            if known == before:
                break
        return known

    def pinned(self, hidden: Iterable[Split]) -> set[Spot]:
        """The counts that can only be one number, though there is somebody of whom they could be more."""
        known = self.tightened(hidden).items()
        return {spot for spot, (low, high) in known if low == high and not self.is_settled(spot)}

    def is_settled(self, spot: Spot) -> bool:
        """Whether a count is 0 because there is nobody of whom it could be."""
        return self.blank[spot].high == 0

    def leaves_two(self, name: Total, hidden: frozenset[Split]) -> bool:
        """Whether what is blank of a number leaves two totals that it could be blank for.

        A reader knows that a split is blank because all its parts are at the least that they are shown for, or all at
        the most; then the total is at one end of what it is shown for, and both ends have to be possible.
        """
        own = [split for split in hidden - self.hidden if split[0] == name]
        if not own:
            return True
        whole = (name, "")
        parts = [one.parts for one in self.sums if one.whole == whole and one.adds_up and split_of(one.parts[0]) in own]
        if len(own) > 1 or not parts or self.tightened(hidden)[whole] != self.known[whole]:
            return False
        count = sum(not self.is_settled(part) for part in parts[0])
        return are_most(self.known[whole].low, count) and are_least(self.known[whole].high, count)


def split_of(spot: Spot) -> Split:
    return spot[0], dims_of(spot[1])


def tighten(known: Mapping[Spot, CountRange], one: ShownSum) -> Iterator[tuple[Spot, CountRange]]:
    """What a sum and its parts tell of each other; nothing if they contradict each other."""
    parts, rest = [known[part] for part in one.parts], 0 if one.adds_up else inf
    low, high = sum(part.low for part in parts), sum(part.high for part in parts) + rest
    whole = CountRange(max(known[one.whole].low, low), min(known[one.whole].high, high))
    if whole.low > whole.high:
        return
    yield one.whole, whole
    for number, (spot, part) in enumerate(zip(one.parts, parts, strict=True)):
        others = parts[:number] + parts[number + 1 :]
        least = max(part.low, whole.low - sum(other.high for other in others) - rest)
        yield spot, CountRange(least, min(part.high, whole.high - sum(other.low for other in others)))


def are_most(total: float, count: int) -> bool:
    """Whether so many parts, each the most that is shown alike, can add up to this."""
    left = total - count * REACH
    return left >= 0 and left % STEP == 0


def are_least(total: float, count: int) -> bool:
    """Whether so many parts, each the least that is shown alike, can add up to this; those that are 0 add nothing."""
    least = STEP - REACH
    return any(total >= some * least and (total - some * least) % STEP == 0 for some in range(1, count + 1))


def hidden_splits(shown: ShownCounts) -> frozenset[Split]:
    """The splits to leave blank so that no sensitive count can be worked out: few, and the finest first."""
    hidden = shown.hidden
    while pinned := shown.pinned(hidden):
        names = {name for name, _ in pinned}
        if not (left := [split for split in shown.splits if split[0] in names and split not in hidden]):
            break
        enough = (split for split in left if not shown.pinned(hidden | {split}))
        hidden |= {next(enough, left[0])}
    while told := [split for split in shown.splits if split not in hidden and not shown.leaves_two(split[0], hidden)]:
        hidden |= frozenset(told)
    return hidden
