"""The numbers under which this node seals: one after the other, and each given out once."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, update

from tiersync.model.envelope import Head
from tiersync.store.links.envelopes import last_number
from tiersync.store.locks import hold_node
from tiersync.store.tables import counters

OF = update(counters).where(counters.c.name == bindparam("which"))
COUNT_ON = OF.values(last=counters.c.last + bindparam("more")).returning(counters.c.last)


def take_numbers(db: Connection, origin: str, epoch: int, count: int) -> int:
    """The first of so many numbers that follow the last one that this node, `origin`, gave out in an epoch."""
    hold_node(db)
    last = db.execute(COUNT_ON, {"which": _name(epoch), "more": count}).scalar()
    if last is None:
        last = last_number(db, origin, epoch) + count
        db.execute(insert(counters).values(name=_name(epoch), last=last))
    return last - count + 1


def note_numbers(db: Connection, origin: str, heads: Iterable[Head]) -> None:
    """What this node sealed and lost came back: its numbers were given out."""
    for head in heads:
        if head.origin == origin:
            behind = (counters.c.name == _name(head.epoch)) & (counters.c.last < head.number)
            db.execute(update(counters).where(behind).values(last=head.number))


def _name(epoch: int) -> str:
    return f"sealed:{epoch}"
