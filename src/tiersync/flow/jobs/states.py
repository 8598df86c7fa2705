"""What a node knows of its schedules: since when it has them, their newest jobs, and which are paused."""

from collections.abc import Iterable
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.rules.calendar.jobs import FOR_EVER, LastJob, ScheduleState
from tiersync.rules.calendar.slots import Schedule
from tiersync.store.database import Connection
from tiersync.store.facts import forget, recall, remember
from tiersync.store.links.envelopes import spell_time
from tiersync.store.links.links import note_audit
from tiersync.store.runs.jobs import is_held, last_job

SINCE, PAUSED = "schedule {}", "paused {}"


def states(db: Connection, schedules: Iterable[Schedule], now: datetime) -> dict[str, ScheduleState]:
    """Each schedule's state by its name; one that was never seen here begins now."""
    return {one.name: _state(db, one.name, now) for one in schedules}


def _state(db: Connection, name: str, now: datetime) -> ScheduleState:
    since, paused, row = recall(db, SINCE.format(name)), recall(db, PAUSED.format(name)), last_job(db, name, now)
    last = row and LastJob(
        datetime.fromisoformat(row.slot), row.result, row.attempts, _moment(row.again_at), is_held(db, row, now)
    )
    return ScheduleState(min(_moment(since) or now, now), last, _moment(paused))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def is_paused(db: Connection, name: str, now: datetime) -> bool:
    """Whether a schedule rests."""
    until = _moment(recall(db, PAUSED.format(name)))
    return until is not None and until > now


def note_schedules(node: Node, schedules: Iterable[Schedule], now: datetime) -> None:
    """Note which schedules are here from now on: before that they had no slots."""
    with node.store.read() as db:
        new = [one.name for one in schedules if not recall(db, SINCE.format(one.name))]
    if new:
        with node.store.write() as db:
            for name in new:
                remember(db, SINCE.format(name), spell_time(now))


def pause(node: Node, name: str, until: datetime | None, now: datetime) -> None:
    """Let a schedule rest until a moment, or until somebody resumes it."""
    with node.store.write() as db:
        remember(db, PAUSED.format(name), spell_time(until or FOR_EVER))
        note_audit(db, now, node.home, "schedule paused", name)


def resume(node: Node, name: str, now: datetime) -> bool:
    """Let a schedule go on; False where it was not paused."""
    with node.store.write() as db:
        if not recall(db, PAUSED.format(name)):
            return False
        forget(db, PAUSED.format(name))
        # What it would have done while it rested is not made up: it has no slots before this.
        remember(db, SINCE.format(name), spell_time(now))
        note_audit(db, now, node.home, "schedule resumed", name)
    return True
