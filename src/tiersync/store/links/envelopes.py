"""Envelopes as the bytes that came, and the numbers under which this node seals its own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, func, literal_column, select, tuple_, update

from tiersync.link.dialogue.receive import Numbered, numbered
from tiersync.link.pack import unpack
from tiersync.link.seal import read_head
from tiersync.model.envelope import Body, Envelope, Head
from tiersync.store.database import insert_many
from tiersync.store.query import Query
from tiersync.store.tables import envelopes

Id = TypeVar("Id", str, int)
AT_ONCE = 500  # ids per query: below every database's limit of parameters
AMONG = envelopes.c.id.in_(bindparam("ids", expanding=True))
BYTES_OF = Query(select(envelopes.c.id, envelopes.c.seal, envelopes.c.body).where(AMONG))
HELD = Query(select(envelopes.c.id).where(AMONG))
OF_ORIGIN = envelopes.c.origin == bindparam("origin")
KINDS = Query(select(envelopes.c.id, envelopes.c.kind).where(AMONG, OF_ORIGIN))
FROM = Query(select(envelopes.c.id).where(envelopes.c.came_from == bindparam("peer")).order_by(envelopes.c.id))
UNREAD = Query(
    select(envelopes.c.id)
    .where(envelopes.c.state == literal_column("'unread'"))
    .order_by(envelopes.c.stored_at, envelopes.c.id)
)
LAST_NUMBER = Query(select(func.max(envelopes.c.number)).where(OF_ORIGIN, envelopes.c.epoch == bindparam("epoch")))
WRITTEN = select(envelopes.c.seal).where(OF_ORIGIN)
WRITTEN = WRITTEN.order_by(envelopes.c.epoch.desc(), envelopes.c.number.desc()).limit(1)
NEWEST = Query(WRITTEN)
NEWEST_OF_KIND = Query(WRITTEN.where(envelopes.c.kind == bindparam("kind")))
NUMBER = (envelopes.c.origin, envelopes.c.epoch, envelopes.c.number)
TAKEN = Query(select(*NUMBER, envelopes.c.id).where(tuple_(*NUMBER).in_(bindparam("numbers", expanding=True))))


class Stored(NamedTuple):
    """An envelope to be stored, with where it came from and whether this program can read it."""

    head: Head
    envelope: Envelope
    came_from: str
    is_readable: bool = True


def spell_time(moment: datetime) -> str:
    """A moment as UTC text that sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def chunks(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def keep(db: Connection, stored: Iterable[Stored], now: datetime) -> None:
    """Store envelopes that are not held yet; a number that is taken by another envelope is an integrity error."""
    insert_many(
        db,
        envelopes,
        [
            (
                s.head.id, s.head.kind, s.head.origin, s.head.epoch, s.head.number, s.came_from, spell_time(now),
                "held" if s.is_readable else "unread", s.envelope.seal, s.envelope.body,
            )
            for s in stored
        ],
    )  # fmt: skip


def held_ids(db: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of `ids` that are stored."""
    found: set[str] = set()
    for some in chunks(ids):
        found.update(HELD.values(db, ids=some))
    return frozenset(found)


def ids_from(db: Connection, peer: str) -> tuple[str, ...]:
    """Every envelope that came over the link to `peer`, in order of id."""
    return tuple(FROM.values(db, peer=peer))


def newest_of(db: Connection, origin: str, kinds: Iterable[str], limit: int) -> tuple[str, ...]:
    """The ids of the latest envelopes of these kinds that `origin` sealed, newest first."""
    query = select(envelopes.c.id).where(envelopes.c.origin == origin, envelopes.c.kind.in_(sorted(kinds)))
    return tuple(db.execute(query.order_by(envelopes.c.id.desc()).limit(limit)).scalars())


def kinds_of(db: Connection, ids: Sequence[str], origin: str) -> list[tuple[str, str]]:
    """Those of `ids` that `origin` sealed and that are held, as (id, kind)."""
    found: list[tuple[str, str]] = []
    for some in chunks(ids):
        found += [(row.id, row.kind) for row in KINDS.rows(db, ids=some, origin=origin)]
    return found


def unread_ids(db: Connection) -> list[str]:
    """What this program was too old to read when it came, in the order it came."""
    return UNREAD.values(db)


def mark_read(db: Connection, envelope: str) -> None:
    """An envelope that was stored unread has been read."""
    db.execute(update(envelopes).where(envelopes.c.id == envelope).values(state="held"))


def came_over(db: Connection, envelope: str) -> str:
    """The peer over whose link a held envelope came; the home unit for one sealed here."""
    return db.execute(select(envelopes.c.came_from).where(envelopes.c.id == envelope)).scalar_one()


def last_number(db: Connection, origin: str, epoch: int) -> int:
    """The highest number held of `origin`'s envelopes in `epoch`, 0 when there is none."""
    return LAST_NUMBER.value(db, origin=origin, epoch=epoch) or 0


def newest_written(db: Connection, origin: str, kind: str = "") -> datetime | None:
    """When `origin` wrote the last of its numbered envelopes, of one kind or of any, as its sealed head says."""
    seal = NEWEST_OF_KIND.value(db, origin=origin, kind=kind) if kind else NEWEST.value(db, origin=origin)
    return read_head(seal).written_at if seal else None


def load(db: Connection, ids: Sequence[str]) -> dict[str, Envelope]:
    """The bytes of these envelopes, by id."""
    found: dict[str, Envelope] = {}
    for some in chunks(ids):
        found.update({row.id: Envelope(row.seal, row.body) for row in BYTES_OF.rows(db, ids=some)})
    return found


def read_body(envelope: Envelope) -> Body:
    """What a stored envelope says; its seal was checked when it was stored."""
    return unpack(envelope.body, read_head(envelope.seal))


def numbers_taken(db: Connection, heads: Sequence[Head]) -> dict[Numbered, str]:
    """Who holds the numbers of these heads already: (origin, epoch, number) → envelope id."""
    found: dict[Numbered, str] = {}
    for start in range(0, len(heads), AT_ONCE // 3):
        some = [numbered(head) for head in heads[start : start + AT_ONCE // 3]]
        found.update({(row[0], row[1], row[2]): row[3] for row in TAKEN.rows(db, numbers=some)})
    return found
