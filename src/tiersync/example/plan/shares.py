"""Sharing out whole numbers by largest remainder: parts in proportion to weights that add up exactly."""

from collections.abc import Sequence
from fractions import Fraction


def share_out(total: int, weights: Sequence[int], room: Sequence[int] | None = None) -> list[int]:
    """`total` in parts as near to the proportion of `weights` as whole numbers can be, the first of equals first.

    No part is above its `room`; what has none goes to the others. Where there is too little room, all of it is taken.
    """
    if room is None:
        return _by_largest_remainder(total, weights)
    parts, open_places, left = [0] * len(weights), list(range(len(weights))), min(total, sum(room))
    while left:
        asked = _by_largest_remainder(left, [weights[place] for place in open_places])
        full = [place for place, part in zip(open_places, asked, strict=True) if part > room[place]]
        taken = {place: room[place] for place in full} or dict(zip(open_places, asked, strict=True))
        for place, part in taken.items():
            parts[place] = part
        left -= sum(taken.values())
        open_places = [place for place in open_places if place not in taken]
    return parts


def rounded(number: Fraction) -> int:
    """The nearest whole number, halves up."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def _by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Parts by largest remainder; equal weights where none has any."""
    whole = sum(weights)
    if not whole:
        return _by_largest_remainder(total, [1] * len(weights)) if weights else []
    parts = [total * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in rests[: total - sum(parts)]:
        parts[place] += 1
    return parts
