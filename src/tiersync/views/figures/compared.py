"""Figures side by side, as one answer that a terminal, a page, a workbook and a program are shown."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from tiersync.flow.figures.comparing.cells import CellsAsked, cells_asked, end_of
from tiersync.flow.figures.comparing.corrected import CorrectedFigure, corrected
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.comparing.beside import against_flash, without_flash
from tiersync.rules.comparing.cumulated import ways_of
from tiersync.rules.comparing.side_by_side import NAMED, side_by_side
from tiersync.rules.comparing.values import KEY, at_same_places, power, values_of
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.database import Connection
from tiersync.views.figures.asked import AskedFigures, FiguresWanted, FormsAsked, look_up

Corrections = Mapping[tuple[str, str, str, str], CorrectedFigure]
"""by indicator, unit, breakdown and period"""


class AddedThen(NamedTuple):
    """A figure as it was added by the tree of its own time; None where there was none."""

    value: int | None
    places: int


Moved = Mapping[tuple[str, str, str, str], AddedThen]
"""by indicator, unit, breakdown and period: those that are others by the tree of another day"""


class ComparedFigures(NamedTuple):
    """The lines that are shown, by whose definitions, which figures they are compared with were corrected, and which
    are others because units moved."""

    lines: pl.DataFrame
    asked: AskedFigures
    corrections: Corrections
    moved: Moved
    indicators: Mapping[str, Indicator]
    zone: ZoneInfo

    @property
    def shows(self) -> frozenset[str]:
        return self.asked.places.shows

    def name_of(self, unit: str) -> str:
        return self.asked.tree[unit].name

    def each(self) -> Iterator[dict[str, Any]]:
        """The lines, in order."""
        return self.lines.iter_rows(named=True)


def compared(node: Node, wanted: FiguresWanted) -> ComparedFigures:
    """What was asked for, read at once. Raises UnknownName, UnknownUnit, BadPeriod or NotAsked."""
    with node.store.read() as db:
        return compared_at(db, node, look_up(db, node, wanted), end_of(node, wanted.as_of) if wanted.as_of else None)


def compared_at(db: Connection, node: Node, asked: AskedFigures, until: str | None) -> ComparedFigures:
    """The same in a transaction that has begun, of figures as they stood before `until`."""
    pinned = {period: node.catalogue_for(db, period) for period in asked.places.periods()}
    indicators = {
        code: one for pin in pinned.values() for code in asked.places.indicators if (one := pin.by_code.get(code))
    }
    held, corrections = [], dict[tuple[str, str, str, str], CorrectedFigure]()
    for forms in dict.fromkeys(asked.forms.values()):
        figures = _held(db, node, asked, forms, indicators, until)
        held.append(figures)
        if "growth" in asked.places.shows:
            found = corrected(db, _bases_of(asked, forms, until), figures, indicators.values())
            corrections |= {one[:4]: one for one in found}
    ways = ways_of(asked.latest, asked.places.indicators)
    lines = side_by_side(asked.places, at_same_places(pl.concat(held)), _digests(pinned, indicators), ways)
    moved = _moved(db, node, asked, indicators, pl.concat(held), until) if asked.day else {}
    return ComparedFigures(lines, asked, corrections, moved, indicators, ZoneInfo(node.time_zone))


def _moved(
    db: Connection, node: Node, asked: AskedFigures, indicators: Mapping[str, Indicator], now: pl.DataFrame,
    until: str | None,
) -> dict[tuple[str, str, str, str], AddedThen]:  # fmt: skip
    """The figures that are others by the tree of the day, as they were added then."""
    of_then = asked._replace(day=None)
    held = [_held(db, node, of_then, forms, indicators, until) for forms in dict.fromkeys(asked.forms.values())]
    sides = (at_same_places(one).select(*KEY, "value", "places") for one in (pl.concat(held), now))
    both = next(sides).join(next(sides), on=KEY, how="full", coalesce=True, suffix="_now")
    shift = power(pl.max_horizontal("places", "places_now") - pl.col("places"))
    shift_now = power(pl.max_horizontal("places", "places_now") - pl.col("places_now"))
    other = both.filter((pl.col("value") * shift).ne_missing(pl.col("value_now") * shift_now))
    return {row[:4]: AddedThen(*row[4:]) for row in other.select(*KEY, "value", pl.col("places").fill_null(0)).rows()}


def _held(
    db: Connection, node: Node, asked: AskedFigures, forms: FormsAsked, indicators: Mapping[str, Indicator],
    until: str | None,
) -> pl.DataFrame:  # fmt: skip
    """The figures of the indicators that are taken from these forms, with those of the flash return beside them."""
    cells = WhichCells(among=asked.of_form(forms), by=asked.by)
    units = asked.places.periods()
    final = values_of(
        cells_asked(db, node, CellsAsked(forms.form, cells, units, until, asked.own, asked.day)), indicators.values()
    )
    if not forms.flash:
        return without_flash(final)
    flash = cells_asked(db, node, CellsAsked(forms.flash, cells, units, until, asked.own, asked.day))
    return against_flash(final, values_of(flash, indicators.values()))


def _bases_of(asked: AskedFigures, forms: FormsAsked, until: str | None) -> CellsAsked:
    """The figures that others are compared with."""
    units: dict[Period, set[str]] = {}
    for bases in asked.places.bases().values():
        for period, base in bases.items():
            units.setdefault(base, set()).update(asked.places.units[period])
    return CellsAsked(forms.form, WhichCells(among=asked.of_form(forms), by=asked.by), units, until)


def _digests(pinned: Mapping[Period, Catalogue], codes: Iterable[str]) -> pl.DataFrame:
    """By which definition each indicator stands in each period."""
    rows = [(code, str(period), one.figures.get(code, "")) for code in codes for period, one in pinned.items()]
    return pl.DataFrame(rows, schema=NAMED, orient="row")
