"""What the other side of a link finally refused, until it goes again or is let go."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from tiersync.link.seal import read_head
from tiersync.model.envelope import Head
from tiersync.store.links.envelopes import chunks, spell_time
from tiersync.store.query import Query
from tiersync.store.tables import charters, envelopes, links, meta, outbox, reports

REFUSED_REPORTS = Query(
    select(outbox.c.envelope)
    .join(reports, reports.c.envelope == outbox.c.envelope)
    .where(outbox.c.peer == bindparam("peer"), outbox.c.state == "refused", reports.c.is_current)
    .where(reports.c.origin == bindparam("origin"), reports.c.state == "held")
    .order_by(outbox.c.id)
)
NUMBER_TAKEN = Query(  # Reports are left out: what comes again of them is told by its rank.
    select(envelopes.c.seal)
    .join(outbox, outbox.c.envelope == envelopes.c.id)
    .where(outbox.c.peer.in_(select(links.c.peer)), outbox.c.state == "refused")
    .where(outbox.c.reason == "number_taken", envelopes.c.kind != "report")
    .distinct()
)
RULES = select(charters.c.envelope).union(select(meta.c.value).where(meta.c.key == "catalogue_envelope"))
NEWEST_RULES = Query(select(func.max(envelopes.c.stored_at)).where(envelopes.c.id.in_(RULES)))


def refused(db: Connection) -> list[Row[Any]]:
    """What peers finally refused of ours: peer, envelope id, kind, reason."""
    query = (
        select(outbox.c.peer, outbox.c.envelope, envelopes.c.kind, outbox.c.reason)
        .join(envelopes, envelopes.c.id == outbox.c.envelope)
        .where(outbox.c.peer.in_(select(links.c.peer)), outbox.c.state == "refused")
        .order_by(outbox.c.id)
    )
    return list(db.execute(query))


def refused_reports(db: Connection, peer: str, origin: str) -> list[str]:
    """The current reports of `origin` that `peer`, or a unit above it, finally refused."""
    return REFUSED_REPORTS.values(db, peer=peer, origin=origin)


def to_try_again(db: Connection, ids: Sequence[str], since: datetime, now: datetime) -> list[str]:
    """Those of these refused reports that have not gone again yet, or not since then, or not since a charter or a
    catalogue came."""
    settled = envelopes.c.stored_at.between(spell_time(since), spell_time(now)) & (
        envelopes.c.stored_at > _newest_rules(db)
    )
    again = ~settled | (envelopes.c.stored_at <= reports.c.received_at)
    query = select(envelopes.c.id).join(reports, reports.c.envelope == envelopes.c.id)
    found = {id_ for some in chunks(ids) for id_ in db.execute(query.where(envelopes.c.id.in_(some), again)).scalars()}
    return [id_ for id_ in ids if id_ in found]


def _newest_rules(db: Connection) -> str:
    """When the last charter or catalogue was stored."""
    return NEWEST_RULES.value(db) or ""


def is_refused(db: Connection, envelope: str) -> bool:
    """Whether a peer, or a unit above it, finally refused this envelope as it was sealed."""
    finally_so = (outbox.c.state == "refused") & (outbox.c.reason != "damaged")
    return db.execute(select(outbox.c.id).where(outbox.c.envelope == envelope, finally_so)).first() is not None


def replaced_under_new_seal(db: Connection, fresh: Iterable[Head]) -> list[str]:
    """What was refused above because its number was taken, and came again with the same body in one of these: it
    arrives under its new seal."""
    bodies = {(head.origin, head.kind, head.digest) for head in fresh}
    heads = map(read_head, NUMBER_TAKEN.values(db))
    return [head.id for head in heads if (head.origin, head.kind, head.digest) in bodies]


def let_go(db: Connection, envelope: str) -> None:
    """What was refused and stands under a newer seal now need not be kept, unless somebody took it or is to get it."""
    db.execute(delete(outbox).where(outbox.c.envelope == envelope, outbox.c.state == "refused"))
    queued = select(outbox.c.id).where(outbox.c.envelope == envelope)
    db.execute(delete(envelopes).where(envelopes.c.id == envelope, ~queued.exists()))
