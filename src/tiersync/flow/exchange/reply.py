"""What a parent replies to a child's turn: what it stored, what it refused, and what goes down."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tiersync.flow.exchange.receiving import (
    catalogue_envelopes,
    chain_of,
    give_back,
    held_of,
    lacks,
    offers,
    return_to_origins,
    store_received,
    supplies_for,
)
from tiersync.flow.exchange.renewal import renew_child, renew_link, renew_ourselves, renewed_for
from tiersync.flow.exchange.sealing import may_seal, own_epoch
from tiersync.flow.exchange.statements import Compared, compare_statements
from tiersync.flow.exchange.two_machines import hold, note_renewal, seems_twofold
from tiersync.flow.healing.mend import copies_for, take_copies
from tiersync.flow.healing.mend_replaced import to_ask_below
from tiersync.flow.joining.door import refusal
from tiersync.flow.node import Node
from tiersync.link.accept import Known
from tiersync.link.dialogue.messages import MOST_SUPPLIES, Exchange, Exchanged, RefusedAt, Renewal, Said
from tiersync.link.dialogue.ranges import ranges_of
from tiersync.link.dialogue.receive import Arrived, Held, Received, Receiver, read_arrived, receive
from tiersync.link.dialogue.restores import Came, RememberedLink, Side, next_epoch, restored
from tiersync.link.routes import FROM_BELOW
from tiersync.link.wire import BATCH
from tiersync.model.envelope import Envelope
from tiersync.store.database import Connection
from tiersync.store.links.envelopes import ids_from
from tiersync.store.links.links import change_link, find_child, ids_at, link_to, note_audit
from tiersync.store.links.outbox import confirm, mark_refused, next_batch, settle_held
from tiersync.store.locks import hold_node


class Reply(NamedTuple):
    """What is said, and the envelopes that go with it."""

    said: Said
    envelopes: tuple[Envelope, ...] = ()


class ChildTurn(NamedTuple):
    """A child's turn as it came: what it said, its envelopes at their positions, and what is held of them."""

    said: Exchange
    copies: Sequence[Envelope]
    arrived: Sequence[Arrived]
    held: Held
    known: Known


def hear_turn(
    db: Connection, node: Node, said: Exchange, envelopes: Sequence[Envelope], known: Known, now: datetime
) -> Reply:
    """Store a child's turn and answer it, unless one side turns out to be older than it was."""
    copies, placed = envelopes[: said.supplies], envelopes[said.supplies :]
    arrived = [read_arrived(p, e) for p, e in zip(said.positions, placed, strict=True)]
    heard = ChildTurn(said, copies, arrived, held_of(db, node, arrived), known)
    ours = _remembered(db, said.unit)
    came = Came(arrived, ids_at(db, said.unit, said.positions), heard.held.numbers)
    side = restored(said, came, ours)
    if side == "child" and seems_twofold(db, said.unit, said.link_epoch, now):
        hold(db, node, said.unit, now)
        return Reply(refusal(node, said.unit, said.counter, "two_places"))
    if side:
        return _renew(db, node, heard, next_epoch(said, ours), side, now)
    return _answer_turn(db, node, heard, ours, now)


def _remembered(db: Connection, unit: str) -> RememberedLink:
    link = link_to(db, unit)
    return RememberedLink(link.epoch, link.stored_up_to, link.written_up_to, link.acknowledged, renewed_for(db, unit))


def _answer_turn(db: Connection, node: Node, heard: ChildTurn, ours: RememberedLink, now: datetime) -> Reply:
    said = heard.said
    _hear_what_it_needs(db, node, heard, now)
    stored_up_to, refused = _store(db, node, heard, now)
    confirm(db, said.unit, said.stored_up_to)
    _hear_refused(db, said.unit, said.refused, now)
    take_copies(db, node, heard.copies, said.unit, now)
    is_whole = stored_up_to == said.written_up_to
    compared = compare_statements(db, node, said, now, is_first=ours.is_unused) if is_whole else Compared()
    batch = next_batch(db, said.unit, BATCH, only_sent=not may_seal(db))
    supplies = _supplies(db, node, said)
    answer = Exchanged(
        unit=node.home, to=said.unit, link_epoch=ours.link_epoch, counter=said.counter, supplies=len(supplies),
        stored_up_to=stored_up_to, refused=refused, positions=batch.positions, more=batch.more,
        lacks=lacks(db, said.offers), compared=len(said.statements) if is_whole else 0,
        differs=compared.differs, listed=compared.listed, wants=to_ask_below(db, node, said) if is_whole else (),
        clock=now,
    )  # fmt: skip
    return Reply(answer, (*supplies, *batch.envelopes))


def say_news(db: Connection, node: Node, said: Exchange, answer: Exchanged, now: datetime) -> Reply:
    """What there is by now for a child that has waited since it heard nothing but `answer`."""
    link = find_child(db, said.unit)
    if link is None or link.state != "open":
        return Reply(refusal(node, said.unit, said.counter, "unknown_key", "this key was revoked"))
    if link.epoch != said.link_epoch:  # Positions of the epoch that began meanwhile would mean nothing to it.
        return Reply(refusal(node, said.unit, said.counter, "busy", "the link has begun anew", seconds=1))
    batch, supplies = next_batch(db, said.unit, BATCH, only_sent=not may_seal(db)), _supplies(db, node, said)
    now_known = {
        "stored_up_to": link.stored_up_to, "supplies": len(supplies), "positions": batch.positions, "more": batch.more,
        "clock": now,
    }  # fmt: skip
    return Reply(answer.model_copy(update=now_known), (*supplies, *batch.envelopes))


def _hear_what_it_needs(db: Connection, node: Node, heard: ChildTurn, now: datetime) -> None:
    """A new epoch, what it does not hold after a renewal, and what it sealed itself and lost."""
    said = heard.said
    if said.needs_epoch and may_seal(db):
        renew_child(db, node, said.unit, heard.known, now)
    if said.holds is not None:
        settle_held(db, said.unit, said.holds)
    if said.lacks:
        give_back(db, said.unit, said.lacks)


def _store(db: Connection, node: Node, heard: ChildTurn, now: datetime) -> tuple[int, tuple[RefusedAt, ...]]:
    """Take what may be taken; returns up to which position all is settled, and what is refused."""
    unit, received = heard.said.unit, _judge(db, node, heard)
    store_received(db, node, unit, received, now)
    return_to_origins(db, node, unit, received.refused, now)
    change_link(db, unit, stored_up_to=received.stored_up_to)
    return received.stored_up_to, tuple(refused.at for refused in received.refused)


def _judge(db: Connection, node: Node, heard: ChildTurn) -> Received:
    """What may be taken of what came. It is judged before the node is held, so that children are heard side by side,
    and once more if one of them brought the same meanwhile."""
    received = _receive(db, node, heard)
    if received.take or received.refused:
        hold_node(db)
        held = held_of(db, node, heard.arrived)
        return received if held == heard.held else _receive(db, node, heard._replace(held=held))
    return received


def _receive(db: Connection, node: Node, heard: ChildTurn) -> Received:
    receiver = Receiver(node.home, FROM_BELOW, may_seal(db))
    return receive(heard.arrived, link_to(db, heard.said.unit).stored_up_to, heard.held, heard.known, receiver)


def _hear_refused(db: Connection, peer: str, refused: Sequence[RefusedAt], now: datetime) -> None:
    """What the child refused of ours; it says so again and again, and it counts once."""
    for at in mark_refused(db, peer, refused):
        note_audit(db, now, peer, f"was_refused:{at.reason}", f"position {at.position}")


def _supplies(db: Connection, node: Node, said: Exchange) -> tuple[Envelope, ...]:
    """What the child asked for, and this node's charters if it has not heard of the newest."""
    newer = chain_of(db, node, node.home) if said.parent_epoch < own_epoch(db) else ()
    return (*supplies_for(db, node, said.needs), *newer, *copies_for(db, node, said))[:MOST_SUPPLIES]


def _renew(db: Connection, node: Node, heard: ChildTurn, epoch: int, side: Side, now: datetime) -> Reply:
    """One side is older than it was: nothing of this turn is stored, and the link begins a new epoch."""
    said = heard.said
    hold_node(db)
    holds, offered = ranges_of(ids_from(db, said.unit)), offers(db, said.unit)
    renew_link(db, said.unit, epoch, side, now)
    note_renewal(db, said.unit, said.link_epoch, epoch, now)
    if side == "parent":
        renew_ourselves(db, node, said.parent_epoch, now)
    elif may_seal(db):
        renew_child(db, node, said.unit, heard.known, now)
    origin_epoch = node.known(db).keyring.epoch(said.unit) if may_seal(db) else 0
    renewal = Renewal(link_epoch=epoch, origin_epoch=origin_epoch, restored=side, holds=holds, offers=offered)
    supplies = (*chain_of(db, node, said.unit), *catalogue_envelopes(db))[-MOST_SUPPLIES:]
    answer = Exchanged(
        unit=node.home, to=said.unit, link_epoch=epoch, counter=said.counter, supplies=len(supplies),
        stored_up_to=0, renewal=renewal, clock=now,
    )  # fmt: skip
    return Reply(answer, supplies)
