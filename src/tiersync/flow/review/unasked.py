"""Revisions that came over an accepted or locked one without leave: nothing is dropped, and nothing is silent."""

from collections.abc import Collection
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import revision_of
from tiersync.link.life import ReviewState
from tiersync.link.review import state_of
from tiersync.model.finding import Finding
from tiersync.model.report import ReportKey
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding
from tiersync.store.reports.acts import Acts, acts_of_form
from tiersync.store.reports.reports import rank_of, revisions_of

STOOD = (ReviewState.ACCEPTED, ReviewState.LOCKED)


def note_unasked(db: Connection, node: Node, current: Collection[ReportKey], now: datetime) -> None:
    """Open a finding for each of these reports whose revision before was accepted or locked: the office above had not
    granted that it changes, or the one that files had not heard of it."""
    known: dict[tuple[str, str], Acts] = {}
    for key in current:
        named = (key.form, key.period)
        if named not in known:
            known[named] = acts_of_form(db, *named)
        acts = known[named].get(key, [])
        if key.part != "own" or not any(act.said in ("accepted", "locked") for act in acts):
            continue
        *_, before, _ = [None, *sorted(revisions_of(db, [key])[key], key=rank_of)]
        if before is not None and state_of(revision_of(before), True, acts, node.tree(db)) in STOOD:
            keep_finding(db, _unasked(node, key, before.digest), now)


def _unasked(node: Node, key: ReportKey, digest: str) -> Finding:
    return Finding(
        level="holdings", reason="after_acceptance", node=node.home, unit=key.unit, form=key.form, period=key.period,
        part=key.part, revision=digest,
    )  # fmt: skip
