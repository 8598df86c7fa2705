"""A child's exchange with its parent: the dialogue decides, this file does, one transaction a step."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal, LinkRefused, ParentBusy
from tiersync.flow.answer import held_of, store_received
from tiersync.flow.node import Ask, Node
from tiersync.flow.recover import begin_recovery, recover
from tiersync.flow.renewal import renew_link
from tiersync.flow.sealing import may_seal, own_epoch, seal_again
from tiersync.flow.statements import state
from tiersync.flow.take_in import take_in
from tiersync.link.accept import Taken, judge
from tiersync.link.child import CatchUp, Keep, Outcome, Renew, Say, Step, Supply, Turn, converse
from tiersync.link.messages import Exchange, Exchanged, Message, Refusal
from tiersync.link.receive import read_arrived, receive
from tiersync.link.refusals import REFUSALS
from tiersync.link.wire import BATCH, Opened, open_message, read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.store.charters import charter_envelopes
from tiersync.store.envelopes import held_ids, ids_from, spell_time
from tiersync.store.links import change_link, ids_at, parent_link, take_counter
from tiersync.store.outbox import Batch, confirm, counts, is_waiting, mark_refused, next_batch, settle_held


class Sent(NamedTuple):
    """What an exchange did: envelopes stored above, envelopes that came down, envelopes finally refused above."""

    stored: int
    received: int
    refused: int


def send_waiting(node: Node, ask: Ask, now: datetime, wait: int = 0) -> Sent:
    """Exchange with the parent until nothing is left to say; raises what the parent refused with."""
    with node.store.read() as db:
        parent = parent_link(db).peer
        before = counts(db, parent)
        had = len(ids_from(db, parent))
    dialogue = converse(_next_turn(node, parent), wait)
    step = next(dialogue)
    while True:
        try:
            step = dialogue.send(_do(node, ask, parent, step, now))
        except StopIteration as stop:
            _raise_refusal(stop.value)
            break
    with node.store.write() as db:
        change_link(db, parent, last_exchange_at=spell_time(now), last_error=None)
        after = counts(db, parent)
        has = len(ids_from(db, parent))
    return Sent(
        after.get("stored", 0) - before.get("stored", 0), has - had, after.get("refused", 0) - before.get("refused", 0)
    )


def _raise_refusal(outcome: Outcome) -> None:
    refusal = outcome.refusal
    if refusal is None:
        return
    if refusal.reason == "busy":
        raise ParentBusy(seconds=refusal.seconds)
    en, zh = REFUSALS[refusal.reason]
    detail = f" ({refusal.detail})" if refusal.detail else ""
    raise LinkRefused(reason_en=en + detail, reason_zh=zh + detail)


def _do(node: Node, ask: Ask, parent: str, step: Step, now: datetime) -> Opened | Turn:
    match step:
        case Say():
            return _say(node, ask, parent, step, now)
        case CatchUp():
            with node.store.write() as db:
                change_link(db, parent, counter=step.highest)
        case Supply():
            with node.store.read() as db:
                needed = step.needs.partition(":")[2]
                return _next_turn(node, parent)._replace(supplies=tuple(charter_envelopes(db, needed)))
        case Renew():
            _renew(node, parent, step.heard, now)
        case Keep():
            _keep(node, parent, step.heard, now)
    return _next_turn(node, parent)


def _next_turn(node: Node, parent: str) -> Turn:
    with node.store.write() as db:
        batch: Batch = next_batch(db, parent, BATCH)
    return Turn(batch.positions, batch.envelopes)


def _say(node: Node, ask: Ask, parent: str, step: Say, now: datetime) -> Opened:
    """Seal the turn under a fresh counter, ask, and check who answered what."""
    turn = step.turn
    with node.store.write() as db:
        counter = take_counter(db, parent)
    with node.store.read() as db:
        link, keyring = parent_link(db), node.known(db).keyring
        idle = not turn.positions and not is_waiting(db, parent)
        said = Exchange(
            unit=node.home, to=parent, link_epoch=link.epoch, counter=counter, origin_epoch=own_epoch(db),
            parent_epoch=keyring.epoch(parent), supplies=len(turn.supplies), positions=turn.positions,
            written_up_to=link.written_up_to, stored_up_to=link.stored_up_to, acknowledged=link.acknowledged,
            conflict=link.conflict, needs_epoch=not may_seal(db),
            holds=ids_from(db, parent) if link.says_holds else None,
            statements=state(db, node.home) if idle else (), wait=step.wait,
        )  # fmt: skip
    reply = ask(seal_message(said, node.keys.private, (*turn.supplies, *turn.envelopes)))
    return _check(node, parent, counter, reply, now)


def _check(node: Node, parent: str, counter: int, reply: Message, now: datetime) -> Opened:
    """The reply, if the parent sealed it in answer to this very message. A new key of its comes with its charter."""
    said = read_message(reply)
    if isinstance(said, Exchanged) and said.supplies:
        take_supplies(node, reply.envelopes[: said.supplies], parent, now)
    with node.store.read() as db:
        key = node.known(db).keyring.speaking_key(parent)
    if key is None:
        raise BadSeal(what=f"no charter in force names a key of {parent}")
    heard = open_message(reply, key)
    if not isinstance(heard.said, Exchanged | Refusal) or heard.said.unit != parent:
        raise BadMessage(why="an answer to something else")
    if isinstance(heard.said, Exchanged) and heard.said.counter != counter:
        raise BadMessage(why="an answer to an earlier message")
    return heard


def take_supplies(node: Node, supplies: Sequence[Envelope], peer: str, now: datetime) -> None:
    """Charters that came outside the positions; each carries its own seal."""
    with node.store.write() as db:
        known = node.known(db)
        taken = [t for e in supplies if isinstance(t := judge(e, known), Taken)]
        held = held_ids(db, [t.head.id for t in taken])
        take_in(db, node, [t for t in taken if t.head.id not in held], peer, now)


def _renew(node: Node, parent: str, heard: Opened, now: datetime) -> None:
    assert isinstance(heard.said, Exchanged)
    assert heard.said.renewal is not None
    renewal = heard.said.renewal
    with node.store.write() as db:
        renew_link(db, node, parent, renewal.link_epoch, renewal.restored, now)
        settle_held(db, parent, renewal.holds)
        change_link(db, parent, says_holds=True)
        seal_again(db, node, now)
        if renewal.restored == "child":
            begin_recovery(db)


def _keep(node: Node, parent: str, heard: Opened, now: datetime) -> None:
    """Store what came down, note what was stored above, and see whether a position came down twice."""
    said = heard.said
    assert isinstance(said, Exchanged)
    envelopes = heard.envelopes[said.supplies :]
    arrived = [read_arrived(p, e) for p, e in zip(said.positions, envelopes, strict=True)]
    with node.store.write() as db:
        link = parent_link(db)
        stored = ids_at(db, parent, said.positions)
        if any(stored.get(a.position, a.id) != a.id for a in arrived):
            change_link(db, parent, conflict=True)
            return
        received = receive(arrived, link.stored_up_to, held_of(db, arrived), node.known(db))
        store_received(db, node, parent, received, now)
        mark_refused(db, parent, [(r.position, r.reason) for r in said.refused if r.final])
        confirm(db, parent, said.stored_up_to)
        change_link(db, parent, stored_up_to=received.stored_up_to, says_holds=False)
        recover(db, node, said.differs, now)
