"""The sieve before reports are sealed: rules, dates and what was said of them, for the units of one form and period."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Protocol

import polars as pl

from tiersync.flow.counting.partitions import HeldBack, Sifted, sift
from tiersync.flow.node import Node
from tiersync.flow.review.checking import Checks
from tiersync.flow.review.may_file import Gate, gate_of
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store.database import Connection


class OfForm(Protocol):
    """What is counted of a form and period."""

    @property
    def form(self) -> Form: ...
    @property
    def period(self) -> Period: ...


class Sieve:
    """Lets through what may be sealed now; the units of the rest join those that are `held_back`."""

    def __init__(self, db: Connection, node: Node, counted: OfForm, now: datetime, held_back: HeldBack) -> None:
        self.db, self.node, self.counted, self.now, self.held_back = db, node, counted, now, held_back

    def sift(self, reports: Iterable[Report], cells: pl.DataFrame) -> Sifted:
        """The reports that may be filed, and why the others may not; `cells` are those of all their units."""
        changed = list(reports)
        if not changed:
            return Sifted([], [])
        units = [report.unit for report in changed]
        found = self.checks.found(cells.filter(pl.col("unit").is_in(units)))
        catalogue = self.node.catalogue_for(self.db, self.counted.period)
        return sift(catalogue, changed, self.held_back, self.gate, found)

    @cached_property
    def checks(self) -> Checks:
        return Checks(self.db, self.node, self.counted.form, self.counted.period, self.now)

    @cached_property
    def gate(self) -> Gate:
        return gate_of(self.db, self.node, self.counted.form, self.counted.period, self.now)
