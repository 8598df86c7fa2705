"""What this node says: sealed, stored and queued in the transaction in which it happens."""

from collections.abc import Callable, Sequence
from datetime import datetime

from uuid_utils import uuid7

from tiersync.errors import BadMessage, BadSeal, WaitsForEpoch
from tiersync.flow.node import Node
from tiersync.link.pack import pack
from tiersync.link.routes import peers_for
from tiersync.link.seal import read_head, seal_head
from tiersync.model.canonical import digest
from tiersync.model.charter import Charter
from tiersync.model.envelope import VERSIONS, Body, Envelope, Head, version_of
from tiersync.rules.calendar.look_again import ROUND
from tiersync.store.catalogues import newest_number
from tiersync.store.database import Connection
from tiersync.store.facts import forget, recall, remember
from tiersync.store.links.charters import keep_charter
from tiersync.store.links.envelopes import AT_ONCE, Stored, keep, load, read_body
from tiersync.store.links.links import child_peers, has_parent, parent_link
from tiersync.store.links.numbers import take_numbers
from tiersync.store.links.outbox import exchange_for, note_stored, queue, waiting_of
from tiersync.store.links.refused import let_go, refused_reports, to_try_again
from tiersync.store.links.steps import keep_back, wait_again
from tiersync.store.reports.reports import renumber
from tiersync.store.reports.sealed import read_report

NEEDS_EPOCH = "needs_epoch"
EPOCH = "epoch"


def own_epoch(db: Connection) -> int:
    return int(recall(db, EPOCH) or 1)


def may_seal(db: Connection) -> bool:
    """False while this node knows that it was put back to an older copy and has no new epoch yet."""
    return recall(db, NEEDS_EPOCH) is None


def must_renew(db: Connection) -> None:
    """This node was put back to an older copy: it seals nothing more until it has a new epoch."""
    remember(db, NEEDS_EPOCH, "1")


def seal(db: Connection, node: Node, body: Body, now: datetime) -> Stored:
    """Seal a body under this node's next number and store it; raises WaitsForEpoch."""
    return seal_all(db, node, [body], now)[0]


def seal_all(db: Connection, node: Node, bodies: Sequence[Body], now: datetime) -> list[Stored]:
    """Seal bodies one after the other under this node's next numbers and store them; raises WaitsForEpoch."""
    if not bodies:
        return []
    if not may_seal(db):
        raise WaitsForEpoch()
    next_one = _next_head(db, node, now, len(bodies))
    stored = [next_one(body.kind, pack(body), place, version_of(body)) for place, body in enumerate(bodies)]
    keep(db, stored, now)
    return stored


def _next_head(db: Connection, node: Node, now: datetime, count: int = 1) -> Callable[..., Stored]:
    """What seals so many packed bodies under the numbers that follow the last one: 0 is the next. A body that was
    spelled before keeps its version."""
    epoch, catalogue = own_epoch(db), newest_number(db)
    first = take_numbers(db, node.home, epoch, count)

    def next_one(kind: str, packed: bytes, place: int, version: int = 0) -> Stored:
        head = Head(
            id=str(uuid7()), kind=kind, version=version or VERSIONS[kind].writes, origin=node.home, epoch=epoch,
            number=first + place, written_at=now, catalogue=catalogue, digest=digest(packed), size=len(packed),
        )  # fmt: skip
        return Stored(head, Envelope(seal_head(head, node.keys.private), packed), node.home)

    return next_one


def send(db: Connection, node: Node, body: Body, now: datetime) -> Head:
    """Seal a body and queue it for everybody whom it concerns."""
    stored = seal(db, node, body, now)
    pass_on(db, node, stored.head, body, node.home)
    return stored.head


def pass_on(db: Connection, node: Node, head: Head, body: Body, came_from: str) -> None:
    """Queue an envelope for every linked peer that must get it. One of this node's own that a peer gave back is there,
    and goes again should that peer lose it."""
    is_own = head.origin == node.home
    for peer in peers_for(body, node.home, "" if is_own else came_from, parent_of(db), child_peers(db), node.tree(db)):
        note = note_stored if peer == came_from else queue
        note(db, peer, [(head.id, head.kind)])


def parent_of(db: Connection) -> str | None:
    """The unit above, if this node has one."""
    return parent_link(db).peer if has_parent(db) else None


def begin_epoch(db: Connection, node: Node, epoch: int, now: datetime) -> None:
    """Seal from now on in a new epoch, and again what waits under an earlier one."""
    remember(db, EPOCH, str(epoch))
    forget(db, NEEDS_EPOCH)
    seal_again(db, node, now)


def seal_again(db: Connection, node: Node, now: datetime) -> None:
    """What waits under the seal of an earlier epoch goes out under a new one, its body unchanged."""
    if not may_seal(db):
        return
    while waiting := waiting_of(db, node.home, own_epoch(db), AT_ONCE):
        loaded = load(db, [row.envelope for row in waiting])
        for envelope in sorted({row.envelope for row in waiting}):
            try:
                body = read_body(loaded[envelope])
            except (BadMessage, BadSeal):  # A new seal over what is damaged would vouch for it.
                keep_back(db, envelope, "damaged")
            else:
                _seal_one_again(db, node, envelope, body, loaded[envelope], now)


def send_refused_again(db: Connection, node: Node, now: datetime) -> int:
    """What the unit above finally refused of this node's own current reports goes again under a new seal, in place of
    the one before: with the next push, then whenever a charter or a catalogue came, and else once a day; but for those
    of units that lay elsewhere by then. Returns how many."""
    parent = parent_of(db)
    refused = refused_reports(db, parent, node.home) if parent and may_seal(db) else []
    again = to_try_again(db, refused, now - ROUND, now)
    loaded = load(db, again)
    for envelope in again:
        body = read_report(loaded.get(envelope))
        if body is not None and node.answers_below(db, body.unit, body.period):
            wait_again(db, envelope)
            _seal_one_again(db, node, envelope, body, loaded[envelope], now)
            let_go(db, envelope)
    return len(again)


def _seal_one_again(db: Connection, node: Node, envelope: str, body: Body, sealed: Envelope, now: datetime) -> None:
    head = read_head(sealed.seal)
    stored = _next_head(db, node, now)(head.kind, sealed.body, 0, head.version)
    keep(db, [stored], now)
    if isinstance(body, Charter):
        keep_charter(db, stored.head, body, now)
    renumber(db, envelope, stored.head.id, stored.head.epoch)
    exchange_for(db, envelope, stored.head.id)
