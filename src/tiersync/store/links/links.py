"""Links as a node remembers them: epochs, counters and positions on both sides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from tiersync.errors import NoParent, UnknownName
from tiersync.link.life import LINK, LinkStep, after, before
from tiersync.store.links.envelopes import spell_time
from tiersync.store.query import Query
from tiersync.store.tables import audit, inbox, links

Link = Row[Any]  # one row of the table of links
TO = links.c.peer == bindparam("to")
LINK_TO = Query(select(links).where(TO))
CHILD = Query(select(links).where(TO, links.c.role == "child"))
CHILDREN = Query(select(links.c.peer).where(links.c.role == "child", links.c.state == "open").order_by(links.c.peer))
PARENT = Query(select(links).where(links.c.role == "parent"))
EVERY = Query(select(links).order_by(links.c.role.desc(), links.c.peer))
CHANGE = update(links).where(TO)
COUNT_ON = CHANGE.values(counter=links.c.counter + 1).returning(links.c.counter)
GO_ON = CHANGE.values(written_up_to=links.c.written_up_to + bindparam("count")).returning(links.c.written_up_to)
AT = Query(
    select(inbox.c.position, inbox.c.envelope)
    .where(inbox.c.peer == bindparam("peer"), inbox.c.position >= bindparam("first"))
    .where(inbox.c.position <= bindparam("last"))
)
REFUSED = Query(
    select(inbox)
    .where(inbox.c.peer == bindparam("peer"), inbox.c.refused.is_not(None))
    .order_by(inbox.c.position.desc())
    .limit(bindparam("most"))
)
NOTE = insert(audit)


def open_link(db: Connection, peer: str, role: str, url: str = "", epoch: int = 1) -> None:
    """Begin a link, or begin it anew with a higher epoch after the child was set up again: it has nothing then."""
    db.execute(delete(links).where(links.c.peer == peer))
    forget_positions(db, peer)
    db.execute(insert(links).values(peer=peer, role=role, url=url, state=after(LINK, LinkStep.JOIN), epoch=epoch))


def link_to(db: Connection, peer: str) -> Link:
    found = find_link(db, peer)
    if found is None:
        raise UnknownName(what="link", name=peer, hint="See: tiersync link list")
    return found


def find_link(db: Connection, peer: str) -> Link | None:
    return LINK_TO.first(db, to=peer)


def find_child(db: Connection, peer: str) -> Link | None:
    """The link to a child, open or revoked."""
    return CHILD.first(db, to=peer)


def parent_link(db: Connection) -> Link:
    """The link to the unit above; raises NoParent at the top."""
    found = PARENT.first(db)
    if found is None:
        raise NoParent()
    return found


def has_parent(db: Connection) -> bool:
    return PARENT.first(db) is not None


def all_links(db: Connection) -> list[Link]:
    return EVERY.rows(db)


def child_peers(db: Connection) -> list[str]:
    """The children that are linked and not revoked."""
    return CHILDREN.values(db)


def change_link(db: Connection, peer: str, **values: object) -> None:
    db.execute(CHANGE, {"to": peer, **values})


def take_counter(db: Connection, peer: str) -> int:
    """The next counter for a message to `peer`; its transaction is committed before the message is sealed."""
    return db.execute(COUNT_ON, {"to": peer}).scalar_one()


def step_link(db: Connection, peer: str, step: LinkStep) -> None:
    """What happens to the link to a child, where the table of its life lets it."""
    if link_to(db, peer).state in before(LINK, step):
        change_link(db, peer, state=after(LINK, step))


def take_positions(db: Connection, peer: str, count: int) -> int:
    """The first of so many positions, the next ones of the outbox of `peer`."""
    return db.execute(GO_ON, {"to": peer, "count": count}).scalar_one() - count + 1


def ids_at(db: Connection, peer: str, positions: Sequence[int]) -> dict[int, str]:
    """What is held at these positions of the peer's, by position."""
    if not positions:
        return {}
    rows = AT.rows(db, peer=peer, first=min(positions), last=max(positions))
    return {row.position: row.envelope for row in rows}


def record_positions(db: Connection, peer: str, ids: Mapping[int, str], refused: Mapping[int, tuple[str, str]]) -> None:
    """Remember what came at which position; of a refused envelope the reason and the seal, as evidence."""
    rows = [
        {"peer": peer, "position": position, "envelope": id_, "refused": None, "seal": None}
        if position not in refused
        else {"peer": peer, "position": position, "envelope": id_, "refused": refused[position][0],
              "seal": refused[position][1]}
        for position, id_ in sorted(ids.items())
    ]  # fmt: skip
    if rows:
        db.execute(insert(inbox), rows)


def forget_positions(db: Connection, peer: str) -> None:
    """A new link epoch: positions begin anew. What was refused stays in the audit."""
    db.execute(delete(inbox).where(inbox.c.peer == peer))


def note_audit(db: Connection, now: datetime, peer: str, event: str, detail: str = "") -> None:
    db.execute(NOTE, {"at": spell_time(now), "peer": peer, "event": event, "detail": detail[:500]})


def audited(db: Connection, limit: int = 100) -> list[Row[Any]]:
    """The latest entries of the audit, newest first."""
    return list(db.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)))


def refused_from(db: Connection, peer: str, limit: int) -> list[Row[Any]]:
    """The latest envelopes of a peer that this node refused and still remembers by position."""
    return REFUSED.rows(db, peer=peer, most=limit)


def refused_at_inbox(db: Connection) -> list[Row[Any]]:
    """Every envelope that this node refused and still remembers by position."""
    return list(db.execute(select(inbox).where(inbox.c.refused.is_not(None)).order_by(inbox.c.peer, inbox.c.position)))
