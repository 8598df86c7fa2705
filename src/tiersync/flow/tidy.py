"""Tidying: once a day what was kept long enough goes, some of it at a time."""

from datetime import datetime, timedelta

from tiersync.flow.reading_node import ReadingNode
from tiersync.store.facts import recall, remember
from tiersync.store.links.envelopes import spell_time
from tiersync.store.runs.jobs import forget_jobs
from tiersync.store.runs.retention import AT_ONCE, forget_audit, forget_replaced, forget_runs, forget_sent

TIDIED, EACH = "tidied_at", timedelta(days=1)


def tidy(node: ReadingNode, now: datetime) -> int:
    """Forget what this node keeps no longer, unless it was done today; returns how many rows are gone. What does not
    fit into one transaction is left to the next push, or to the nightly job."""
    with node.store.read() as db:
        if (recall(db, TIDIED) or "") > spell_time(now - EACH):
            return 0
    return sum(_forget_some(node, now))


def tidy_wholly(node: ReadingNode, now: datetime) -> int:
    """Forget all that this node keeps no longer, some of it at a time, so that nobody waits long; returns how many rows
    are gone."""
    total, most = 0, AT_ONCE
    while most >= AT_ONCE:
        gone = _forget_some(node, now)
        total, most = total + sum(gone), max(gone)
    return total


def _forget_some(node: ReadingNode, now: datetime) -> list[int]:
    """As much as fits into one transaction; how many rows of each kind are gone."""
    with node.store.write() as db:
        gone = [
            forget_replaced(db, now - node.keeps.revisions),
            forget_sent(db, now - node.keeps.sent),
            forget_runs(db, now - node.keeps.runs),
            forget_jobs(db, now - node.keeps.runs),
            forget_audit(db, now - node.keeps.audit),
        ]
        if max(gone) < AT_ONCE:
            remember(db, TIDIED, spell_time(now))
    return gone
