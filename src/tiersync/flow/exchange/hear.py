"""What follows for a child from what its parent answered: a renewed link, or envelopes and receipts to keep."""

from collections.abc import Sequence

from tiersync.flow.exchange.receiving import give_back, held_of, lacks, store_received
from tiersync.flow.exchange.renewal import renew_link
from tiersync.flow.exchange.restored import RECOVER, recover
from tiersync.flow.exchange.say import LACKS, NEEDS, Talk
from tiersync.flow.exchange.sealing import must_renew, own_epoch, seal_again
from tiersync.flow.healing.mend import give_up_agreed
from tiersync.link.dialogue.messages import Exchanged, Renewal
from tiersync.link.dialogue.receive import GAP, Arrived, Received, Receiver, read_arrived, receive
from tiersync.link.routes import FROM_ABOVE
from tiersync.model.envelope import Envelope
from tiersync.store.database import Connection
from tiersync.store.facts import forget, remember
from tiersync.store.links.links import change_link, ids_at, parent_link
from tiersync.store.links.outbox import confirm, mark_refused, settle_held
from tiersync.store.locks import hold_node


def renew(talk: Talk, answer: Exchanged, renewal: Renewal) -> None:
    """Begin the new link epoch: what the parent does not hold goes again."""
    with talk.node.store.write_link(talk.parent) as db:
        renew_link(db, talk.parent, renewal.link_epoch, renewal.restored, talk.now)
        settle_held(db, talk.parent, renewal.holds)
        change_link(db, talk.parent, says_holds=True)
        remember(db, LACKS, " ".join(lacks(db, renewal.offers)))
        if renewal.restored == "child":
            _restore(db, talk, renewal)


def _restore(db: Connection, talk: Talk, renewal: Renewal) -> None:
    """This node was put back: what it sealed since then gets new seals, and its reports shall outrank the lost ones."""
    remember(db, RECOVER, "1")
    if renewal.origin_epoch == 0 or own_epoch(db) < renewal.origin_epoch:
        must_renew(db)
    seal_again(db, talk.node, talk.now)


def keep_answer(talk: Talk, answer: Exchanged, envelopes: Sequence[Envelope]) -> None:
    """Store what came down, note what was stored above, and see whether the parent says something else than before."""
    arrived = [read_arrived(p, e) for p, e in zip(answer.positions, envelopes, strict=True)]
    with talk.node.store.write_link(talk.parent) as db:
        hold_node(db)  # What comes down a node's one link is a page; what its children bring is heard elsewhere.
        received = _receive(db, talk, arrived)
        if _contradicts(db, talk.parent, arrived, received):
            change_link(db, talk.parent, conflict=True)
            return
        store_received(db, talk.node, talk.parent, received, talk.now)
        talk.done["received"] += len(received.take)
        change_link(db, talk.parent, stored_up_to=received.stored_up_to, says_holds=False)
        _note_needs(db, received)
        mark_refused(db, talk.parent, [refused for refused in answer.refused if refused.final])
        talk.done["stored"] += confirm(db, talk.parent, answer.stored_up_to)
        give_back(db, talk.parent, answer.lacks)
        if answer.compared:
            recover(db, talk.node, answer.differs, talk.now)
            give_up_agreed(db, talk.node, answer, talk.now)


def _receive(db: Connection, talk: Talk, arrived: Sequence[Arrived]) -> Received:
    known, held = talk.node.known(db), held_of(db, talk.node, arrived)
    return receive(arrived, parent_link(db).stored_up_to, held, known, Receiver(talk.node.home, FROM_ABOVE))


def _contradicts(db: Connection, parent: str, arrived: Sequence[Arrived], received: Received) -> bool:
    """Whether the parent says something else now at a position, or under a number of its own, than it said before. That
    nothing stands there any more is no word against what it said."""
    stored = ids_at(db, parent, [one.position for one in arrived])
    again = any(one.envelope != GAP and stored.get(one.position, one.id) != one.id for one in arrived)
    return again or any(r.sealed_by == parent and r.at.reason == "number_taken" for r in received.refused)


def _note_needs(db: Connection, received: Received) -> None:
    """Remember what is lacking until it is there, so that it is asked for."""
    needs = next((refused.at.needs for refused in received.refused if not refused.at.final), "")
    if needs:
        remember(db, NEEDS, needs)
    else:
        forget(db, NEEDS)
