"""Published figures of this node, held against the newest reports of their units."""

from collections.abc import Iterator

import polars as pl

from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.rules.agreement.published import compare_published, keys_of, published_of
from tiersync.rules.rows.figures import FIGURE
from tiersync.store.database import Connection
from tiersync.store.files.snapshots import current_snapshots, read_snapshots
from tiersync.store.reports.reports import current_reports, key_of
from tiersync.store.reports.sealed import sealed_reports


def unlike_published(db: Connection, node: Node) -> Iterator[Finding]:
    """Each published figure that is not the counted one. They stay at this node, and are no part of any cell."""
    names = [row.digest for row in current_snapshots(db) if row.record == FIGURE]
    if not names:
        return
    stated = published_of(read_snapshots(node.store, names))
    for of_period in stated.partition_by("period", maintain_order=True):
        yield from _unlike_in(db, node, of_period)


def _unlike_in(db: Connection, node: Node, stated: pl.DataFrame) -> Iterator[Finding]:
    """The same for the figures of one period."""
    catalogue = node.catalogue_for(db, Period(stated["period"][0]))
    wanted = set(keys_of(catalogue, stated))
    periods = sorted({(key.form, key.period) for key in wanted})
    rows = [row for form, period in periods for row in current_reports(db, form, period) if key_of(row) in wanted]
    held = {key_of(row): report for row, report in sealed_reports(db, rows)}
    yield from compare_published(node.home, catalogue, stated, held)
