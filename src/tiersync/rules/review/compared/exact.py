"""Relations computed exactly for one report: every figure is a fraction, with the least and the most that it may be."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from tiersync.model.relations.notation import CellMeant, Combined, Constant, Expression, Negated, PlaceMeant


class Extent(NamedTuple):
    """A figure as it is said, and its ends; None where nobody knows."""

    value: Fraction
    low: Fraction | None
    high: Fraction | None


def of_number(number: Fraction) -> Extent:
    return Extent(number, number, number)


def evaluate(expression: Expression, values: Mapping[CellMeant, Extent]) -> Extent | None:
    """What an expression comes to; None where something is divided by nothing."""
    match expression:
        case Constant(number, _):
            return of_number(number)
        case PlaceMeant(_, cell):
            return values[cell]
        case Negated(of):
            found = evaluate(of, values)
            return found and _opposite(found)
        case Combined(left, sign, right):
            both = evaluate(left, values), evaluate(right, values)
            return None if both[0] is None or both[1] is None else COMBINED[sign](both[0], both[1])
    raise TypeError(expression)


def _opposite(one: Extent) -> Extent:
    return Extent(-one.value, _negated(one.high), _negated(one.low))


def _negated(end: Fraction | None) -> Fraction | None:
    return None if end is None else -end


def _plus(one: Extent, other: Extent) -> Extent:
    return Extent(one.value + other.value, _sum(one.low, other.low), _sum(one.high, other.high))


def _sum(end: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if end is None or other is None else end + other


def _minus(one: Extent, other: Extent) -> Extent:
    return _plus(one, _opposite(other))


def _times(one: Extent, other: Extent) -> Extent:
    value = one.value * other.value
    ends = (one.low, one.high, other.low, other.high)
    known = [end for end in ends if end is not None]
    if len(known) == len(ends):
        corners = [left * right for left, right in product(known[:2], known[2:])]
        return Extent(value, min(corners), max(corners))
    if one.low is not None and other.low is not None and one.low >= 0 and other.low >= 0:
        return Extent(value, one.low * other.low, None)
    return Extent(value, None, None)


def _divided(one: Extent, other: Extent) -> Extent | None:
    """`one` by `other`; where the divisor may be nothing, nobody knows how much it may be."""
    if other.value == 0:
        return None
    value, low, high = one.value / other.value, other.low, other.high
    if low is not None and low > 0:
        found = _times(one, Extent(1 / other.value, Fraction(0) if high is None else 1 / high, 1 / low))
    elif high is not None and high < 0:
        found = _times(one, Extent(1 / other.value, 1 / high, Fraction(0) if low is None else 1 / low))
    else:
        return Extent(value, None, None)
    return found._replace(value=value)


COMBINED: dict[str, Callable[[Extent, Extent], Extent | None]] = {"+": _plus, "-": _minus, "*": _times, "/": _divided}


def is_broken(left: Extent, op: str, right: Extent, tolerance: Fraction) -> bool:
    """Whether the two do not stand as `op` says, whatever they may be within their ends."""
    apart, is_strict = _minus(left, right), op in ("<", ">") and not tolerance
    above = apart.low is not None and (apart.low > tolerance or (is_strict and apart.low == 0))
    below = apart.high is not None and (apart.high < -tolerance or (is_strict and apart.high == 0))
    return (above and op in ("=", "<", "<=")) or (below and op in ("=", ">", ">="))


def decimal_said(number: Fraction, places: int = 6) -> str:
    """A number as decimal text: exactly where it has an end within so many places, else rounded to them."""
    rounded = round(number * 10**places)
    digits = f"{abs(rounded):0{places + 1}}"
    fraction = digits[-places:].rstrip("0")
    return f"{'-' if rounded < 0 else ''}{digits[:-places]}{'.' if fraction else ''}{fraction}"
