"""What waits to go over each link, in which order, and what the other side has confirmed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, false, func, insert, select, update

from tiersync.link.dialogue.messages import MOST_POSITIONS, RefusedAt
from tiersync.link.dialogue.ranges import Range, held_in
from tiersync.link.dialogue.receive import GAP
from tiersync.link.life import EnvelopeState as State
from tiersync.link.life import EnvelopeStep as Step
from tiersync.model.envelope import Envelope
from tiersync.store.links.envelopes import chunks, load
from tiersync.store.links.links import change_link, link_to, take_positions
from tiersync.store.links.steps import may, taken
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import envelopes, outbox, reports

PRIORITY = {"charter": 0, "catalogue": 1, "verdict": 2, "notice": 2, "request": 2, "receipt": 3, "finding": 4}
BULK = 9
OPEN = (State.WAITING, State.SENT, State.REFUSED)
TO = outbox.c.peer == bindparam("to")
GONE = Envelope("", b"")  # At the position of what is not here any more: the peer refuses it, and what follows goes on.


class EnvelopeBatch(NamedTuple):
    """Envelopes with the positions that were given to them; `more` says that others wait."""

    positions: tuple[int, ...]
    envelopes: tuple[Envelope, ...]
    more: bool


def queue(db: Connection, peer: str, queued: Iterable[tuple[str, str]]) -> None:
    """Queue envelopes, as (id, kind), for a peer; what is queued already stays where it is."""
    _queue(db, peer, queued, State.WAITING)


def note_stored(db: Connection, peer: str, held: Iterable[tuple[str, str]]) -> None:
    """A peer holds these envelopes, though they were not queued for it here: should it lose them, they go again."""
    _queue(db, peer, held, State.STORED)


def _queue(db: Connection, peer: str, queued: Iterable[tuple[str, str]], state: State) -> None:
    hold_node(db)
    wanted = list(queued)
    known: set[str] = set()
    for some in chunks([id_ for id_, _ in wanted]):
        known.update(QUEUED.values(db, to=peer, ids=some))
    rows = [
        {"peer": peer, "envelope": id_, "priority": PRIORITY.get(kind, BULK), "state": state}
        for id_, kind in wanted
        if id_ not in known
    ]
    if rows:
        db.execute(insert(outbox), rows)


def oldest_unsent(db: Connection, peer: str) -> str:
    """When the oldest of what a peer has not confirmed yet came or was sealed here, '' where nothing waits."""
    return OLDEST.value(db, to=peer) or ""


def next_batch(db: Connection, peer: str, largest: int, only_sent: bool = False) -> EnvelopeBatch:
    """What to send now: first what was sent before and not confirmed, under its old positions, then what waits, under
    new ones, up to `largest` bytes (one envelope may pass it alone). With `only_sent` nothing gets a new position."""
    sent = _unconfirmed(db, peer)
    chosen = [*_that_fit(sent, largest)]
    if len(chosen) == len(sent) and not only_sent and _is_any_waiting(db, peer):
        hold_node(db)  # What waits now is replaced by nobody before it has its position.
        chosen += _place(db, peer, _that_fit(_waiting(db, peer, MOST_POSITIONS - len(chosen)), largest, chosen))
    loaded = load(db, [row.envelope for row in chosen]) | _without_damaged(db, chosen)
    found = tuple(loaded.get(row.envelope, GONE if row.id else GAP) for row in chosen)
    more = len(chosen) < len(sent) or (not only_sent and _is_any_waiting(db, peer))
    return EnvelopeBatch(tuple(row.position for row in chosen), found, more)


def _without_damaged(db: Connection, chosen: Sequence["OutboxRow"]) -> dict[str, Envelope]:
    """Damaged bytes are never sent: what has a position keeps it, and the peer refuses its empty body."""
    bad: dict[str, Envelope] = {}
    for some in chunks([row.envelope for row in chosen]):
        bad.update({row.envelope: Envelope(row.seal, b"") for row in UNSOUND.rows(db, ids=some)})
    return bad


class OutboxRow(NamedTuple):
    """A row of the outbox; position 0 when it has none yet."""

    id: int
    envelope: str
    position: int
    size: int


def _that_fit(rows: Iterable[OutboxRow], largest: int, before: Sequence[OutboxRow] = ()) -> Iterator[OutboxRow]:
    """As many of `rows` as fit behind those before them; one always does."""
    total = sum(row.size for row in before)
    for row in rows:
        if total and total + row.size > largest:
            return
        total += row.size
        yield row


def _place(db: Connection, peer: str, rows: Iterable[OutboxRow]) -> list[OutboxRow]:
    """Give the next positions to what waits."""
    chosen = list(rows)
    first = take_positions(db, peer, len(chosen))
    placed = [row._replace(position=position) for position, row in enumerate(chosen, first)]
    if placed:
        db.execute(PLACE, [{"row": row.id, "at": row.position} for row in placed])
    return placed


def _rows(db: Connection, query: Query, **named: str | int) -> list[OutboxRow]:
    return [OutboxRow(row.id, row.envelope, row.position or 0, row.size) for row in query.rows(db, **named)]


def _selected() -> Select[Any]:
    """What is queued for the peer named `to`."""
    size = func.coalesce(func.length(envelopes.c.body) + func.length(envelopes.c.seal), 0).label("size")
    query = select(outbox.c.id, outbox.c.envelope, outbox.c.position, size)
    return query.outerjoin(envelopes, envelopes.c.id == outbox.c.envelope).where(TO)


IS_HERE = envelopes.c.id.is_not(None)
AMONG = outbox.c.envelope.in_(bindparam("ids", expanding=True))
UNCONFIRMED = Query(
    _selected().where(outbox.c.position > bindparam("after")).order_by(outbox.c.position).limit(MOST_POSITIONS)
)
WAITING = Query(
    _selected()
    .where(outbox.c.state == State.WAITING, IS_HERE)
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
)
OPEN_FOR = Query(_selected().where(outbox.c.state.in_((State.WAITING, State.SENT)), IS_HERE).limit(1))
COUNTS = Query(
    select(outbox.c.state, func.count())
    .join(envelopes, envelopes.c.id == outbox.c.envelope)
    .outerjoin(reports, reports.c.envelope == outbox.c.envelope)
    .where(TO, outbox.c.state.in_(OPEN))
    .where((outbox.c.state != State.REFUSED) | reports.c.is_current.is_not(false()))
    .group_by(outbox.c.state)
)
OLDEST = Query(
    select(func.min(envelopes.c.stored_at))
    .select_from(outbox.join(envelopes, envelopes.c.id == outbox.c.envelope))
    .where(TO, outbox.c.state.in_((State.WAITING, State.SENT)))
)
QUEUED = Query(select(outbox.c.envelope).where(TO, AMONG))
UNPLACED = Query(select(outbox.c.envelope).where(TO, AMONG, outbox.c.state == State.WAITING))
WAS_THERE = (outbox.c.state == State.STORED) | ((outbox.c.state == State.REPLACED) & outbox.c.reason.is_not(None))
NEVER_THERE = Query(select(outbox.c.envelope).where(TO, AMONG, ~WAS_THERE))
UNSOUND = Query(
    select(reports.c.envelope, envelopes.c.seal)
    .join(envelopes, envelopes.c.id == reports.c.envelope)
    .where(reports.c.envelope.in_(bindparam("ids", expanding=True)), reports.c.state != "held")
)
EARLIER = Query(
    select(outbox.c.id, outbox.c.envelope, envelopes.c.kind)
    .join(envelopes, envelopes.c.id == outbox.c.envelope)
    .where(outbox.c.state == State.WAITING, envelopes.c.origin == bindparam("origin"))
    .where(envelopes.c.epoch < bindparam("epoch"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
PLACED_AT = TO & (outbox.c.position == bindparam("at")) & may(Step.REFUSE)
NOT_REFUSED = Query(select(outbox.c.id).where(PLACED_AT))
REFUSE_AT = update(outbox).where(PLACED_AT).values(state=taken(Step.REFUSE), reason=bindparam("why"))
PLACE = update(outbox).where(outbox.c.id == bindparam("row"), may(Step.PLACE))
PLACE = PLACE.values(position=bindparam("at"), state=taken(Step.PLACE))
CONFIRM = update(outbox).where(TO, outbox.c.position.between(bindparam("first"), bindparam("last")))
CONFIRM = CONFIRM.where(may(Step.CONFIRM)).values(state=taken(Step.CONFIRM))
NEWEST = Query(select(func.max(outbox.c.id)))


def _unconfirmed(db: Connection, peer: str) -> list[OutboxRow]:
    """What has a position that the peer has not confirmed, without a gap: it would wait at one for ever. Where nothing
    stands any more (its envelope goes again under another position, or its row is lost), it is told so."""
    link = link_to(db, peer)
    rows = {row.position: row for row in _rows(db, UNCONFIRMED, to=peer, after=link.acknowledged)}
    last = max(rows) if len(rows) == MOST_POSITIONS else max([link.written_up_to, *rows])
    positions = range(link.acknowledged + 1, last + 1)[:MOST_POSITIONS]
    return [rows.get(position) or OutboxRow(0, "", position, 0) for position in positions]


def _waiting(db: Connection, peer: str, limit: int) -> list[OutboxRow]:
    return _rows(db, WAITING, to=peer, most=limit)


def _is_any_waiting(db: Connection, peer: str) -> bool:
    return bool(_waiting(db, peer, 1))


def is_waiting(db: Connection, peer: str) -> bool:
    """Whether anything is there for `peer` that it has not confirmed."""
    return OPEN_FOR.first(db, to=peer) is not None


def counts(db: Connection, peer: str) -> dict[str, int]:
    """How many envelopes for `peer` are in each state that somebody may have to do something about. What is gone for
    good, or was refused and is replaced, can neither go nor go again; that it was refused stands in the audit."""
    return {row[0]: row[1] for row in COUNTS.rows(db, to=peer)}


def confirm(db: Connection, peer: str, up_to: int) -> int:
    """The peer has stored everything up to this position; nothing is deleted yet. Returns how many were not known to be
    stored there."""
    link = link_to(db, peer)
    known = min(up_to, link.written_up_to)
    if known == link.acknowledged:
        return 0
    fresh = {"to": peer, "first": min(known, link.acknowledged) + 1, "last": known}
    stored = db.execute(CONFIRM, fresh).rowcount
    change_link(db, peer, acknowledged=known)
    return stored


def mark_refused(db: Connection, peer: str, refused: Iterable[RefusedAt]) -> list[RefusedAt]:
    """The peer finally refused what was at these positions; returns those of which that was not known yet."""
    return [at for at in refused if _mark_refused(db, peer, at)]


def _mark_refused(db: Connection, peer: str, at: RefusedAt) -> bool:
    if NOT_REFUSED.first(db, to=peer, at=at.position) is None:
        return False
    return db.execute(REFUSE_AT, {"to": peer, "at": at.position, "why": at.reason}).rowcount > 0


def begin_anew(db: Connection, peer: str) -> None:
    """A new link epoch: every position is given again."""
    db.execute(update(outbox).where(outbox.c.peer == peer).values(position=None))
    change_link(db, peer, written_up_to=0, acknowledged=0, stored_up_to=0, conflict=False)


def settle_held(db: Connection, peer: str, held: Iterable[Range]) -> None:
    """After a renewal: what the peer says it holds is stored there, everything else waits again; so does what it
    refused because its number was taken, since it gets another one."""
    again = outbox.c.state.not_in((State.REFUSED, State.REPLACED)) | (outbox.c.reason == "number_taken")
    unplaced = (outbox.c.peer == peer) & outbox.c.position.is_(None)
    begun = update(outbox).where(unplaced & may(Step.BEGIN_ANEW) & again)
    db.execute(begun.values(state=taken(Step.BEGIN_ANEW), reason=None))
    found = unplaced & may(Step.FIND_THERE)
    ids = db.execute(select(outbox.c.envelope).where(found)).scalars()
    for some in chunks(held_in(held, ids)):
        there = update(outbox).where(found & outbox.c.envelope.in_(some))
        db.execute(there.values(state=taken(Step.FIND_THERE)))


def waiting_of(db: Connection, origin: str, before_epoch: int, limit: int) -> list[Row[Any]]:
    """Some of what `origin` sealed in an earlier epoch and what has no position yet: outbox id, envelope id, kind."""
    return EARLIER.rows(db, origin=origin, epoch=before_epoch, most=limit)


def exchange_for(db: Connection, envelope: str, other: str) -> None:
    """The same body goes out under another seal, to everybody for whom it still waits."""
    query = update(outbox).where(outbox.c.envelope == envelope, outbox.c.state == State.WAITING)
    db.execute(query.values(envelope=other))


def never_there(db: Connection, peer: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of these envelopes that `peer` cannot hold yet: they wait, or were replaced before they were sent, or it
    refused them. What it refused before it was replaced it may have had all the same."""
    return frozenset(id_ for some in chunks(ids) for id_ in NEVER_THERE.values(db, to=peer, ids=some))


def newest(db: Connection) -> int:
    """The number of the envelope queued last, for any peer."""
    return NEWEST.value(db) or 0


def unplaced(db: Connection, peer: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of these envelopes that were never sent: they wait, and have no position yet."""
    return frozenset(one for some in chunks(ids) for one in UNPLACED.values(db, to=peer, ids=some))
