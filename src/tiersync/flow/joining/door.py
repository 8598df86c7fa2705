"""Who is let in: whether a message comes from a child of this node, found from reading alone."""

from datetime import datetime

from tiersync.flow.exchange.receiving import held_of
from tiersync.flow.node import Node
from tiersync.link.accept import Known
from tiersync.link.dialogue.messages import Exchange, Fetch, Message, Refusal
from tiersync.link.dialogue.receive import read_arrived, receive_supplies
from tiersync.link.life import LinkState
from tiersync.link.wire import is_sealed_by
from tiersync.store.database import Connection
from tiersync.store.links.charters import keyring_of
from tiersync.store.links.links import Link, find_child, note_audit

Asked = Exchange | Fetch


def refusal(node: Node, to: str, counter: int, reason: str, detail: str = "", **more: int) -> Refusal:
    """A whole message is refused."""
    said = {"unit": node.home, "to": to, "counter": counter, "reason": reason, "detail": detail[:200], **more}
    return Refusal.model_validate(said)


def why_not(db: Connection, node: Node, said: Asked, message: Message) -> Refusal | None:
    """Why a message is not heard; None when a child sealed it that this node knows, and says it for the first time."""
    link, key = find_child(db, said.unit), _key_of(db, node, said, message)
    if link is not None and (key is None or link.state == LinkState.REVOKED):
        return refusal(node, said.unit, said.counter, "unknown_key", "this key was revoked")
    if key is not None and not is_sealed_by(message, key):
        return refusal(node, said.unit, said.counter, "bad_seal", "the message was sealed with another key")
    if key is None or not _is_heard(db, node, link, said, message):
        return refusal(node, said.unit, said.counter, "needs", f"charter:{said.unit}")
    if link is not None and said.counter <= link.counter:
        return refusal(node, said.unit, said.counter, "replay", highest=link.counter)
    if link is not None and link.state == LinkState.TWOFOLD:
        return refusal(node, said.unit, said.counter, "two_places")
    return None


def _key_of(db: Connection, node: Node, said: Asked, message: Message) -> str | None:
    """The key with which this unit speaks, by the charters that are here or, where that is another, that came along."""
    key = keyring_of(db, said.unit).speaking_key(said.unit)
    if isinstance(said, Fetch) or not said.supplies or (key and is_sealed_by(message, key)):
        return key
    return _introduced(db, node, said, message).keyring.speaking_key(said.unit)


def _introduced(db: Connection, node: Node, said: Asked, message: Message) -> Known:
    """What this node would know with the charters that came along; nothing is kept of them yet."""
    known = node.known(db)
    supplies = message.envelopes[: said.supplies] if isinstance(said, Exchange) else ()
    if supplies:
        held = held_of(db, node, [read_arrived(1, envelope) for envelope in supplies])
        receive_supplies(supplies, held, known, node.home)
    return known


def _is_heard(db: Connection, node: Node, link: Link | None, said: Asked, message: Message) -> bool:
    return link is not None or is_our_child(node, said.unit, _introduced(db, node, said, message))


def is_our_child(node: Node, unit: str, known: Known) -> bool:
    """Whether this unit has a node, and this is the nearest one above it."""
    if unit not in known.tree or unit == node.home or not known.keyring.has_node(unit):
        return False
    above = known.tree[unit].parent
    return above is not None and known.keyring.nearest_node(above, known.tree) == node.home


def note_refused(node: Node, refused: Refusal, now: datetime) -> None:
    """Keep what was refused in mind: of a link in the audit, of anybody else in the log, each once a minute at most."""
    with node.store.read() as db:
        is_linked = find_child(db, refused.to) is not None
    if is_linked:
        note_in_audit(node, refused.to, refused.reason, f"message {refused.counter}", now)
    else:
        note_stranger(node, refused.reason, now)


def note_in_audit(node: Node, peer: str, event: str, detail: str, now: datetime) -> None:
    """An entry of the audit, with how many others of its kind there were since the one before."""
    count = node.strangers.count((peer, event), now)
    if count:
        more = f", {count - 1} more since the entry before" if count > 1 else ""
        with node.store.write() as db:
            note_audit(db, now, peer, event, detail + more)


def note_stranger(node: Node, why: str, now: datetime) -> None:
    """A line of the log; a stranger writes nothing into the database."""
    count = node.strangers.count(("", ""), now)
    if count:
        node.strangers.note(count, why)
