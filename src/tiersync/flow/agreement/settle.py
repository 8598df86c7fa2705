"""Settling: somebody has dealt with a finding, or says why a refused row stays as it is."""

from datetime import datetime
from typing import Any

from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.store import findings
from tiersync.store.database import Row
from tiersync.store.runs import quarantine


def settle_finding(node: Node, number: int, note: str, now: datetime) -> Finding:
    """The finding of this number is dealt with until the figures differ anew; raises UnknownName."""
    with node.store.write() as db:
        return findings.settle(db, number, note, now)


def settle_row(node: Node, number: int, note: str, now: datetime) -> Row[Any]:
    """The refused row of this number stays as it is; raises UnknownName."""
    with node.store.write() as db:
        return quarantine.settle(db, number, note, now)


def open_row_again(node: Node, number: int) -> Row[Any]:
    """A settled row waits again; raises UnknownName."""
    with node.store.write() as db:
        return quarantine.open_again(db, number)
