"""What one look of this node found, kept: what is seen opens or is told anew, what is gone since closes."""

from collections.abc import Callable, Iterable
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.rules.agreement.reconcile import news
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding, unclosed_findings


def keep_look(
    db: Connection, node: Node, concerns: Callable[[Finding], bool], seen: Iterable[Finding], now: datetime
) -> None:
    """Open what is `seen`, and close whatever the look `concerns` and did not see again. What somebody settled stays
    settled as long as it says the same, and ends when it is gone."""
    known = [finding for finding in unclosed_findings(db, node.home) if concerns(finding)]
    for finding in news(known, seen):
        keep_finding(db, finding, now)
