"""What happens in a drill, one value each: what offices do, and what befalls their machines and lines."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from tiersync.drill.world import Declared

Damaged = Literal["byte changed", "row gone", "report gone", "refused above"]


class Says(NamedTuple):
    """An office says its figures of a quarter, for the first time or anew."""

    at: datetime
    declared: Declared


class Pushes(NamedTuple):
    """A node files what changed and exchanges with the one above."""

    at: datetime
    unit: str


class Publishes(NamedTuple):
    """An office publishes a policy for everybody below it."""

    at: datetime
    unit: str
    title: str


class Reads(NamedTuple):
    """Somebody at an office reads every notice that is there."""

    at: datetime
    unit: str


class Reviews(NamedTuple):
    """Somebody at an office accepts whatever waits for its word."""

    at: datetime
    unit: str


class Dies(NamedTuple):
    """A machine dies at this commit of the next push that it takes part in: before it is written, or right after."""

    at: datetime
    unit: str
    commit: int
    is_after: bool


class Worsens(NamedTuple):
    """The line from a unit to the one above loses this share of its messages, or does worse; 0 is a good line."""

    at: datetime
    unit: str
    bad: float


class Leaves(NamedTuple):
    """Nobody reaches a unit's node until then."""

    at: datetime
    unit: str
    until: datetime


class Fills(NamedTuple):
    """A machine's disk has no room left, or has room again."""

    at: datetime
    unit: str
    is_full: bool


class Copies(NamedTuple):
    """Somebody copies a node's folder, as a backup does."""

    at: datetime
    unit: str


class PutsBack(NamedTuple):
    """A node goes on from its last copy, and does not know it."""

    at: datetime
    unit: str


class Lies(NamedTuple):
    """A machine's clock is wrong by so much; 0 is right."""

    at: datetime
    unit: str
    off_by: timedelta


class Damages(NamedTuple):
    """What should never happen to a sealed report that a node holds; `which` of them, from 0 to 1."""

    at: datetime
    unit: str
    how: Damaged
    which: float


Act = Says | Pushes | Publishes | Reads | Reviews | Dies | Worsens | Leaves | Fills | Copies | PutsBack | Lies | Damages
