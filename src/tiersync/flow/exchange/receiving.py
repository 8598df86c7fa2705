"""Receiving, the same on both sides of a link: what came is held against what is here, stored, and remembered."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tiersync.errors import BadMessage
from tiersync.flow.exchange.sealing import send
from tiersync.flow.exchange.take_in import take_in
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import MOST_OFFERED, MOST_POSITIONS, MOST_SUPPLIES, RefusedAt
from tiersync.link.dialogue.receive import Arrived, Held, Received, RefusedArrival, read_arrived, receive_supplies
from tiersync.link.pack import unpack
from tiersync.link.routes import GIVEN_BACK
from tiersync.model.envelope import Envelope, Head, is_readable
from tiersync.model.finding import Verdict
from tiersync.model.report import Report
from tiersync.store.catalogues import held_catalogues, newest_number
from tiersync.store.database import Connection
from tiersync.store.links.charters import charter_envelopes
from tiersync.store.links.envelopes import held_ids, kinds_of, load, newest_of, numbers_taken
from tiersync.store.links.links import note_audit, record_positions, refused_from
from tiersync.store.links.outbox import queue
from tiersync.store.locks import hold_node

MOST_CATALOGUES = 100  # that one message supplies, the newest


def held_of(db: Connection, node: Node, arrived: Sequence[Arrived]) -> Held:
    """What is held already of what arrived. Under a number of our own something else may come: what we sealed before
    this node was put back to an older copy."""
    heads: list[Head] = [one.head for one in arrived if one.head and one.head.origin != node.home]
    return Held(held_ids(db, [one.id for one in arrived]), numbers_taken(db, heads))


def store_received(db: Connection, node: Node, peer: str, received: Received, now: datetime) -> None:
    """Store what was taken, and remember every settled position with what came there."""
    take_in(db, node, [taken for _, taken in received.take], peer, now)
    final = [refused for refused in received.refused if refused.at.final]
    for one in final:
        detail = f"position {one.at.position}, envelope {one.arrived.id}"
        note_audit(db, now, peer, f"refused:{one.at.reason}", detail)
    settled = [*(one for one, _ in received.take), *received.again, *(one.arrived for one in final)]
    refusals = {one.at.position: (one.at.reason, one.arrived.envelope.seal) for one in final}
    record_positions(db, peer, {one.position: one.id for one in settled}, refusals)


def return_to_origins(db: Connection, node: Node, peer: str, refused: Iterable[RefusedArrival], now: datetime) -> None:
    """What a child relayed and was refused here comes down to its origin as a verdict; what it sealed itself, it
    hears in the answer."""
    for one in refused:
        if one.at.final and one.sealed_by not in ("", peer, node.home):
            verdict = Verdict(
                to=one.sealed_by, envelope=one.arrived.id, verdict="refused", reasons=(one.at.reason,),
                revision=_revision_of(one.arrived),
            )  # fmt: skip
            send(db, node, verdict, now)


def _revision_of(arrived: Arrived) -> str | None:
    """The revision that a refused report would have been; None for whatever is not a report that can be read."""
    head = arrived.head
    if head is None or head.kind != "report" or not is_readable(head):
        return None
    try:
        body = unpack(arrived.envelope.body, head)
    except BadMessage:
        return None
    return body.digest if isinstance(body, Report) else None


def refused_of(db: Connection, peer: str) -> tuple[RefusedAt, ...]:
    """What this node refused of a peer's, so that both sides can see it."""
    rows = refused_from(db, peer, MOST_POSITIONS)
    return tuple(RefusedAt(position=row.position, reason=row.refused, final=True) for row in rows)


def take_supplies(db: Connection, node: Node, supplies: Sequence[Envelope], peer: str, now: datetime) -> int:
    """Charters and catalogues that came outside the positions; each carries its own seal. Returns how many are new."""
    if not supplies:
        return 0
    hold_node(db)
    arrived = [read_arrived(1, envelope) for envelope in supplies]
    taken = receive_supplies(supplies, held_of(db, node, arrived), node.known(db), node.home)
    take_in(db, node, taken, peer, now)
    return len(taken)


def supplies_for(db: Connection, node: Node, needs: str) -> tuple[Envelope, ...]:
    """What is here of what the other side needs: `charter:UNIT` or `catalogue:NUMBER`."""
    what, _, which = needs.partition(":")
    if what == "charter":
        return chain_of(db, node, which)
    if what == "catalogue" and which.isdecimal() and int(which) <= newest_number(db):
        return catalogue_envelopes(db)
    return ()


def catalogue_envelopes(db: Connection) -> tuple[Envelope, ...]:
    """Every catalogue that is held, the newest last: periods of before it still pin the earlier ones."""
    ids = [one.envelope for one in held_catalogues(db)]
    loaded = load(db, ids)
    return tuple(loaded[id_] for id_ in ids)[-MOST_CATALOGUES:]


def chain_of(db: Connection, node: Node, unit: str) -> tuple[Envelope, ...]:
    """Every charter from the top down to `unit`."""
    tree = node.tree(db)
    upward = tree.path(unit) if unit in tree else [unit]
    return tuple(e for upper in reversed(upward) for e in charter_envelopes(db, upper))[-MOST_SUPPLIES:]


def offers(db: Connection, origin: str) -> tuple[str, ...]:
    """What is held here of a node that may have lost it, put back to an older copy; its reports it files anew."""
    return newest_of(db, origin, GIVEN_BACK, MOST_OFFERED)


def lacks(db: Connection, offered: Sequence[str]) -> tuple[str, ...]:
    """Those of the offers that this node has lost indeed."""
    held = held_ids(db, offered)
    return tuple(id_ for id_ in offered if id_ not in held)


def give_back(db: Connection, peer: str, wanted: Sequence[str]) -> None:
    """Queue for a peer what it sealed itself and lost, in the order in which it was sealed: a finding that was closed
    comes after the one that opened it."""
    queue(db, peer, sorted(kinds_of(db, wanted, peer)))
