"""One indicator of many units side by side, a column for each period."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import polars as pl

from tiersync.errors import BadPeriod, NotAsked, UnknownName
from tiersync.flow.figures.matrix import UnitsAsked
from tiersync.flow.figures.matrix import figures as figures_of
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.model.period import Period
from tiersync.model.text import Text
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.database import Connection
from tiersync.views.reports.figures import NOTHING, figures
from tiersync.views.table import Table, table

MOST_PERIODS = 120  # ten years of months


class MatrixWanted(NamedTuple):
    """Which indicator, of which breakdown and form, from one period to another, and of which tier's units below which
    one: by default of the tier below this node's unit."""

    indicator: str
    first: Period
    last: Period
    breakdown: str = ""
    form: str | None = None
    unit: str | None = None
    tier: str | None = None


class Matrix(NamedTuple):
    """The cells that are held, and the catalogue that each period pins."""

    cells: pl.DataFrame
    pinned: Mapping[str, Catalogue]

    def as_object(self) -> list[dict[str, Any]]:
        """For programs: a cell each, exactly as it was sealed."""
        return self.cells.to_dicts()

    def table(self) -> Table:
        columns = ",".join(self.pinned)
        return table(Text("数据", "Figures"), Text(f"单位,名称,{columns}", f"unit,name,{columns}"), self._rows())

    def _rows(self) -> Iterator[tuple[str, ...]]:
        """A row for each unit: code, name, what is held of each period, as the catalogue of that period shows it."""
        shown: dict[str, dict[str, str]] = {}
        rows = self.cells.select("period", "unit", *Cell._fields).iter_rows()
        for (period, unit), of_unit in groupby(rows, key=itemgetter(0, 1)):
            cells = (Cell(*row[2:]) for row in of_unit)
            shown.setdefault(unit, {})[period] = next(figures(self.pinned[period], cells)).value
        tree = next(iter(self.pinned.values())).tree
        for unit, of_period in sorted(shown.items()):
            yield (unit, tree[unit].name, *(of_period.get(period, NOTHING) for period in self.pinned))


def matrix(node: Node, wanted: MatrixWanted) -> Matrix:
    """What is held of one indicator. Raises BadPeriod, UnknownName, UnknownUnit or NotAsked."""
    periods = tuple(periods_between(wanted.first, wanted.last))
    with node.store.read() as db:
        pinned = {str(one): node.catalogue_for(db, one) for one in periods}
        return Matrix(figures_of(db, node, asked_of(db, node, wanted, periods)), pinned)


def periods_between(first: Period, last: Period) -> Iterator[Period]:
    """The periods from one to another of the same length. Raises BadPeriod where there are none, or too many."""
    if first.kind != last.kind or last < first:
        raise BadPeriod(text=f"{first}–{last}")
    for _ in range(MOST_PERIODS):
        yield first
        if first == last:
            return
        first = first.following()
    raise BadPeriod(text=f"…{last}")


def asked_of(db: Connection, node: Node, wanted: MatrixWanted, periods: tuple[Period, ...]) -> UnitsAsked:
    """What is wanted, each name looked up. Raises UnknownName, UnknownUnit or NotAsked."""
    pinned = (node.catalogue_for(db, period) for period in reversed(periods))
    catalogue = next((one for one in pinned if wanted.indicator in one.by_code), None)
    if catalogue is None:
        raise UnknownName(what="indicator", name=wanted.indicator, hint="See: tiersync indicators list")
    within, tiers = catalogue.tree[wanted.unit or node.home], catalogue.tiers
    if wanted.tier is not None and wanted.tier not in tiers:
        raise UnknownName(what="tier", name=wanted.tier, hint=f"There are: {', '.join(tiers)}")
    below = tiers[min(tiers.index(within.tier) + 1, len(tiers) - 1)]
    cells = WhichCells(wanted.indicator, ";".join(sorted(filter(None, wanted.breakdown.split(";")))))
    form = form_of(catalogue, wanted.indicator, wanted.form, periods[0])
    return UnitsAsked(form, cells, periods, within.code, wanted.tier or below)


def form_of(catalogue: Catalogue, indicator: str, form: str | None, period: Period) -> str:
    """The form that asks for an indicator of such a period. Raises NotAsked where none does."""
    if form:
        return catalogue.form(form).code
    asking = [one.code for one in catalogue.forms if one.period == period.kind and indicator in one.entries]
    if not asking:
        having = ", ".join(f"{one.code} ({one.period})" for one in catalogue.forms if indicator in one.entries)
        raise NotAsked(period=f"{period} {indicator}", forms=having or "—")
    return asking[0]
