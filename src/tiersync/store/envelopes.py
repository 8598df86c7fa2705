"""Envelopes as the bytes that came, and the numbers under which this node seals its own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, select, tuple_

from tiersync.link.pack import unpack
from tiersync.link.seal import read_head
from tiersync.model.envelope import Body, Envelope, Head
from tiersync.store.database import insert_many
from tiersync.store.tables import envelopes

AT_ONCE = 500  # ids per query: below every database's limit of parameters


class Stored(NamedTuple):
    """An envelope to be stored, with where it came from and whether this program can read it."""

    head: Head
    envelope: Envelope
    came_from: str
    is_readable: bool = True


def spell_time(moment: datetime) -> str:
    """A moment as UTC text that sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def keep(db: Connection, stored: Iterable[Stored], now: datetime) -> None:
    """Store envelopes that are not held yet; a number that is taken by another envelope is an integrity error."""
    insert_many(
        db,
        envelopes,
        [
            (
                s.head.id, s.head.kind, s.head.origin, s.head.epoch, s.head.number, s.envelope.seal, s.envelope.body,
                s.came_from, spell_time(now), "held" if s.is_readable else "unread",
            )
            for s in stored
        ],
    )  # fmt: skip


def held_ids(db: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of `ids` that are stored."""
    found: set[str] = set()
    for some in chunks(ids):
        found.update(db.execute(select(envelopes.c.id).where(envelopes.c.id.in_(some))).scalars())
    return frozenset(found)


def ids_from(db: Connection, peer: str) -> tuple[str, ...]:
    """Every envelope that came over the link to `peer`, in order of id."""
    query = select(envelopes.c.id).where(envelopes.c.came_from == peer).order_by(envelopes.c.id)
    return tuple(db.execute(query).scalars())


def last_number(db: Connection, origin: str, epoch: int) -> int:
    """The highest number held of `origin`'s envelopes in `epoch`, 0 when there is none."""
    query = select(func.max(envelopes.c.number)).where(envelopes.c.origin == origin, envelopes.c.epoch == epoch)
    return db.execute(query).scalar() or 0


def load(db: Connection, ids: Sequence[str]) -> dict[str, Envelope]:
    """The bytes of these envelopes, by id."""
    found: dict[str, Envelope] = {}
    for some in chunks(ids):
        query = select(envelopes.c.id, envelopes.c.seal, envelopes.c.body).where(envelopes.c.id.in_(some))
        found.update({row.id: Envelope(row.seal, row.body) for row in db.execute(query)})
    return found


def read_body(envelope: Envelope) -> Body:
    """What a stored envelope says; its seal was checked when it was stored."""
    return unpack(envelope.body, read_head(envelope.seal))


def of_kind(db: Connection, kind: str) -> list[Row]:
    """Every envelope of a kind: id, origin, epoch, number, seal, body; in the order they were stored."""
    query = select(envelopes).where(envelopes.c.kind == kind).order_by(envelopes.c.stored_at, envelopes.c.id)
    return list(db.execute(query))


def numbers_taken(db: Connection, heads: Sequence[Head]) -> dict[tuple[str, int, int], str]:
    """Who holds the numbers of these heads already: (origin, epoch, number) → envelope id."""
    found: dict[tuple[str, int, int], str] = {}
    columns = tuple_(envelopes.c.origin, envelopes.c.epoch, envelopes.c.number)
    for start in range(0, len(heads), AT_ONCE // 3):
        some = [(head.origin, head.epoch, head.number) for head in heads[start : start + AT_ONCE // 3]]
        query = select(envelopes.c.origin, envelopes.c.epoch, envelopes.c.number, envelopes.c.id)
        found.update({(row[0], row[1], row[2]): row[3] for row in db.execute(query.where(columns.in_(some)))})
    return found
