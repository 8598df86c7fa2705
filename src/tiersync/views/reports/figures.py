"""Cells as people read them: names and breakdowns in words, values with their scale, ratios computed for display."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tiersync.model.bounds import read_bounds
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.model.indicator import Indicator
from tiersync.model.text import EMPTY, Text, join, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.agreement.published import ratio_of
from tiersync.views.words import measured_in, word

NOTHING = "—"
SAYS_NOTHING = ("unknown", "none", "other", "unallocated")  # codes that need to be told of what


class FigureLine(NamedTuple):
    """One line of a report: a cell, or the two cells of a ratio."""

    indicator: str
    name: Text
    breakdown: Text
    value: str
    measured_in: Text
    status: str
    present: int
    expected: int


def figures(catalogue: Catalogue, cells: Iterable[Cell]) -> Iterator[FigureLine]:
    """The figures of cells that are in order of key."""
    for (code, breakdown), group in groupby(cells, key=lambda cell: (cell.indicator, cell.breakdown)):
        of_key = {cell.measure: cell for cell in group}
        indicator = catalogue.by_code.get(code)
        worst = min(of_key.values(), key=lambda cell: cell.present / (cell.expected or 1))
        yield FigureLine(
            code,
            Text(indicator.zh, indicator.en) if indicator else plain(code),
            breakdown_words(catalogue, breakdown),
            pair_text(indicator, of_key) if "value" not in of_key else value_text(indicator, of_key["value"]),
            measured_in(indicator.measured_in) if indicator else EMPTY,
            str(worst.status),
            worst.present,
            worst.expected,
        )


def value_text(indicator: Indicator | None, cell: Cell) -> str:
    """A cell's value; a lower bound is marked, where the indicator cannot be negative, and what is approximate."""
    if cell.value is None:
        return NOTHING
    is_least = cell.status == "partial" and indicator and never_negative(indicator)
    shown = decimal_text(cell.value, cell.scale)
    return f"≥ {shown}" if is_least and not cell.bounds else shown + bounds_text(cell)


def bounds_text(cell: Cell) -> str:
    """How far an approximate value may be off: (≥ 1200), (≤ 5000), (950–1050), or (~) where nobody knows.

    Where parts are missing, those that are there say nothing about the most; that nothing is less than 0 goes without
    saying.
    """
    if not cell.bounds or cell.value is None:
        return ""
    ends = read_bounds(cell.bounds, cell.value)
    low, high = (None if end is None else decimal_text(end, cell.scale) for end in ends)
    high = None if cell.status == "partial" else high
    if low is not None and high is not None and ends.low:
        return f" ({low}–{high})"
    if high is not None:
        return f" (≤ {high})"
    return f" (≥ {low})" if low is not None else " (~)"


def never_negative(indicator: Indicator) -> bool:
    """Persons and things are never fewer than none; money can be paid back."""
    return indicator.measure != "ratio" and indicator.decimals == 0


def pair_text(indicator: Indicator | None, pair: dict[str, Cell]) -> str:
    """A ratio from its pair, beside the pair itself: 16.00 (890000 / 5562500)."""
    above, below = (
        value_text(None, pair[which]) if which in pair else NOTHING for which in ("numerator", "denominator")
    )
    return f"{ratio(indicator, pair)} ({above} / {below})"


def ratio(indicator: Indicator | None, pair: dict[str, Cell]) -> str:
    """A ratio's value as it is shown; it is never sent, added or compared."""
    value = ratio_of(indicator, pair) if indicator else None
    return NOTHING if value is None else str(value)


def breakdown_words(catalogue: Catalogue, breakdown: str) -> Text:
    """`age_band=65-69;sex=2` in words; nothing for the total."""
    parts = [part.partition("=") for part in breakdown.split(";") if part]
    return join((code_words(catalogue, dim, code) for dim, _, code in parts), zh="，")


def code_words(catalogue: Catalogue, dim: str, code: str) -> Text:
    """A code of a dimension in words; what is unknown says of what."""
    dimension = catalogue.by_dimension.get(dim)
    if dimension is None:
        return plain(f"{dim} {code}")
    found = next((entry for entry in catalogue.codes.get(dimension.codes, ()) if entry.code == code), None)
    words = Text(found.zh, found.en or found.zh) if found else word(code)
    of_what = Text(f"{dimension.zh}：{words.zh}", f"{dimension.en}: {words.en}")
    return of_what if code in SAYS_NOTHING else words
