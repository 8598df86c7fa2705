"""What a child says to its parent, and whether what comes back is an answer to it."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal
from tiersync.flow.exchange.receiving import offers, refused_of, take_supplies
from tiersync.flow.exchange.sealing import may_seal, own_epoch
from tiersync.flow.exchange.statements import state
from tiersync.flow.healing.mend import note_answered, take_copies
from tiersync.flow.node import Ask, Node
from tiersync.link.dialogue.child import Now, Reached, Turn
from tiersync.link.dialogue.messages import Exchange, Exchanged, Message, Refusal, Statement
from tiersync.link.dialogue.ranges import ranges_of
from tiersync.link.wire import BATCH, open_message, read_message, seal_message
from tiersync.store.database import Connection
from tiersync.store.facts import recall
from tiersync.store.links.envelopes import ids_from
from tiersync.store.links.links import Link, parent_link, take_counter
from tiersync.store.links.outbox import next_batch

NEEDS = "needs"  # what this node lacks to read on what comes down
LACKS = "lacks"  # what it sealed itself, lost, and wants back; ids with spaces between


class Talk(NamedTuple):
    """Everything that a step of the exchange needs."""

    node: Node
    ask: Ask
    parent: str
    now: datetime
    given: set[str]  # seals of the copies that the parent got already
    done: Counter[str]  # how many envelopes were `stored` above, and how many `received`


def next_turn(talk: Talk) -> Turn:
    """What waits, under positions that are committed before they are said."""
    with talk.node.store.write_link(talk.parent) as db:
        batch = next_batch(db, talk.parent, BATCH, only_sent=not may_seal(db))
        link = parent_link(db)
        insists = link.conflict or link.says_holds or recall(db, NEEDS) is not None
        reached = Reached(link.epoch, link.stored_up_to, link.acknowledged)
    return Turn(reached, batch.positions, batch.envelopes, is_last=not batch.more, insists=insists)


def say(talk: Talk, turn: Turn, wait: int) -> Now:
    """Seal the turn under a fresh counter, ask, and check who answered what."""
    with talk.node.store.write_link(talk.parent) as db:
        counter = take_counter(db, talk.parent)
    with talk.node.store.read() as db:
        said = _exchange(db, talk, turn, counter, wait)
    reply = talk.ask(seal_message(said, talk.node.keys.private, (*turn.supplies, *turn.envelopes)))
    heard = _check(talk, counter, reply)
    supplies = heard.supplies if isinstance(heard, Exchanged) else 0
    if turn.wants and isinstance(heard, Exchanged):
        with talk.node.store.write() as db:
            note_answered(db, turn.wants, reply.envelopes[:supplies], talk.now)
    return Now(turn, heard, reply.envelopes[supplies:])


def _exchange(db: Connection, talk: Talk, turn: Turn, counter: int, wait: int) -> Exchange:
    link, node = parent_link(db), talk.node
    said = Exchange(
        unit=node.home, to=talk.parent, link_epoch=link.epoch, counter=counter, origin_epoch=own_epoch(db),
        parent_epoch=node.known(db).keyring.epoch(talk.parent), supplies=len(turn.supplies), positions=turn.positions,
        written_up_to=link.written_up_to, stored_up_to=link.stored_up_to, acknowledged=link.acknowledged,
        refused=refused_of(db, talk.parent), needs=recall(db, NEEDS) or "", conflict=link.conflict,
        needs_epoch=not may_seal(db), statements=_statements(db, talk, turn), wants=turn.wants,
        listed_up_to=turn.rest.after if turn.rest else None, is_all_given=turn.is_all_given, wait=wait,
    )  # fmt: skip
    return _with_holdings(db, said, link) if link.says_holds else said


def _statements(db: Connection, talk: Talk, turn: Turn) -> tuple[Statement, ...]:
    """What is held is compared when nothing is on its way that could change it."""
    return state(db, talk.node, turn.rest, talk.now) if turn.is_last and not turn.agrees else ()


def _with_holdings(db: Connection, said: Exchange, link: Link) -> Exchange:
    """In the first turn of a renewed link: what is here of the parent's, and what each may have lost."""
    wanted = tuple((recall(db, LACKS) or "").split())
    return said.model_copy(
        update={"holds": ranges_of(ids_from(db, link.peer)), "offers": offers(db, link.peer), "lacks": wanted}
    )


def _check(talk: Talk, counter: int, reply: Message) -> Exchanged | Refusal:
    """What the parent sealed in answer to this message. A new key of the parent's comes along with its charter."""
    unchecked = read_message(reply)
    with talk.node.store.write() as db:
        if isinstance(unchecked, Exchanged):
            supplies = reply.envelopes[: unchecked.supplies]
            talk.done["received"] += take_supplies(db, talk.node, supplies, talk.parent, talk.now)
            take_copies(db, talk.node, supplies, talk.parent, talk.now)
        key = talk.node.known(db).keyring.speaking_key(talk.parent)
    if key is None:
        raise BadSeal(what=f"no charter in force names a key of {talk.parent}")
    said = open_message(reply, key).said
    if not isinstance(said, Exchanged | Refusal) or said.unit != talk.parent or not _answers(said, talk, counter):
        raise BadMessage(why="an answer to something else")
    return said


def _answers(said: Exchanged | Refusal, talk: Talk, counter: int) -> bool:
    """Whether this answers our message; what could not be read is answered without a name and a number."""
    if isinstance(said, Refusal) and said.reason == "unreadable":
        return True
    return said.to == talk.node.home and said.counter == counter
