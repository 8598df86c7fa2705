"""What a node kept long enough: runs, audit lines, what was handed over, and revisions that others replaced."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select

from tiersync.store.envelopes import chunks, spell_time
from tiersync.store.rounds import count_stored
from tiersync.store.tables import audit, envelopes, outbox, reports, runs

AT_ONCE = 2000  # rows of a table in one transaction
DONE = ("stored", "replaced")


def forget_runs(db: Connection, before: datetime) -> int:
    """Runs that began before a moment, but for the last of each stream; returns how many are gone."""
    last = select(func.max(runs.c.id)).group_by(runs.c.stream)
    return _forget(db, runs, select(runs.c.id).where(runs.c.started_at < spell_time(before), runs.c.id.not_in(last)))


def forget_audit(db: Connection, before: datetime) -> int:
    return _forget(db, audit, select(audit.c.id).where(audit.c.at < spell_time(before)))


def forget_sent(db: Connection, before: datetime) -> int:
    """That envelopes were handed over, where they are no current reports and came or were sealed before a moment."""
    current = select(reports.c.envelope).where(reports.c.is_current)
    old = select(outbox.c.id).join(envelopes, envelopes.c.id == outbox.c.envelope)
    old = old.where(outbox.c.state.in_(DONE), envelopes.c.stored_at < spell_time(before))
    return _forget(db, outbox, old.where(outbox.c.envelope.not_in(current)))


def forget_replaced(db: Connection, before: datetime) -> int:
    """Revisions of reports that came before a moment and are current no more, with their sealed bytes, once nothing of
    them waits to go anywhere."""
    waits = select(outbox.c.envelope).where(outbox.c.state.not_in(DONE))
    old = select(reports).where(~reports.c.is_current, reports.c.received_at < spell_time(before))
    gone = db.execute(old.where(reports.c.envelope.not_in(waits)).order_by(reports.c.id).limit(AT_ONCE)).all()
    for some in chunks([row.envelope for row in gone]):
        for table, column in ((outbox, outbox.c.envelope), (reports, reports.c.envelope), (envelopes, envelopes.c.id)):
            db.execute(delete(table).where(column.in_(some)))
    count_stored(db, [(row.form, row.period) for row in gone], -1)
    return len(gone)


def _forget(db: Connection, table: Table, old: Select[Any]) -> int:
    ids = list(db.execute(old.limit(AT_ONCE)).scalars())
    for some in chunks(ids):
        db.execute(delete(table).where(table.c.id.in_(some)))
    return len(ids)
