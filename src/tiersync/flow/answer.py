"""A parent's answer to a child: judged, stored and committed before a word of it is sealed."""

from datetime import datetime

from tiersync.errors import BadMessage, BadSeal, TiersyncError, TooNew
from tiersync.flow.attachments import read_chunk
from tiersync.flow.node import Node
from tiersync.flow.read_late import read_unread
from tiersync.flow.receiving import take_supplies
from tiersync.flow.reply import Reply, hear_turn
from tiersync.flow.welcome import welcome
from tiersync.link.accept import Known
from tiersync.link.messages import Exchange, Fetch, Join, Message, Refusal
from tiersync.link.wire import open_message, read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.store.database import Connection
from tiersync.store.envelopes import spell_time
from tiersync.store.links import Link, change_link, find_link, note_audit, open_link

BUSY_SECONDS = 10
NOBODY = "0" * 12


def answer(node: Node, message: Message, now: datetime) -> Message:
    """What this node says to a child's message; whatever it stores is committed first."""
    reply = _reply(node, message, now)
    return seal_message(reply.said, node.keys.private, reply.envelopes)


def answer_politely(node: Node, message: Message, now: datetime) -> Message:
    """`answer`, with every error of this node told to the child as *busy*: it comes again, and nothing is lost."""
    try:
        return answer(node, message, now)
    except TiersyncError as error:
        said = read_message(message)
        counter = said.counter if isinstance(said, Exchange | Fetch) else 0
        busy = _refuse(node, said.unit, counter, "busy", str(error), seconds=BUSY_SECONDS)
        return seal_message(busy.said, node.keys.private)


def _reply(node: Node, message: Message, now: datetime) -> Reply:
    try:
        said = read_message(message)
    except (BadMessage, BadSeal) as error:
        return _refuse(node, NOBODY, 0, "unreadable", str(error))
    except TooNew as error:
        unit, counter, what = (error.fields[name] for name in ("unit", "counter", "what"))
        return _refuse(node, str(unit), int(str(counter)), "too_new", str(what))
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
    said = {"unit": node.home, "to": to, "counter": counter, "reason": reason, "detail": detail[:200], **more}
    return Reply(Refusal.model_validate(said))


def _admit(node: Node, said: Exchange | Fetch, message: Message, now: datetime) -> Reply:
    """Whether this child is known, sealed the message itself, and says it for the first time."""
    with node.store.write() as db:
        read_unread(db, node, now)
        if isinstance(said, Exchange):
            take_supplies(db, node, message.envelopes[: said.supplies], said.unit, now)
        known = node.known(db)
        link, key = _link_of(db, node, said.unit, known), known.keyring.speaking_key(said.unit)
        if link is None or key is None or link.state != "open":
            return _turn_away(db, node, said, link, now)
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
        return hear_turn(db, node, said, message.envelopes[said.supplies :], known, now)


def _turn_away(db: Connection, node: Node, said: Exchange | Fetch, link: Link | None, now: datetime) -> Reply:
    """A revoked key is refused for good; a child that nobody here has heard of may come with its charter."""
    if link is not None:
        note_audit(db, now, said.unit, "unknown_key", "revoked")
        return _refuse(node, said.unit, said.counter, "unknown_key", "this key was revoked")
    note_audit(db, now, said.unit, "needs", f"charter:{said.unit}")
    return _refuse(node, said.unit, said.counter, "needs", f"charter:{said.unit}")


def _link_of(db: Connection, node: Node, unit: str, known: Known) -> Link | None:
    """The link to this child; one that this node forgot when it was put back comes again with its charter."""
    link = find_link(db, unit)
    if link is None and _is_our_child(node, unit, known):
        open_link(db, unit, "child", epoch=0)
        link = find_link(db, unit)
    return link


def _is_our_child(node: Node, unit: str, known: Known) -> bool:
    """Whether this unit has a node, and this is the nearest one above it."""
    if unit not in known.tree or unit == node.home or not known.keyring.has_node(unit):
        return False
    above = known.tree[unit].parent
    return above is not None and known.keyring.nearest_node(above, known.tree) == node.home
