"""Whether one side of a link was put back to an older copy, seen by positions and never by counters."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from tiersync.link.messages import Exchange

Side = Literal["child", "parent"]


class Remembered(NamedTuple):
    """What the parent remembers of a link: its epoch, the highest position it stored of the child's, the highest it
    gave to its own, and the highest of these that the child said it had stored."""

    link_epoch: int
    stored_up_to: int
    written_up_to: int
    acknowledged: int


def restored(said: Exchange, ids: Mapping[int, str], ours: Remembered, stored: Mapping[int, str]) -> Side | None:
    """Which side is older than it was: `ids` are the child's envelopes by position, `stored` what is held at those."""
    if said.link_epoch != ours.link_epoch:
        return "parent" if said.link_epoch > ours.link_epoch else "child"
    if said.holds is not None:
        return None  # The first turn of a renewed link: positions begin anew.
    parent_is_older = said.stored_up_to > ours.written_up_to or said.acknowledged > ours.stored_up_to or said.conflict
    if parent_is_older:
        return "parent"
    child_is_older = said.written_up_to < ours.stored_up_to or said.stored_up_to < ours.acknowledged
    other_at_position = any(stored.get(position, envelope) != envelope for position, envelope in ids.items())
    return "child" if child_is_older or other_at_position else None


def next_epoch(said: Exchange, ours: Remembered, is_unused: bool) -> int:
    """The link epoch to go on with: above both sides', unless ours is new and nothing was said in it yet."""
    if is_unused and ours.link_epoch > said.link_epoch:
        return ours.link_epoch
    return max(said.link_epoch, ours.link_epoch) + 1
