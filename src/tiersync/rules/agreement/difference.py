"""Where two views of the same cells differ, and how both sides of a difference are said."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tiersync.model.cell import Cell, CellKey
from tiersync.model.report import Rank

LONGEST_SAID = 64  # characters, as a finding's `sent` and `held` allow


class Unlike(NamedTuple):
    """One cell as two sides have it; None where a side has no such cell."""

    key: CellKey
    sent: Cell | None
    held: Cell | None

    def said(self) -> tuple[str, str]:
        """Both sides as decimal text; where the figures agree, with what else is said of them."""
        short = say_value(self.sent), say_value(self.held)
        return short if short[0] != short[1] else (say_cell(self.sent), say_cell(self.held))


def unlike(sent: Iterable[Cell], held: Iterable[Cell]) -> Iterator[Unlike]:
    """The cells that differ in anything, in order of key."""
    ours, theirs = {cell.key: cell for cell in sent}, {cell.key: cell for cell in held}
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield Unlike(key, ours.get(key), theirs.get(key))


def leading(differences: Iterable[Unlike]) -> Iterator[Unlike]:
    """For each number of each indicator only the coarsest difference: finer breakdowns differ because it does."""
    coarsest: dict[tuple[str, str], Unlike] = {}
    for difference in sorted(differences, key=_fineness):
        coarsest.setdefault((difference.key.indicator, difference.key.measure), difference)
    yield from sorted(coarsest.values(), key=lambda difference: difference.key)


def _fineness(difference: Unlike) -> tuple[int, CellKey]:
    breakdown = difference.key.breakdown
    return (breakdown.count("=") if breakdown else 0, difference.key)


def decimal_text(value: int, scale: int) -> str:
    """`value` units of 10**-scale, exactly: 210060000 with scale 2 is 2100600.00."""
    digits = f"{abs(value):0{scale + 1}}"
    whole, places = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{'.' if places else ''}{places}"


def say_value(cell: Cell | None) -> str:
    """A cell's figure; its status where it has none, and nothing where there is no cell."""
    if cell is None:
        return ""
    return (str(cell.status) if cell.value is None else decimal_text(cell.value, cell.scale))[:LONGEST_SAID]


def say_cell(cell: Cell | None) -> str:
    """A cell's figure with its status, n of m, basis and scale."""
    if cell is None:
        return ""
    counts = f"{cell.status} {cell.present}/{cell.expected} {cell.basis} e-{cell.scale} {cell.bounds}".rstrip()
    return f"{say_value(cell)} {counts}"[-LONGEST_SAID:]


def say_rank(rank: Rank | None) -> str:
    """A revision's tenure, epoch and number: 1.1.3."""
    return "" if rank is None else ".".join(map(str, rank))
