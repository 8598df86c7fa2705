"""Chance over a whole column: numbers that look drawn, equal for equal seeds on every machine and version of Polars."""

from collections.abc import Sequence

import polars as pl

from tiersync.example.people.ages import Shares

ODD = 0x9E3779B97F4A7C15  # The steps of SplitMix64 (Steele, Lea and Flood, 2014).
MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
TABLE = 10_000  # How finely shares are told apart.


def drawn(serial: pl.Expr, seed: int, salt: str) -> pl.Expr:
    """A number for each serial; another one for each `salt`."""
    start = (seed * 1_000_003 + int.from_bytes(salt.encode(), "big")) % 2**64
    number = serial.cast(pl.UInt64) * _lit(ODD) + _lit(start)
    for bits, factor in MIXERS:
        number = (number ^ (number // _lit(2**bits))) * _lit(factor)
    return number ^ (number // _lit(2**31))


def one_of(choices: Sequence[str] | pl.Series, number: pl.Expr) -> pl.Expr:
    """The choice that each number falls on."""
    series = choices if isinstance(choices, pl.Series) else pl.Series(list(choices))
    return pl.lit(series).gather(number % _lit(len(series)))


def by_shares(shares: Shares) -> pl.Series:
    """The names in `shares`, each as often as its share says, to be chosen from with `one_of`."""
    total, reached = sum(shares.values()), 0
    names: list[str] = []
    for name, share in shares.items():
        reached += share
        names += [name] * (reached * TABLE // total - len(names))
    return pl.Series(names)


def _lit(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
