"""Taking back a report that nobody has seen: its sealed bytes, its row, and its place in the outbox."""

from typing import Any

from sqlalchemy import Connection, Row, delete

from tiersync.store.reports.reports import choose_current, key_of
from tiersync.store.reports.rounds import count_stored
from tiersync.store.reports.segments import drop_segment
from tiersync.store.tables import envelopes, outbox, reports


def unfile(db: Connection, row: Row[Any]) -> None:
    """As if it had never been sealed; the revision before it stands again."""
    named = (row.form, row.period)
    if row.segment is not None:
        drop_segment(db, named)
    db.execute(delete(outbox).where(outbox.c.envelope == row.envelope))
    db.execute(delete(reports).where(reports.c.envelope == row.envelope))
    db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    count_stored(db, [named], each=-1)
    choose_current(db, key_of(row))
