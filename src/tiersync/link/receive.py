"""Taking in what came over a link, the same on both sides: in order, each once, up to the first *not yet*."""

from collections.abc import Mapping
from typing import NamedTuple

from tiersync.errors import BadSeal
from tiersync.link.accept import Known, NotTaken, Taken, judge
from tiersync.link.messages import RefusedAt
from tiersync.link.seal import read_head
from tiersync.model.canonical import digest
from tiersync.model.envelope import Envelope, Head

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


class Received(NamedTuple):
    """What to store (`take`), what was stored before (`again`), what is refused, and how far everything is settled."""

    take: tuple[tuple[Arrived, Taken], ...]
    again: tuple[Arrived, ...]
    refused: tuple[tuple[Arrived, RefusedAt], ...]
    stored_up_to: int


def read_arrived(position: int, envelope: Envelope) -> Arrived:
    try:
        head = read_head(envelope.seal)
    except BadSeal:
        return Arrived(position, digest(envelope.seal.encode())[:36], None, envelope)
    return Arrived(position, head.id, head, envelope)


def numbered(head: Head) -> Numbered:
    return head.origin, head.epoch, head.number


def receive(arrived: list[Arrived], stored_up_to: int, held: Held, known: Known) -> Received:
    """Judge what arrived. A final refusal settles its position; the first temporary one ends the batch."""
    take: list[tuple[Arrived, Taken]] = []
    again: list[Arrived] = []
    refused: list[tuple[Arrived, RefusedAt]] = []
    ids, numbers, settled = set(held.ids), dict(held.numbers), stored_up_to
    for one in sorted(arrived, key=lambda one: one.position):
        if one.position != settled + 1:
            if one.position <= settled:
                continue
            break
        if one.id in ids:
            again.append(one)
        else:
            outcome = _judge_once(one, numbers, known)
            if isinstance(outcome, Taken):
                take.append((one, outcome))
                ids.add(one.id)
                numbers[numbered(outcome.head)] = one.id
            else:
                refused.append((one, RefusedAt(position=one.position, **outcome._asdict())))
                if not outcome.final:
                    break
        settled = one.position
    return Received(tuple(take), tuple(again), tuple(refused), settled)


def _judge_once(one: Arrived, numbers: Mapping[Numbered, str], known: Known) -> Taken | NotTaken:
    """A number belongs to the first envelope that came under it."""
    if one.head is not None and numbers.get(numbered(one.head), one.id) != one.id:
        return NotTaken("number_taken", final=True)
    return judge(one.envelope, known)
