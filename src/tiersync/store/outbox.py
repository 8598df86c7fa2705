"""What waits to go over each link, in which order, and what the other side has confirmed."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, literal, select, update

from tiersync.model.envelope import Envelope
from tiersync.store.envelopes import chunks, load
from tiersync.store.links import change_link, link_to
from tiersync.store.tables import envelopes, outbox

PRIORITY = {"charter": 0, "catalogue": 1, "verdict": 2, "notice": 2, "request": 2, "receipt": 3, "finding": 4}
BULK = 9
MOST = 2000  # envelopes in one message


class Batch(NamedTuple):
    """Envelopes with the positions that were given to them; `more` says that others wait."""

    positions: tuple[int, ...]
    envelopes: tuple[Envelope, ...]
    more: bool


def queue(db: Connection, peer: str, queued: Iterable[tuple[str, str]]) -> None:
    """Queue envelopes, as (id, kind), for a peer; what is queued already stays where it is."""
    wanted = list(queued)
    known: set[str] = set()
    for some in chunks([id_ for id_, _ in wanted]):
        query = select(outbox.c.envelope).where(outbox.c.peer == peer, outbox.c.envelope.in_(some))
        known.update(db.execute(query).scalars())
    rows = [
        {"peer": peer, "envelope": id_, "priority": PRIORITY.get(kind, BULK), "state": "waiting"}
        for id_, kind in wanted
        if id_ not in known
    ]
    if rows:
        db.execute(insert(outbox), rows)


def next_batch(db: Connection, peer: str, largest: int) -> Batch:
    """What to send now: first what was sent before and not confirmed, under its old positions, then what waits, under
    new ones, up to `largest` bytes (one envelope may pass it alone)."""
    link = link_to(db, peer)
    ids = _unconfirmed(db, peer, link.acknowledged)
    room = max(0, MOST - len(ids))
    sizes = _sizes(db, [id_ for _, id_ in ids])
    chosen: list[tuple[int, str]] = []
    total = 0
    for position, id_ in ids:
        total += sizes.get(id_, 0)
        if chosen and total > largest:
            break
        chosen.append((position, id_))
    written = link.written_up_to
    if len(chosen) == len(ids):
        for row in _waiting(db, peer, room + 1):
            total += row.size
            if (chosen and total > largest) or len(chosen) >= MOST:
                break
            written += 1
            chosen.append((written, row.envelope))
            db.execute(update(outbox).where(outbox.c.id == row.id).values(position=written, state="sent"))
        change_link(db, peer, written_up_to=written)
    loaded = load(db, [id_ for _, id_ in chosen])
    waiting = _count(db, peer, "waiting") > 0 or len(chosen) < len(ids)
    return Batch(tuple(p for p, _ in chosen), tuple(loaded[id_] for _, id_ in chosen), waiting)


def _unconfirmed(db: Connection, peer: str, acknowledged: int) -> list[tuple[int, str]]:
    query = (
        select(outbox.c.position, outbox.c.envelope)
        .where(outbox.c.peer == peer, outbox.c.position > acknowledged)
        .order_by(outbox.c.position)
        .limit(MOST)
    )
    return [(row.position, row.envelope) for row in db.execute(query)]


def _waiting(db: Connection, peer: str, limit: int) -> list[Row[Any]]:
    size = func.length(envelopes.c.body) + func.length(envelopes.c.seal)
    query = (
        select(outbox.c.id, outbox.c.envelope, size.label("size"))
        .join(envelopes, envelopes.c.id == outbox.c.envelope)
        .where(outbox.c.peer == peer, outbox.c.state == "waiting")
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    return list(db.execute(query))


def _sizes(db: Connection, ids: Sequence[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for some in chunks(ids):
        size = func.length(envelopes.c.body) + func.length(envelopes.c.seal)
        sizes.update({row.id: row.size for row in db.execute(
            select(envelopes.c.id, size.label("size")).where(envelopes.c.id.in_(some)))})  # fmt: skip
    return sizes


def _count(db: Connection, peer: str, state: str) -> int:
    query = select(func.count()).select_from(outbox).where(outbox.c.peer == peer, outbox.c.state == state)
    return db.execute(query).scalar_one()


def is_waiting(db: Connection, peer: str) -> bool:
    """Whether anything is there for `peer` that it has not confirmed."""
    query = select(literal(1)).where(outbox.c.peer == peer, outbox.c.state.in_(("waiting", "sent"))).limit(1)
    return db.execute(query).first() is not None


def counts(db: Connection, peer: str) -> dict[str, int]:
    """How many envelopes for `peer` are in each state."""
    query = select(outbox.c.state, func.count()).where(outbox.c.peer == peer).group_by(outbox.c.state)
    return {row[0]: row[1] for row in db.execute(query)}


def confirm(db: Connection, peer: str, up_to: int) -> None:
    """The peer has stored everything up to this position; nothing is deleted yet."""
    query = update(outbox).where(outbox.c.peer == peer, outbox.c.position <= up_to, outbox.c.state == "sent")
    db.execute(query.values(state="stored"))
    change_link(db, peer, acknowledged=up_to)


def mark_refused(db: Connection, peer: str, reasons: Iterable[tuple[int, str]]) -> None:
    """The peer finally refused what was at these positions."""
    for position, reason in reasons:
        query = update(outbox).where(outbox.c.peer == peer, outbox.c.position == position)
        db.execute(query.values(state="refused", reason=reason))


def refused(db: Connection) -> list[Row[Any]]:
    """What peers finally refused of ours: peer, envelope id, kind, reason."""
    query = (
        select(outbox.c.peer, outbox.c.envelope, envelopes.c.kind, outbox.c.reason)
        .join(envelopes, envelopes.c.id == outbox.c.envelope)
        .where(outbox.c.state == "refused")
        .order_by(outbox.c.id)
    )
    return list(db.execute(query))


def replace_waiting(db: Connection, ids: Collection[str]) -> None:
    """These envelopes were replaced before they had a position, so they need not travel."""
    for some in chunks(list(ids)):
        query = update(outbox).where(outbox.c.envelope.in_(some), outbox.c.state == "waiting")
        db.execute(query.values(state="replaced"))


def begin_anew(db: Connection, peer: str) -> None:
    """A new link epoch: every position is given again."""
    db.execute(update(outbox).where(outbox.c.peer == peer).values(position=None))
    change_link(db, peer, written_up_to=0, acknowledged=0, stored_up_to=0, conflict=False)


def settle_held(db: Connection, peer: str, held: Collection[str]) -> None:
    """After a renewal: what the peer says it holds is stored there, everything else waits again."""
    lives = outbox.c.state.in_(("waiting", "sent", "stored"))
    unplaced = (outbox.c.peer == peer) & outbox.c.position.is_(None) & lives
    db.execute(update(outbox).where(unplaced).values(state="waiting"))
    for some in chunks(list(held)):
        db.execute(update(outbox).where(unplaced & outbox.c.envelope.in_(some)).values(state="stored"))


def waiting_of(db: Connection, origin: str, before_epoch: int) -> list[Row[Any]]:
    """What `origin` sealed in an earlier epoch and what has no position yet: outbox id, peer, envelope id, kind."""
    query = (
        select(outbox.c.id, outbox.c.peer, outbox.c.envelope, envelopes.c.kind)
        .join(envelopes, envelopes.c.id == outbox.c.envelope)
        .where(outbox.c.state == "waiting", envelopes.c.origin == origin, envelopes.c.epoch < before_epoch)
        .order_by(outbox.c.id)
    )
    return list(db.execute(query))


def exchange_for(db: Connection, outbox_id: int, envelope: str) -> None:
    """The same body goes out under another seal."""
    db.execute(update(outbox).where(outbox.c.id == outbox_id).values(envelope=envelope))


def newest(db: Connection) -> int:
    """The number of the envelope queued last, for any peer."""
    return db.execute(select(func.max(outbox.c.id))).scalar() or 0


def traffic(db: Connection, peer: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Envelopes and bytes that were sent to `peer`, and those of them that it receipted or refused."""
    size = func.length(envelopes.c.body) + func.length(envelopes.c.seal)
    query = (
        select(outbox.c.state, func.count(), func.coalesce(func.sum(size), 0))
        .join(envelopes, envelopes.c.id == outbox.c.envelope)
        .where(outbox.c.peer == peer, outbox.c.state.in_(("sent", "stored", "refused")))
        .group_by(outbox.c.state)
    )
    by_state = {state: (count, total) for state, count, total in db.execute(query)}
    receipted = [by_state.get(state, (0, 0)) for state in ("stored", "refused")]
    sent = [*receipted, by_state.get("sent", (0, 0))]
    return (sum(c for c, _ in sent), sum(b for _, b in sent)), (
        sum(c for c, _ in receipted),
        sum(b for _, b in receipted),
    )
