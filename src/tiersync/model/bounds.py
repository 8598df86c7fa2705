"""Bounds: how far the true figure may lie from an approximate one that somebody declared (余, 多, 以上, 近, 左右).

They are written `low..high` in the cell's own whole units, either side left open; the empty text is an exact value.
"""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from tiersync.model.limits import LARGEST_STORED

EXACT = ""
BETWEEN = ".."


class Bounds(NamedTuple):
    """The least and the most that a figure may be; None where nobody knows."""

    low: int | None
    high: int | None

    def spell(self) -> str:
        return BETWEEN.join("" if end is None else str(end) for end in self)


def read_bounds(text: str, value: int) -> Bounds:
    """What `text` says of `value`; an exact value is its own bounds."""
    if text == EXACT:
        return Bounds(value, value)
    low, high = (int(end) if end else None for end in text.split(BETWEEN))
    return Bounds(low, high)


def add_bounds(parts: list[Bounds]) -> Bounds:
    """The bounds of a sum; one part that is open on a side leaves the sum open there."""
    lows, highs = zip(*parts, strict=True)
    return Bounds(_add(lows), _add(highs))


def _add(ends: tuple[int | None, ...]) -> int | None:
    known = [end for end in ends if end is not None]
    return sum(known) if len(known) == len(ends) else None


def _are_in_order(text: str) -> str:
    low, high = read_bounds(text, 0)
    if any(end is not None and abs(end) > LARGEST_STORED for end in (low, high)):
        raise ValueError(f"{text} goes beyond what any database holds")
    if low is not None and high is not None and low > high:
        raise ValueError(f"{text} has its ends the wrong way round")
    return text


NUMBER = r"(0|-?[1-9][0-9]{0,18})"
BoundsText = Annotated[
    str, Field(pattern=rf"^({NUMBER}?\.\.{NUMBER}?)?$", max_length=42), AfterValidator(_are_in_order)
]
