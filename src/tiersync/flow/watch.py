"""Watching: the table of cells is held against the sealed reports, so that no figure changes unseen."""

from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.sealing import may_seal
from tiersync.flow.statements import tell
from tiersync.model.finding import Finding
from tiersync.rules.reconcile import altered, news
from tiersync.store.database import Connection
from tiersync.store.findings import open_findings
from tiersync.store.reports import current_reports, held_cells, held_digests, key_of, sealed_reports


def watch(node: Node, now: datetime) -> list[Finding]:
    """Compare every current report's cells with its seal; tell upward what is altered and what is mended again."""
    with node.store.write() as db:
        seen = altered_cells(db, node)
        known = [finding for finding in open_findings(db, node.home) if finding.reason == "altered"]
        if may_seal(db):
            tell(db, node, news(known, seen), now)
    return seen


def altered_cells(db: Connection, node: Node) -> list[Finding]:
    """The cells held here that differ from the sealed report they came in."""
    rows = current_reports(db)
    held = held_digests(db, [row.id for row in rows])
    unequal = [row for row in rows if held.get(row.id, "") != row.cells_digest]
    return [
        finding
        for row, report in sealed_reports(db, unequal)
        for finding in altered(node.home, key_of(row), row.digest, report.cells, held_cells(db, row.id))
    ]
