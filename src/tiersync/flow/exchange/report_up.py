"""Reporting up: findings are kept here and sent to the unit above."""

from collections.abc import Iterable
from datetime import datetime

from tiersync.flow.exchange.sealing import send
from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding


def report_up(db: Connection, node: Node, findings: Iterable[Finding], now: datetime) -> None:
    """Keep findings here and send upward those that are new or changed."""
    for finding in findings:
        if keep_finding(db, finding, now):
            send(db, node, finding, now)
