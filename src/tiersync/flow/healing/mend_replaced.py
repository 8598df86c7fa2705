"""Replaced revisions heal as well, though no statement compares them: each side asks for what is damaged at it."""

from datetime import datetime

from tiersync.flow.healing.mend import ONCE
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import MOST_MENDED, Exchange
from tiersync.store.database import Connection
from tiersync.store.reports.damaged import to_ask_for
from tiersync.store.reports.replaced import damaged_replaced


def to_ask_above(db: Connection, now: datetime) -> tuple[str, ...]:
    """What a child asks for of replaced revisions, each once a day."""
    ids = [row.envelope for row in damaged_replaced(db)]
    return tuple(to_ask_for(db, ids, now, ONCE)[:MOST_MENDED])


def to_ask_below(db: Connection, node: Node, said: Exchange) -> tuple[str, ...]:
    """What a parent asks for of replaced revisions that were filed in the child's part of the tree, as often as the
    child states their form and period."""
    tree, stated = node.tree(db), {(one.form, one.period) for one in said.statements}
    rows = [row for row in damaged_replaced(db) if (row.form, row.period) in stated and row.origin in tree]
    return tuple(row.envelope for row in rows if tree.is_within(row.origin, said.unit))[:MOST_MENDED]
