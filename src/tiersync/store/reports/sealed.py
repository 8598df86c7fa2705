"""Sealed reports, read from the bytes that came: what the index names, or whatever is sealed here."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.seal import read_head
from tiersync.model.envelope import Envelope, Head
from tiersync.model.report import Report
from tiersync.store.links.envelopes import chunks, load, read_body
from tiersync.store.query import Query
from tiersync.store.reports.reports import HELD, KEYS_AT_ONCE, NAMED
from tiersync.store.tables import envelopes, reports

IDS_OF = Query(select(reports.c.envelope).where(*NAMED).order_by(reports.c.id))
SEALED = Query(select(envelopes.c.id).where(envelopes.c.kind == "report").order_by(envelopes.c.id))


def sealed_reports(db: Connection, rows: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], Report]]:
    """The sealed report behind each row, read from the bytes that came, a few hundred at a time.

    One whose bytes are damaged is passed over: it is never shown or added. Who adds all of them counts what comes.
    """
    rows = list(rows)
    for start in range(0, len(rows), KEYS_AT_ONCE):
        some = rows[start : start + KEYS_AT_ONCE]
        loaded = load(db, [row.envelope for row in some if row.state == HELD])
        for row in some:
            body = read_report(loaded.get(row.envelope))
            if body is not None:
                yield row, body


def read_report(envelope: Envelope | None) -> Report | None:
    """What a stored report says; None when nothing is there, or its bytes are not those that its head names."""
    try:
        body = read_body(envelope) if envelope else None
    except (BadMessage, BadSeal):
        return None
    return body if isinstance(body, Report) else None


def read_sealed(db: Connection, ids: Iterable[str]) -> Iterator[tuple[str, Head, Report]]:
    """The sealed reports under these ids that can be read, each with its id."""
    for some in chunks(list(ids)):
        for id_, envelope in load(db, some).items():
            body = read_report(envelope)
            if body is not None:
                yield id_, read_head(envelope.seal), body


def ids_of(db: Connection, form: str, period: str) -> list[str]:
    """The envelopes of a form and period that the index names, replaced ones too."""
    return IDS_OF.values(db, form=form, period=period)


def sealed_revisions(db: Connection) -> Iterator[tuple[Head, Report]]:
    """Every report among the sealed envelopes that can be read, whatever the index says."""
    for _, head, report in read_sealed(db, SEALED.values(db)):
        yield head, report
