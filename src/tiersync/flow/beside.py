"""Declared figures that differ from what was counted, or from each other, as findings of this node."""

from datetime import datetime
from typing import Protocol

import polars as pl

from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.declared_beside import BESIDE, beside
from tiersync.rules.reconcile import news
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding, open_findings


class Counted(Protocol):
    """The own cells of one form and period."""

    @property
    def form(self) -> Form: ...
    @property
    def period(self) -> Period: ...
    @property
    def cells(self) -> pl.DataFrame: ...


def note_beside(db: Connection, node: Node, counted: Counted, figures: pl.DataFrame | None, now: datetime) -> None:
    """Open, renew and close the findings about the figures declared for a form's cells, once these were counted. They
    stay at this node: it is nobody else's turn."""
    form, period = counted.form.code, str(counted.period)
    seen: list[Finding] = []
    if figures is not None:
        of_period = figures.filter(pl.col("period") == period)
        seen = list(beside(node.home, form, node.catalogue(db), counted.cells, of_period))
    known = [one for one in beside_open(db, node) if (one.form, one.period) == (form, period)]
    for finding in news(known, seen):
        keep_finding(db, finding, now)


def beside_open(db: Connection, node: Node) -> list[Finding]:
    """The findings of this node about declared figures that nobody has settled."""
    return [one for one in open_findings(db, node.home) if one.level == "source" and one.reason in BESIDE]
