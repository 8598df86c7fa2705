"""Links that only add cells, compared for all reports at once, in whole numbers."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import polars as pl

from tiersync.model.relations.notation import CellMeant, Combined, Constant, Expression, Negated, PlaceMeant
from tiersync.rules.review.columns import PLACES, WHOLE
from tiersync.rules.review.compared.links import Link

MOST = 10**12  # that all factors of a link may come to, so that no sum of 64-bit values leaves 128 bits


class Linear(NamedTuple):
    """So many of each cell, and a number."""

    factors: dict[CellMeant, Fraction]
    number: Fraction

    def plus(self, other: "Linear", times: Fraction = Fraction(1)) -> "Linear":
        cells = self.factors.keys() | other.factors.keys()
        nothing = Fraction(0)
        added = {cell: self.factors.get(cell, nothing) + times * other.factors.get(cell, nothing) for cell in cells}
        return Linear(added, self.number + times * other.number)

    def times(self, factor: Fraction) -> "Linear":
        return Linear({}, Fraction(0)).plus(self, factor)


def linear(expression: Expression) -> Linear | None:
    """An expression as a sum of cells; None where cells are multiplied with each other, or divide."""
    match expression:
        case Constant(number, _):
            return Linear({}, number)
        case PlaceMeant(_, cell):
            return Linear({cell: Fraction(1)}, Fraction(0))
        case Negated(of):
            found = linear(of)
            return found and found.times(Fraction(-1))
        case Combined(left, sign, right):
            return _combined(linear(left), sign, linear(right))
    return None


def _combined(left: Linear | None, sign: str, right: Linear | None) -> Linear | None:
    if left is None or right is None:
        return None
    if sign in "+-":
        return left.plus(right, Fraction(1 if sign == "+" else -1))
    if sign == "*" and not left.factors:
        return right.times(left.number)
    if right.factors or (sign == "/" and not right.number):
        return None
    return left.times(right.number if sign == "*" else 1 / right.number)


class WholeSum(NamedTuple):
    """The left side of a link less its right one, in whole numbers: `unit` of them are one."""

    factors: dict[CellMeant, int]
    number: int
    unit: int


def as_sum(link: Link, tolerance: Fraction) -> WholeSum | None:
    """What has to be compared with nothing; None where a link is no sum, or its factors are too large."""
    apart = _combined(linear(link.judged.left), "-", linear(link.judged.right))
    if apart is None:
        return None
    unit = lcm(*(number.denominator for number in (apart.number, tolerance, *apart.factors.values())))
    factors = {cell: int(factor * unit) for cell, factor in apart.factors.items()}
    if sum(map(abs, factors.values())) > MOST or abs(apart.number * unit) > MOST or tolerance * unit > MOST:
        return None
    return WholeSum(factors, int(apart.number * unit), unit)


def broken(added: WholeSum, op: str, tolerance: Fraction, values: Mapping[CellMeant, pl.Expr]) -> pl.Expr:
    """Whether each report breaks the link, by its values in units of 10**-PLACES; null where one is missing."""
    unit = 10**PLACES
    apart = pl.lit(added.number * unit, WHOLE)
    for cell, factor in added.factors.items():
        apart = apart + values[cell] * pl.lit(factor, WHOLE)
    most = pl.lit(int(tolerance * added.unit) * unit, WHOLE)
    above, below = (apart >= most, apart <= -most) if op in "<>" and not tolerance else (apart > most, apart < -most)
    return {"=": above | below, "<": above, "<=": above, ">": below, ">=": below}[op]
