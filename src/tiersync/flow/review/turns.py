"""Whose turn it is with the reports of open periods: what waits for this node's word, and what came back to it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tiersync.flow.figures.asked import due_now
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import reviewed
from tiersync.link.life import ReviewState
from tiersync.link.review import reviewer_of
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring


class ReviewTurns(NamedTuple):
    """Of a form and period: reports of others to be reviewed here, requests to be answered here, and reports of this
    node that were returned or may be corrected."""

    form: str
    period: str
    to_review: int
    asked: int
    returned: int


def review_turns(db: Connection, node: Node, now: datetime) -> Iterator[ReviewTurns]:
    """One for each form and period in which it is this node's turn. What it files and reviews itself waits for nobody
    else, and is not counted."""
    keyring = load_keyring(db)
    for form, period in due_now(db, node, node.day_of(now)):
        tree = node.tree_in(db, period)
        to_review = asked = returned = 0
        for one in reviewed(db, node, form.code, str(period)).values():
            filer = one.row.origin if one.row is not None else keyring.nearest_node(one.key.unit, tree) or node.home
            is_ours = filer != node.home and reviewer_of(tree, keyring, filer, one.key.unit) == node.home
            to_review += is_ours and one.state == ReviewState.RECEIVED
            asked += is_ours and bool(one.requests)
            returned += filer == node.home and one.state in (ReviewState.RETURNED, ReviewState.CORRECTING)
        if to_review or asked or returned:
            yield ReviewTurns(form.code, str(period), to_review, asked, returned)
