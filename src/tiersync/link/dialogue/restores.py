"""Whether one side of a link was put back to an older copy, seen by positions and numbers, never by counters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from tiersync.link.dialogue.messages import Exchange
from tiersync.link.dialogue.receive import GAP, Arrived, Numbered, numbered

Side = Literal["child", "parent"]


class RememberedLink(NamedTuple):
    """What the parent remembers of a link: its epoch, the highest position it stored of the child's, the highest it
    gave to its own, the highest of these that the child said it had stored, and for whose sake the epoch began."""

    link_epoch: int
    stored_up_to: int
    written_up_to: int
    acknowledged: int
    renewed_for: Side | None = None

    @property
    def is_unused(self) -> bool:
        """Whether nothing was said yet in this link epoch."""
        return self.stored_up_to == 0 and self.written_up_to == 0


class Renewed(NamedTuple):
    """When a child that spoke in one link epoch was given another, as the older side."""

    at: datetime
    said: int
    begun: int


def is_overtaken(link_epoch: int, renewals: Iterable[Renewed]) -> bool:
    """Whether a link epoch was ended for somebody who spoke in an older one. A node that was put back goes from an
    older epoch to a newer one, however often; one that speaks in an epoch between has another beside it."""
    return any(one.said < link_epoch < one.begun for one in renewals)


class Came(NamedTuple):
    """What came in a turn, beside what is held at the same positions and under the same numbers."""

    arrived: Sequence[Arrived]
    at_positions: Mapping[int, str]
    under_numbers: Mapping[Numbered, str]


def restored(said: Exchange, came: Came, ours: RememberedLink) -> Side | None:
    """Which side is older than it was; None while both go on where they were."""
    if said.link_epoch > ours.link_epoch:
        return "parent"
    if said.link_epoch < ours.link_epoch:  # It may only have missed the answer that began the epoch.
        return (ours.is_unused and ours.renewed_for) or "child"
    if said.stored_up_to > ours.written_up_to or said.acknowledged > ours.stored_up_to or said.conflict:
        return "parent"
    if said.written_up_to < ours.stored_up_to or said.stored_up_to < ours.acknowledged or _contradicts(said, came):
        return "child"
    return None


def _contradicts(said: Exchange, came: Came) -> bool:
    """Whether the child says something else now at a position, or under a number of its own, than it said before. That
    nothing stands there any more is no word against what it said."""
    return any(
        (one.envelope != GAP and came.at_positions.get(one.position, one.id) != one.id)
        or (one.head is not None and one.head.origin == said.unit and _is_taken(one, came.under_numbers))
        for one in came.arrived
    )


def _is_taken(one: Arrived, under_numbers: Mapping[Numbered, str]) -> bool:
    return one.head is not None and under_numbers.get(numbered(one.head), one.id) != one.id


def next_epoch(said: Exchange, ours: RememberedLink) -> int:
    """The link epoch to go on with: above both sides', unless ours is new and nothing was said in it yet."""
    if ours.is_unused and ours.link_epoch > said.link_epoch:
        return ours.link_epoch
    return max(said.link_epoch, ours.link_epoch) + 1
