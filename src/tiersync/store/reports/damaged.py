"""Sealed bytes that are not what was sealed any more: kept aside as evidence, and whether a good copy was asked for."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from tiersync.model.envelope import Envelope
from tiersync.store.links.envelopes import chunks, load, spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import damaged, envelopes

EVIDENCE = timedelta(days=90)  # How long damaged bytes are kept after a good copy came.
NOTHING = Envelope("", b"")
UNMENDED = damaged.c.mended_at.is_(None)
EVIDENCE_OF = Query(select(damaged.c.seal, damaged.c.body).where(damaged.c.envelope == bindparam("envelope"), UNMENDED))
GONE_SINCE = Query(
    select(damaged.c.envelope)
    .where((damaged.c.seal == NOTHING.seal) & (damaged.c.seen_at > bindparam("moment")), UNMENDED)
    .limit(1)
)
TIDY = delete(damaged).where(
    (damaged.c.mended_at < bindparam("moment"))
    | ((damaged.c.seal == NOTHING.seal) & (damaged.c.seen_at < bindparam("moment")))
)


def set_aside(db: Connection, envelope: str, now: datetime) -> None:
    """Keep the bytes as they are now; what is set aside already and not mended stays as it was seen first."""
    hold_node(db)
    if not evidence_of(db, envelope):
        found = load(db, [envelope]).get(envelope, NOTHING)
        db.execute(
            insert(damaged).values(
                envelope=envelope, seen_at=spell_time(now), seal=found.seal, body=found.body, asked_at=None,
            )
        )  # fmt: skip


def evidence_of(db: Connection, envelope: str) -> Envelope | None:
    """The bytes that stood where this envelope was, until a good copy comes; None for one that is not damaged."""
    row = EVIDENCE_OF.first(db, envelope=envelope)
    return Envelope(row.seal, row.body) if row else None


def is_awaited(db: Connection, since: datetime) -> bool:
    """Whether a copy of something that is gone was looked for since then, and has not come."""
    return GONE_SINCE.first(db, moment=spell_time(since)) is not None


def seen_before(db: Connection, ids: Sequence[str], moment: datetime) -> frozenset[str]:
    """Those of these envelopes that were seen damaged before a moment and are not mended."""
    found: set[str] = set()
    for some in chunks(ids):
        query = select(damaged.c.envelope).where(damaged.c.envelope.in_(some), damaged.c.mended_at.is_(None))
        found.update(db.execute(query.where(damaged.c.seen_at < spell_time(moment))).scalars())
    return frozenset(found)


def to_ask_for(db: Connection, ids: Sequence[str], now: datetime, again: timedelta) -> list[str]:
    """Those of these damaged envelopes for which nobody was asked lately."""
    since, asked = spell_time(now - again), set[str]()
    for some in chunks(ids):
        query = select(damaged.c.envelope).where(damaged.c.envelope.in_(some), damaged.c.mended_at.is_(None))
        asked.update(db.execute(query.where(damaged.c.asked_at > since)).scalars())
    return [id_ for id_ in ids if id_ not in asked]


def note_asked(db: Connection, ids: Iterable[str], now: datetime) -> None:
    """A neighbour was asked for good copies of these."""
    for envelope in ids:
        set_aside(db, envelope, now)
        query = update(damaged).where(damaged.c.envelope == envelope, damaged.c.mended_at.is_(None))
        db.execute(query.values(asked_at=spell_time(now)))


def put_right(db: Connection, id_: str, good: Envelope, now: datetime) -> None:
    """The good copy stands where the damaged bytes stood; those stay as evidence."""
    db.execute(update(envelopes).where(envelopes.c.id == id_).values(seal=good.seal, body=good.body))
    note_mended(db, id_, now)


def note_mended(db: Connection, id_: str, now: datetime) -> None:
    query = update(damaged).where(damaged.c.envelope == id_, damaged.c.mended_at.is_(None))
    db.execute(query.values(mended_at=spell_time(now)))


def tidy_evidence(db: Connection, now: datetime) -> None:
    """Let go of damaged bytes that were mended long ago, and of what was looked for as long and never came."""
    db.execute(TIDY, {"moment": spell_time(now - EVIDENCE)})
