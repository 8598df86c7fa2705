"""The parent's side of an exchange: a function from a message and what it remembers to what it stores and answers."""

from collections.abc import Mapping
from typing import NamedTuple

from tiersync.link.accept import Known, NotTaken, Taken, judge
from tiersync.link.messages import Exchange, RefusedAt
from tiersync.link.restores import Remembered, Side, restored
from tiersync.model.envelope import Envelope

TAKEN_ALREADY = "held"


class Decided(NamedTuple):
    """What to do with a child's turn. With `restored`, nothing of the turn is stored."""

    restored: Side | None
    take: tuple[tuple[int, Taken], ...]
    again: tuple[tuple[int, str], ...]
    refused: tuple[RefusedAt, ...]
    stored_up_to: int


def decide(
    said: Exchange,
    arrived: Mapping[int, tuple[str, Envelope]],
    ours: Remembered,
    stored: Mapping[int, str],
    held: frozenset[str],
    known: Known,
) -> Decided:
    """Judge a child's turn: `arrived` is its envelopes (id, bytes) by position, `stored` the ids already held at these
    positions, `held` those of the ids that are stored, whatever way they came. The first temporary refusal ends the batch."""
    side = restored(said, {position: id_ for position, (id_, _) in arrived.items()}, ours, stored)
    if side:
        return Decided(side, (), (), (), ours.stored_up_to)
    take: list[tuple[int, Taken]] = []
    again: list[tuple[int, str]] = []
    refused: list[RefusedAt] = []
    upto = 0 if said.holds is not None else ours.stored_up_to
    for position in sorted(arrived):
        id_, envelope = arrived[position]
        if position <= upto:
            continue
        if position != upto + 1:
            break
        if id_ in held:
            again.append((position, id_))
            upto = position
            continue
        outcome = judge(envelope, known)
        if isinstance(outcome, NotTaken):
            refused.append(RefusedAt(position=position, **outcome._asdict()))
            if not outcome.final:
                break
        else:
            take.append((position, outcome))
        upto = position
    return Decided(None, tuple(take), tuple(again), tuple(refused), upto)
