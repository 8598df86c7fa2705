"""What a node kept long enough: runs, audit lines, what was handed over, and revisions that others replaced."""

from datetime import datetime

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, func, select

from tiersync.store.links.envelopes import chunks, spell_time
from tiersync.store.query import Query
from tiersync.store.reports.rounds import count_stored
from tiersync.store.tables import audit, envelopes, outbox, reports, runs

AT_ONCE = 2000  # rows of a table in one transaction
DONE = ("stored", "replaced")
BEFORE: BindParameter[str] = bindparam("moment")
LAST_RUNS = select(func.max(runs.c.id)).group_by(runs.c.stream)
OLD_RUNS = Query(select(runs.c.id).where(runs.c.started_at < BEFORE, runs.c.id.not_in(LAST_RUNS)).limit(AT_ONCE))
OLD_AUDIT = Query(select(audit.c.id).where(audit.c.at < BEFORE).limit(AT_ONCE))
OLD_SENT = Query(
    select(outbox.c.id)
    .join(envelopes, envelopes.c.id == outbox.c.envelope)
    .where(outbox.c.state.in_(DONE), envelopes.c.stored_at < BEFORE)
    .where(outbox.c.envelope.not_in(select(reports.c.envelope).where(reports.c.is_current)))
    .limit(AT_ONCE)
)
OLD_REVISIONS = Query(
    select(reports)
    .where(~reports.c.is_current, reports.c.received_at < BEFORE)
    .where(reports.c.envelope.not_in(select(outbox.c.envelope).where(outbox.c.state.not_in(DONE))))
    .order_by(reports.c.id)
    .limit(AT_ONCE)
)


def forget_runs(db: Connection, before: datetime) -> int:
    """Runs that began before a moment, but for the last of each stream; returns how many are gone."""
    return _forget(db, runs, OLD_RUNS, before)


def forget_audit(db: Connection, before: datetime) -> int:
    return _forget(db, audit, OLD_AUDIT, before)


def forget_sent(db: Connection, before: datetime) -> int:
    """That envelopes were handed over, where they are no current reports and came or were sealed before a moment."""
    return _forget(db, outbox, OLD_SENT, before)


def forget_replaced(db: Connection, before: datetime) -> int:
    """Revisions of reports that came before a moment and are current no more, with their sealed bytes, once nothing of
    them waits to go anywhere."""
    gone = OLD_REVISIONS.rows(db, moment=spell_time(before))
    for some in chunks([row.envelope for row in gone]):
        for table, column in ((outbox, outbox.c.envelope), (reports, reports.c.envelope), (envelopes, envelopes.c.id)):
            db.execute(delete(table).where(column.in_(some)))
    count_stored(db, [(row.form, row.period) for row in gone], -1)
    return len(gone)


def _forget(db: Connection, table: Table, old: Query, before: datetime) -> int:
    ids = old.values(db, moment=spell_time(before))
    for some in chunks(ids):
        db.execute(delete(table).where(table.c.id.in_(some)))
    return len(ids)
