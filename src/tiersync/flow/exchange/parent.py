"""A parent's answer to a child: judged, stored and committed before a word of it is sealed."""

from datetime import datetime
from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal, TiersyncError, TooNew
from tiersync.flow.exchange.read_late import is_upgraded, read_unread
from tiersync.flow.exchange.receiving import take_supplies
from tiersync.flow.exchange.reply import Reply, hear_turn, say_news
from tiersync.flow.joining.door import Asked, note_refused, refusal, why_not
from tiersync.flow.joining.welcome import welcome
from tiersync.flow.node import Node
from tiersync.flow.notices.attachments import read_chunk
from tiersync.link.dialogue.messages import Exchange, Exchanged, Fetch, Join, Message, Said
from tiersync.link.wire import read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.store.database import Connection
from tiersync.store.links.envelopes import spell_time
from tiersync.store.links.links import change_link, find_child, open_link

BUSY_SECONDS = 10
NOBODY = "0" * 12


class Listening(NamedTuple):
    """A child that brings nothing and is ready to wait. Its message is judged, its counter spent and its turn heard;
    `answer` is what it hears when nothing comes for it."""

    said: Exchange
    answer: Exchanged

    @property
    def unit(self) -> str:
        return self.said.unit

    @property
    def seconds(self) -> int:
        return self.said.wait


def answer(node: Node, message: Message, now: datetime) -> Message:
    """What this node says to a child's message, to one that would wait as well."""
    heard = hear(node, message, now)
    return answer_with_news(node, heard, now) if isinstance(heard, Listening) else heard


def hear(node: Node, message: Message, now: datetime) -> Message | Listening:
    """What this node says to a child's message, or that the child may wait; whatever it stores is committed first."""
    reply = _reply(node, message, now)
    return reply if isinstance(reply, Listening) else _seal(node, reply)


def answer_with_news(node: Node, listening: Listening, now: datetime) -> Message:
    """What there is by now for a child that waited. Its counter was judged before; what it said since then stands."""
    with node.store.write_link(listening.unit) as db:
        reply = say_news(db, node, listening.said, listening.answer, now)
    return _seal(node, reply)


def hear_politely(node: Node, message: Message, now: datetime) -> Message | Listening:
    """`hear`, with every error of this node told to the child as *busy*: it comes again, and nothing is lost."""
    try:
        return hear(node, message, now)
    except TiersyncError as error:
        return _busy(node, read_message(message), error)


def answer_with_news_politely(node: Node, listening: Listening, now: datetime) -> Message:
    """`answer_with_news`, with every error of this node told to the child as *busy*."""
    try:
        return answer_with_news(node, listening, now)
    except TiersyncError as error:
        return _busy(node, listening.said, error)


def _seal(node: Node, reply: Reply) -> Message:
    return seal_message(reply.said, node.keys.private, reply.envelopes)


def _busy(node: Node, said: Said, error: TiersyncError) -> Message:
    counter = said.counter if isinstance(said, Exchange | Fetch) else 0
    return _seal(node, Reply(refusal(node, said.unit, counter, "busy", str(error), seconds=BUSY_SECONDS)))


def _reply(node: Node, message: Message, now: datetime) -> Reply | Listening:
    try:
        said = read_message(message)
    except (BadMessage, BadSeal) as error:
        return Reply(refusal(node, NOBODY, 0, "unreadable", str(error)))
    except TooNew as error:
        unit, counter, what = (error.fields[name] for name in ("unit", "counter", "what"))
        return Reply(refusal(node, str(unit), int(str(counter)), "too_new", str(what)))
    match said:
        case Join() if said.to == node.home:
            return Reply(*welcome(node, said, message, now))
        case Join() | Exchange() | Fetch() if said.to != node.home:
            counter = 0 if isinstance(said, Join) else said.counter
            return Reply(refusal(node, said.unit, counter, "not_yours", f"this is the node of {node.home}"))
        case Exchange() | Fetch():
            return _admit(node, said, message, now)
        case _:
            return Reply(refusal(node, said.unit, 0, "unreadable", "a parent's word, said by a child"))


def _admit(node: Node, said: Asked, message: Message, now: datetime) -> Reply | Listening:
    """Hear a child that is known, sealed the message itself, and says it for the first time. Anybody else is refused
    before this node takes the lock of its database."""
    _read_late(node, now)
    with node.store.read() as db:
        refused = why_not(db, node, said, message)
    if refused is None:
        with node.store.write_link(said.unit) as db:  # Another message of the same child may have come in between.
            refused = why_not(db, node, said, message)
            if refused is None:
                return _hear(db, node, said, message, now)
    note_refused(node, refused, now)
    return Reply(refused)


def _read_late(node: Node, now: datetime) -> None:
    """Read what waits for an upgrade: a charter among it may be the child's."""
    with node.store.read() as db:
        upgraded = is_upgraded(db)
    if upgraded:
        with node.store.write() as db:
            read_unread(db, node, now)


def _hear(db: Connection, node: Node, said: Asked, message: Message, now: datetime) -> Reply | Listening:
    """Spend the counter of a child's message and store what it brings."""
    supplies = said.supplies if isinstance(said, Exchange) else 0
    take_supplies(db, node, message.envelopes[:supplies], said.unit, now)
    if find_child(db, said.unit) is None:  # This node was put back to a copy of before the child joined.
        open_link(db, said.unit, "child", epoch=0)
    change_link(db, said.unit, counter=said.counter, last_exchange_at=spell_time(now))
    if isinstance(said, Fetch):
        chunk, data = read_chunk(db, node, said)
        return Reply(chunk, (Envelope("", data),))
    reply = hear_turn(db, node, said, message.envelopes, node.known(db), now)
    if _would_wait(said) and isinstance(reply.said, Exchanged) and not _is_news(reply.said):
        return Listening(said, reply.said)
    return reply


def _would_wait(said: Exchange) -> bool:
    return said.wait > 0 and not said.positions and not said.supplies and not said.wants


def _is_news(said: Exchanged) -> bool:
    return bool(said.positions or said.differs or said.wants) or said.renewal is not None
