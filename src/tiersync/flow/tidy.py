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
    fit into one transaction is left to the next push."""
    with node.store.read() as db:
        if (recall(db, TIDIED) or "") > spell_time(now - EACH):
            return 0
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
    return sum(gone)
