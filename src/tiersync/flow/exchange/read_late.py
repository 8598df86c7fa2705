"""What came from a newer program than this one was: stored unread, and read after the upgrade."""

from collections.abc import Iterator
from datetime import datetime

from tiersync.errors import BadMessage
from tiersync.flow.exchange.sealing import may_seal, send
from tiersync.flow.exchange.take_in import UNREAD, follow, reads
from tiersync.flow.node import Node
from tiersync.link.accept import Known, Taken, may_say
from tiersync.link.pack import unpack
from tiersync.link.seal import read_head
from tiersync.model.envelope import Body, Envelope, Head, is_readable
from tiersync.model.finding import Verdict
from tiersync.store.database import Connection
from tiersync.store.facts import forget, recall, remember
from tiersync.store.links.envelopes import came_over, load, mark_read, unread_ids
from tiersync.store.links.links import note_audit


def is_upgraded(db: Connection) -> bool:
    """Whether something is here that only an earlier, older program could not read."""
    return recall(db, UNREAD) not in (None, reads())


def read_unread(db: Connection, node: Node, now: datetime) -> None:
    """Read what an earlier, older program could not; costs nothing unless there is something and it was upgraded."""
    if not is_upgraded(db):
        return
    remember(db, UNREAD, reads())
    for taken in _now_readable(db, node, now):
        follow(db, node, [taken], came_over(db, taken.head.id), now)
    if not unread_ids(db):
        forget(db, UNREAD)


def _now_readable(db: Connection, node: Node, now: datetime) -> Iterator[Taken]:
    for id_ in unread_ids(db):
        envelope = load(db, [id_])[id_]
        head = read_head(envelope.seal)
        if is_readable(head):
            mark_read(db, id_)
            body = _body(envelope, head, node.known(db))
            if body is not None:
                yield Taken(head, body, envelope)
            else:
                _refuse(db, node, head, now)


def _refuse(db: Connection, node: Node, head: Head, now: datetime) -> None:
    """What counted as stored and turns out not to be in order comes back to its origin below as a verdict."""
    note_audit(db, now, head.origin, "refused:not_yours", f"envelope {head.id}, read late")
    tree = node.tree(db)
    is_below = head.origin in tree and head.origin != node.home and tree.is_within(head.origin, node.home)
    if is_below and may_seal(db):
        send(db, node, Verdict(to=head.origin, envelope=head.id, verdict="refused", reasons=("not_yours",)), now)


def _body(envelope: Envelope, head: Head, known: Known) -> Body | None:
    """The body, if it is in order and its origin may say it; its seal was checked when it was stored."""
    try:
        body = unpack(envelope.body, head)
    except BadMessage:
        return None
    return body if may_say(head, body, known) else None
