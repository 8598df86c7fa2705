"""The way down: what came down is taken in and acknowledged, as `tiersync pull` does; receipts go back up."""

from datetime import datetime
from typing import NamedTuple

from tiersync.errors import Refused
from tiersync.flow.exchange.child import Sent, send_waiting
from tiersync.flow.node import Ask, Node
from tiersync.flow.notices.fetching import fetch_attachments
from tiersync.flow.notices.notice import acknowledge


class Pulled(NamedTuple):
    """What a pull did: envelopes down and up, attachments fetched, receipts said; how many attachments the unit above
    does not give yet, and why it refused others."""

    sent: Sent
    fetched: int
    receipts: int
    lacking: int
    failed: tuple[Refused, ...]


def pull(node: Node, ask: Ask, now: datetime, wait: int = 0) -> Pulled:
    """Take what has come down, fetch its attachments, and say that it has arrived."""
    first = send_waiting(node, ask, now, wait)
    fetched = fetch_attachments(node, ask)
    receipts = acknowledge(node, now)
    last = send_waiting(node, ask, now) if receipts else Sent(0, 0, 0)
    return Pulled(
        Sent(*map(sum, zip(first, last, strict=True))), fetched.came, receipts, fetched.lacking, fetched.failed
    )
