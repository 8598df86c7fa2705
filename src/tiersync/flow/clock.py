"""What a node remembers of its clock: what the unit above said of the time, and when it pushed last."""

from datetime import datetime

from tiersync.errors import ClockInDoubt
from tiersync.flow.node import Node
from tiersync.rules.calendar.clock import HeardClock, Judged, Noted, against_clock, judge_clock
from tiersync.store.database import Connection
from tiersync.store.facts import recall, remember
from tiersync.store.links.envelopes import newest_written, spell_time

HEARD = "clock_heard"  # of the last two exchanges: this clock and the parent's, with spaces between
PUSHED = "clock_pushed"  # the last push under a clock that was believed
KEPT = 2


def note_heard(db: Connection, heard: HeardClock) -> None:
    """Remember the parent's clock beside this one, as its seal said it."""
    kept = (*_heard(db), heard)[-KEPT:]
    remember(db, HEARD, " ".join(spell_time(moment) for one in kept for moment in one))


def note_believed(db: Connection, now: datetime) -> None:
    """Remember that this clock was believed."""
    remember(db, PUSHED, spell_time(now))


def noted(db: Connection, node: Node) -> Noted:
    """What speaks of this node's clock."""
    pushed = recall(db, PUSHED)
    sealed = newest_written(db, node.home, "report") or newest_written(db, node.home)
    return Noted(_heard(db), sealed, datetime.fromisoformat(pushed) if pushed else None)


def _heard(db: Connection) -> tuple[HeardClock, ...]:
    moments = [datetime.fromisoformat(text) for text in (recall(db, HEARD) or "").split()]
    return tuple(HeardClock(*pair) for pair in zip(moments[::2], moments[1::2], strict=True))


def refuse_by_clock(node: Node, now: datetime) -> None:
    """Raise ClockInDoubt where nothing dated may be said by this machine's clock, unless somebody here says that it is
    right."""
    judged = judged_now(node, now)
    if judged.is_wrong and not node.trusts_clock:
        why_zh, why_en = against_clock(judged, node.day_of)
        raise ClockInDoubt(today=node.day_of(now), why_en=why_en, why_zh=why_zh)


def judged_now(node: Node, now: datetime) -> Judged:
    """What is known of this node's clock without asking anybody."""
    with node.store.read() as db:
        return judge_clock(now, noted(db, node))
