"""A reader outside the reporting chain, who knows every sum and tries to work out what is masked.

Told are the cells of some numbers, as (number, place) with a place as a set of (dimension, code); of a number that is a
part of another one the reader knows that, too. This is written without a look at how tiersync masks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

Spot = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Reader:
    """What really is, what is masked of it, and of which other number a number is a part."""

    truth: Mapping[Spot, int]
    masked: frozenset[Spot]
    parts: Mapping[str, str]

    def can_tell(self, spot: Spot) -> bool:
        """Whether the reader can work out a masked cell: nothing else would look the same."""
        return not any(self.completed({spot: step}) for step in (1, -1))

    def completed(self, first: dict[Spot, int]) -> bool:
        """Whether this change can be completed to one that leaves all that is told as it is."""
        waiting, known = [first], {frozenset(first.items())}
        while waiting:
            change = waiting.pop()
            for further in self.mended(change):
                if further is None:
                    return True
                if frozenset(further.items()) not in known:
                    known.add(frozenset(further.items()))
                    waiting.append(further)
        return False

    def mended(self, change: dict[Spot, int]) -> Iterator[dict[Spot, int] | None]:
        """The change with one step more towards what is hardest to make fit; None where everything fits."""
        if any(self.truth[spot] + step < self.least[spot[0]] for spot, step in change.items()):
            return
        faults = [
            [(spot, step) for spot, step in steps if spot in self.masked and spot not in change]
            for steps in self.faults(change)
        ]
        if not faults:
            yield None
            return
        yield from ({**change, spot: step} for spot, step in min(faults, key=len))

    def faults(self, change: Mapping[Spot, int]) -> Iterator[list[tuple[Spot, int]]]:
        """What does not fit, each with the steps of single cells that would bring it nearer to fitting."""
        for whole, pieces in self.sums:
            off = change.get(whole, 0) - sum(change.get(piece, 0) for piece in pieces)
            if off:
                toward = 1 if off > 0 else -1
                yield [(whole, -toward), *((piece, toward) for piece in pieces)]
        for part, whole in self.within:
            if self.now(part, change) > self.now(whole, change):
                yield [(part, -1), (whole, 1)]

    @cached_property
    def within(self) -> list[tuple[Spot, Spot]]:
        """The cells of parts with those of their wholes."""
        pairs = [((name, place), (self.parts.get(name, ""), place)) for name, place in self.truth]
        return [(part, whole) for part, whole in pairs if whole in self.truth]

    def now(self, spot: Spot, change: Mapping[Spot, int]) -> int:
        return self.truth[spot] + change.get(spot, 0)

    @cached_property
    def sums(self) -> list[tuple[Spot, list[Spot]]]:
        """Every cell that finer cells of the same number add up to, with those."""
        found: dict[tuple[Spot, frozenset[str]], list[Spot]] = {}
        for name, place in self.truth:
            dims = dims_of(place)
            for other, wider in self.truth:
                if other == name and wider < place:
                    found.setdefault(((name, wider), dims), []).append((name, place))
        return [(whole, pieces) for (whole, _), pieces in found.items()]

    @cached_property
    def least(self) -> dict[str, int]:
        """What a masked cell of a number is at least: 1, unless the reader sees that there is more masked than small
        cells and the next: a masked 0, or nothing of the number but zeros."""
        masks_0 = {name for name, place in self.masked if self.truth[name, place] == 0}
        seen = {spot[0] for spot, value in self.truth.items() if value and spot not in self.masked}
        return {name: int(name in seen and name not in masks_0) for name, _ in self.truth}


def dims_of(place: frozenset[tuple[str, str]]) -> frozenset[str]:
    return frozenset(dim for dim, _ in place)
