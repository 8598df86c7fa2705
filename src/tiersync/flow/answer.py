"""A parent's answer to a child: judged, stored and committed before a word of it is sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal, TiersyncError, WaitsForEpoch
from tiersync.flow.attachments import read_chunk
from tiersync.flow.node import Node
from tiersync.flow.renewal import renew_child, renew_link, renew_ourselves, settle_renewed
from tiersync.flow.sealing import may_seal, own_epoch
from tiersync.flow.statements import compare_statements
from tiersync.flow.take_in import take_in
from tiersync.flow.welcome import welcome
from tiersync.link.accept import Known, Taken, judge
from tiersync.link.messages import Exchange, Exchanged, Fetch, Join, Message, Refusal, Renewal, Said
from tiersync.link.receive import Arrived, Held, Received, read_arrived, receive
from tiersync.link.restores import Remembered, next_epoch, restored
from tiersync.link.wire import BATCH, open_message, read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.store.charters import charter_envelopes
from tiersync.store.database import Connection
from tiersync.store.envelopes import held_ids, ids_from, numbers_taken, spell_time
from tiersync.store.links import (
    Link,
    change_link,
    find_link,
    ids_at,
    note_audit,
    open_link,
    record_positions,
)  # fmt: skip
from tiersync.store.outbox import confirm, next_batch

BUSY_SECONDS = 10


class Reply(NamedTuple):
    said: Said
    envelopes: tuple[Envelope, ...] = ()


def answer(node: Node, message: Message, now: datetime) -> Message:
    """What this node says to a child's message; whatever it stores is committed first."""
    reply = _reply(node, message, now)
    return seal_message(reply.said, node.keys.private, reply.envelopes)


def _reply(node: Node, message: Message, now: datetime) -> Reply:
    try:
        said = read_message(message)
    except (BadMessage, BadSeal) as error:
        return _refuse(node, "0" * 12, 0, "unreadable", str(error))
    match said:
        case Join():
            return Reply(*welcome(node, said, message, now))
        case Exchange() | Fetch() if said.to != node.home:
            return _refuse(node, said.unit, said.counter, "not_yours", f"this is the node of {node.home}")
        case Exchange() | Fetch():
            return _admit(node, said, message, now)
        case _:
            return _refuse(node, said.unit, 0, "unreadable", "a parent's word, said by a child")


def _refuse(node: Node, to: str, counter: int, reason: str, detail: str = "", **more: int) -> Reply:
    return Reply(Refusal(unit=node.home, to=to, counter=counter, reason=reason, detail=detail[:200], **more))


def _admit(node: Node, said: Exchange | Fetch, message: Message, now: datetime) -> Reply:
    """Whether this child is known, sealed the message itself, and says it for the first time."""
    with node.store.write() as db:
        known = node.known(db)
        link = _link_or_supplied(db, node, said, message, known, now)
        key = known.keyring.speaking_key(said.unit)
        if link is None or key is None or link.state != "open":
            return _turn_away(db, node, said, link, key, now)
        try:
            open_message(message, key)
        except BadSeal:
            note_audit(db, now, said.unit, "bad_seal", f"message {said.counter}")
            return _refuse(node, said.unit, said.counter, "bad_seal", "the message was sealed with another key")
        if said.counter <= link.counter:
            note_audit(db, now, said.unit, "replay", f"message {said.counter}, highest {link.counter}")
            return _refuse(node, said.unit, said.counter, "replay", highest=link.counter)
        change_link(db, said.unit, counter=said.counter, last_exchange_at=spell_time(now))
        if isinstance(said, Fetch):
            chunk, data = read_chunk(db, node, said)
            return Reply(chunk, (Envelope("", data),))
        return _exchange(db, node, said, message, link, known, now)


def _turn_away(
    db: Connection, node: Node, said: Exchange | Fetch, link: Link | None, key: str | None, now: datetime
) -> Reply:
    """A revoked key is refused for good; a key that nobody here has heard of may come with its charter."""
    if link is not None and (key is None or link.state != "open"):
        note_audit(db, now, said.unit, "unknown_key", "revoked")
        return _refuse(node, said.unit, said.counter, "unknown_key", "this key was revoked")
    note_audit(db, now, said.unit, "needs", f"charter:{said.unit}")
    return _refuse(node, said.unit, said.counter, "needs", f"charter:{said.unit}")


def _link_or_supplied(
    db: Connection, node: Node, said: Exchange | Fetch, message: Message, known: Known, now: datetime
) -> Link | None:
    """The link to this child; one that this node forgot when it was put back comes again with its charter."""
    link = find_link(db, said.unit)
    if isinstance(said, Exchange) and said.supplies:
        supplied = [judge(envelope, known) for envelope in message.envelopes[: said.supplies]]
        taken = [s for s in supplied if isinstance(s, Taken)]
        fresh = set(held_ids(db, [t.head.id for t in taken]))
        take_in(db, node, [t for t in taken if t.head.id not in fresh], said.unit, now)
        if link is None and known.keyring.speaking_key(said.unit) and known.keyring.nearest_node(
            known.tree[said.unit].parent or "", known.tree
        ) == node.home:  # fmt: skip
            open_link(db, said.unit, "child", epoch=0)
            link = find_link(db, said.unit)
    return link


def _exchange(
    db: Connection, node: Node, said: Exchange, message: Message, link: Link, known: Known, now: datetime
) -> Reply:
    ours = Remembered(link.epoch, link.stored_up_to, link.written_up_to, link.acknowledged)
    arrived = [read_arrived(p, e) for p, e in zip(said.positions, message.envelopes[said.supplies :], strict=True)]
    side = restored(said, {a.position: a.id for a in arrived}, ours, ids_at(db, said.unit, said.positions))
    if side:
        return _renew(db, node, said, ours, side, known, now)
    if said.needs_epoch and said.origin_epoch >= known.keyring.epoch(said.unit) and may_seal(db):
        renew_child(db, node, said.unit, known, now)
    if said.holds is not None:
        settle_renewed(db, said.unit, said.holds)
    received = receive(arrived, link.stored_up_to, held_of(db, arrived), known)
    store_received(db, node, said.unit, received, now)
    change_link(db, said.unit, stored_up_to=received.stored_up_to)
    confirm(db, said.unit, said.stored_up_to)
    differs = compare_statements(db, node, said, now) if not said.positions else ()
    batch = next_batch(db, said.unit, BATCH)
    supplies = _newer_keys(db, node, said)
    return Reply(
        Exchanged(
            unit=node.home, to=said.unit, link_epoch=link.epoch, counter=said.counter, supplies=len(supplies),
            stored_up_to=received.stored_up_to, refused=tuple(refused for _, refused in received.refused),
            positions=batch.positions, more=batch.more, differs=differs, clock=now,
        ),
        (*supplies, *batch.envelopes),
    )  # fmt: skip


def held_of(db: Connection, arrived: Sequence[Arrived]) -> Held:
    """What is held already of what arrived."""
    heads = [a.head for a in arrived if a.head]
    return Held(held_ids(db, [a.id for a in arrived]), numbers_taken(db, heads))


def store_received(db: Connection, node: Node, peer: str, received: Received, now: datetime) -> None:
    """Store what was taken, and remember every settled position with what came there."""
    take_in(db, node, [taken for _, taken in received.take], peer, now)
    final = [(a, r) for a, r in received.refused if r.final]
    for a, refused in final:
        note_audit(db, now, peer, f"refused:{refused.reason}", f"position {a.position}, envelope {a.id}")
    settled = [*(a for a, _ in received.take), *received.again, *(a for a, _ in final)]
    refusals = {a.position: (r.reason, a.envelope.seal) for a, r in final}
    record_positions(db, peer, {a.position: a.id for a in settled}, refusals)


def _renew(
    db: Connection, node: Node, said: Exchange, ours: Remembered, side: str, known: Known, now: datetime
) -> Reply:
    """One side is older than it was: nothing of this turn is stored, and the link begins a new epoch."""
    is_unused = ours.stored_up_to == 0 and ours.written_up_to == 0
    epoch = next_epoch(said, ours, is_unused)
    holds = ids_from(db, said.unit)
    renew_link(db, node, said.unit, epoch, side, now)
    if side == "parent":
        renew_ourselves(db, node, said.parent_epoch, now)
    elif said.origin_epoch >= known.keyring.epoch(said.unit) and may_seal(db):
        renew_child(db, node, said.unit, known, now)
    supplies = tuple(charter_envelopes(db, said.unit))
    return Reply(
        Exchanged(
            unit=node.home, to=said.unit, link_epoch=epoch, counter=said.counter, supplies=len(supplies),
            stored_up_to=0, renewal=Renewal(link_epoch=epoch, restored=side, holds=holds), clock=now,
        ),
        supplies,
    )  # fmt: skip


def _newer_keys(db: Connection, node: Node, said: Exchange) -> tuple[Envelope, ...]:
    """This node's charters, for a child that has not heard of its newest."""
    return tuple(charter_envelopes(db, node.home)) if said.parent_epoch < own_epoch(db) else ()


def answer_politely(node: Node, message: Message, now: datetime) -> Message:
    """`answer`, with every error of this node told to the child as *busy*: it comes again, and nothing is lost."""
    try:
        return answer(node, message, now)
    except (TiersyncError, WaitsForEpoch) as error:
        said = Refusal(
            unit=node.home, to=node.home, counter=0, reason="busy", detail=str(error)[:200], seconds=BUSY_SECONDS
        )
        return seal_message(said, node.keys.private)
