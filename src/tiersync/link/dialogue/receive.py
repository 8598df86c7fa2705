"""Taking in what came over a link, the same on both sides: in order of position, once each, up to the first not yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.accept import Known, NotTaken, Taken, check_seal, judge
from tiersync.link.dialogue.messages import RefusedAt
from tiersync.link.pack import spelled_size
from tiersync.link.routes import SUPPLIED, may_come
from tiersync.link.seal import read_head
from tiersync.model.canonical import digest
from tiersync.model.envelope import Envelope, Head

MOST_SPELLED = 128 * 2**20  # bytes of bodies held in memory at once; what is beyond comes again in the next batch.

GAP = Envelope("gap", b"")  # At a position under which nothing stands any more: it contradicts nothing that came there.

Numbered = tuple[str, int, int]  # origin, epoch, number: identifies an envelope for ever


class Arrived(NamedTuple):
    """An envelope at its position, its seal not checked yet; an unreadable head is known by its bytes alone."""

    position: int
    id: str
    head: Head | None
    envelope: Envelope


class Held(NamedTuple):
    """What the receiver holds of what arrived: ids that are stored, and who has which number already."""

    ids: frozenset[str]
    numbers: Mapping[Numbered, str]


class Receiver(NamedTuple):
    """Who receives: its own unit, what may come over this link, and whether it can seal a verdict on a refusal."""

    home: str
    kinds: frozenset[str]
    may_seal: bool = True


class RefusedArrival(NamedTuple):
    """An envelope that was not stored, and why; `sealed_by` names its origin when its seal held."""

    arrived: Arrived
    at: RefusedAt
    sealed_by: str


class Received(NamedTuple):
    """What to store (`take`), what was stored before (`again`), what is refused, and how far everything is settled."""

    take: tuple[tuple[Arrived, Taken], ...]
    again: tuple[Arrived, ...]
    refused: tuple[RefusedArrival, ...]
    stored_up_to: int


def read_arrived(position: int, envelope: Envelope) -> Arrived:
    """An envelope that came at a position, under its id."""
    try:
        head = read_head(envelope.seal)
    except BadSeal:
        return Arrived(position, digest(envelope.seal.encode())[:36], None, envelope)
    return Arrived(position, head.id, head, envelope)


def numbered(head: Head) -> Numbered:
    return head.origin, head.epoch, head.number


def receive(arrived: Iterable[Arrived], stored_up_to: int, held: Held, known: Known, receiver: Receiver) -> Received:
    """Judge what arrived. A final refusal settles its position; the first temporary one ends the batch."""
    take: list[tuple[Arrived, Taken]] = []
    again: list[Arrived] = []
    refused: list[RefusedArrival] = []
    ids, numbers, settled = set(held.ids), dict(held.numbers), stored_up_to
    for one in that_fit(_in_order(arrived, stored_up_to)):
        outcome = None if one.id in ids else _judge_once(one, numbers, known, receiver)
        if isinstance(outcome, NotTaken):
            refused.append(_refuse(one, outcome))
            if not outcome.final:
                break
        elif outcome is None:
            again.append(one)
        else:
            take.append((one, outcome))
            known = known.having(outcome)
            ids.add(one.id)
            numbers[numbered(outcome.head)] = one.id
        settled = one.position
    return Received(tuple(take), tuple(again), tuple(refused), settled)


def _in_order(arrived: Iterable[Arrived], stored_up_to: int) -> Iterator[Arrived]:
    """The positions that follow what is stored, without a gap."""
    awaited = stored_up_to + 1
    for one in sorted(arrived, key=lambda one: one.position):
        if one.position == awaited:
            yield one
            awaited += 1


def that_fit(arrived: Iterable[Arrived]) -> Iterator[Arrived]:
    """As many as fit into memory together; one always does."""
    total = 0
    for one in arrived:
        size = _size(one.envelope)
        if total and total + size > MOST_SPELLED:
            return
        total += size
        yield one


def _size(envelope: Envelope) -> int:
    try:
        return spelled_size(envelope.body)
    except BadMessage:
        return 0  # It is refused before it is decompressed.


def _refuse(one: Arrived, outcome: NotTaken) -> RefusedArrival:
    at = RefusedAt(position=one.position, reason=outcome.reason, final=outcome.final, needs=outcome.needs)
    return RefusedArrival(one, at, outcome.sealed_by)


def _judge_once(one: Arrived, numbers: Mapping[Numbered, str], known: Known, receiver: Receiver) -> Taken | NotTaken:
    """A number belongs to the first envelope that came under it. What cannot be told to its origin yet must wait."""
    outcome = _judge_new(one, numbers, known, receiver)
    if isinstance(outcome, NotTaken) and outcome.sealed_by and not receiver.may_seal:
        return NotTaken("busy", final=False)
    return outcome


def _judge_new(one: Arrived, numbers: Mapping[Numbered, str], known: Known, receiver: Receiver) -> Taken | NotTaken:
    head = one.head
    if head is None:
        return NotTaken("bad_seal", final=True)
    if not may_come(head.kind, receiver.kinds, head.origin == receiver.home):
        return _if_sealed(one.envelope, known, "not_yours")
    if numbers.get(numbered(head), one.id) != one.id:
        return _if_sealed(one.envelope, known, "number_taken")
    return judge(one.envelope, known)


def _if_sealed(envelope: Envelope, known: Known, reason: str) -> NotTaken:
    """A final refusal for this reason, if the seal holds; otherwise what is wrong with the seal."""
    head = check_seal(envelope, known)
    return head if isinstance(head, NotTaken) else NotTaken(reason, final=True, sealed_by=head.origin)


def receive_supplies(envelopes: Sequence[Envelope], held: Held, known: Known, home: str) -> list[Taken]:
    """Charters and catalogues that came outside the positions; whatever is not in order is passed over."""
    ids, numbers = set(held.ids), dict(held.numbers)
    receiver = Receiver(home, SUPPLIED)
    taken: list[Taken] = []
    for one in that_fit(read_arrived(1, envelope) for envelope in envelopes):
        outcome = None if one.id in ids else _judge_new(one, numbers, known, receiver)
        if isinstance(outcome, Taken) and outcome.body is not None:
            taken.append(outcome)
            ids.add(one.id)
            numbers[numbered(outcome.head)] = one.id
    return taken
