"""Declared figures that differ from what was counted, or from each other, as findings of this node."""

from datetime import datetime
from typing import Protocol

import polars as pl

from tiersync.flow.agreement.looked import keep_look
from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.counting.declared_beside import BESIDE, beside
from tiersync.store.database import Connection
from tiersync.store.findings import open_findings


class OwnCells(Protocol):
    """The own cells of one form and period."""

    @property
    def form(self) -> Form: ...
    @property
    def period(self) -> Period: ...
    @property
    def cells(self) -> pl.DataFrame: ...


def note_beside(db: Connection, node: Node, counted: OwnCells, figures: pl.DataFrame | None, now: datetime) -> None:
    """Open, renew and close the findings about the figures declared for a form's cells, once these were counted. They
    stay at this node: it is nobody else's turn."""
    form, period = counted.form.code, str(counted.period)
    seen: list[Finding] = []
    if figures is not None:
        of_period = figures.filter(pl.col("period") == period)
        seen = list(beside(node.home, form, node.catalogue_for(db, counted.period), counted.cells, of_period))
    keep_look(db, node, lambda one: is_beside(one) and (one.form, one.period) == (form, period), seen, now)


def beside_open(db: Connection, node: Node) -> list[Finding]:
    """The findings of this node about declared figures that nobody has settled."""
    return [one for one in open_findings(db, node.home) if is_beside(one)]


def is_beside(finding: Finding) -> bool:
    """Whether a finding is about declared figures at their source."""
    return finding.level == "source" and finding.reason in BESIDE
