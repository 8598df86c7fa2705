"""Which job has its turn: what is due now of every schedule, and what is tried again."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from tiersync.errors import NoCalendar
from tiersync.rules.calendar.slots import Every, Office, Schedule, latest_slot, next_slots

FOR_EVER = datetime.max.replace(tzinfo=UTC)  # until then a schedule rests that somebody is to resume
Result = Literal["running", "done", "faulty", "failed"]


class LastJob(NamedTuple):
    """The newest job of a schedule: its slot, what came of it, how often it was tried, from when on it is tried again,
    and whether a process has it under a lease that is not over."""

    slot: datetime
    result: Result
    attempts: int = 1
    again_at: datetime | None = None
    is_held: bool = False


class ScheduleState(NamedTuple):
    """What a node knows of one schedule: since when it has it, its newest job by now, and until when it is paused."""

    since: datetime
    last: LastJob | None = None
    paused_until: datetime | None = None


class JobTurn(NamedTuple):
    """A job that has its turn: the slot, and the first of those that were missed and are made up with it."""

    schedule: Schedule
    slot: datetime
    missed_from: datetime | None = None


def turns(
    held: Mapping[str, ScheduleState], schedules: Iterable[Schedule], now: datetime, office: Office
) -> list[JobTurn]:
    """The jobs that have their turn now, in the order of the schedules. One of which nobody knows when it comes, for
    want of a calendar, keeps no other from its turn."""
    found = []
    for one in schedules:
        with suppress(NoCalendar):
            found.append(turn_of(one, held[one.name], now, office))
    return [turn for turn in found if turn]


def turn_of(schedule: Schedule, held: ScheduleState, now: datetime, office: Office) -> JobTurn | None:
    """The newest slot that nobody has begun; else the one that failed, or broke off, if it is to be tried again. While
    somebody is at work on an older one, a schedule has no turn."""
    if (held.paused_until and held.paused_until > now) or (held.last and held.last.is_held):
        return None
    last, since = held.last, _counts_from(schedule, held.since)
    since = max(since, last.slot if last else since, held.paused_until or since)
    latest = latest_slot(schedule, since, now, office)
    if latest:
        first = next(next_slots(schedule, since, office)).at
        return JobTurn(schedule, latest.at, first if first < latest.at else None)
    if last and (last.result == "running" or (last.again_at and last.again_at <= now)):
        return JobTurn(schedule, last.slot)
    return None


def _counts_from(schedule: Schedule, since: datetime) -> datetime:
    """A schedule that was just written has no past; what is done again and again begins with a slot at once."""
    return since - schedule.rule.interval if isinstance(schedule.rule, Every) else since


def wakes_at(
    held: Mapping[str, ScheduleState], schedules: Iterable[Schedule], now: datetime, office: Office
) -> datetime | None:
    """The next moment at which a job has its turn, None where none ever has."""
    moments = []
    for one in schedules:
        paused = held[one.name].paused_until
        if paused == FOR_EVER:
            continue
        with suppress(NoCalendar):
            moments.append(next(next_slots(one, max(now, paused or now), office)).starts)
        last = held[one.name].last
        if last and last.again_at and last.again_at > now:
            moments.append(last.again_at)
    return min(moments, default=None)


FIRST_AGAIN, LONGEST_AGAIN = timedelta(minutes=1), timedelta(hours=1)  # An office line closed overnight is back then.


def again_within(attempts: int) -> timedelta:
    """Within which time a job that failed so often is tried again, at a moment by chance: doubling up to an hour."""
    return min(LONGEST_AGAIN, FIRST_AGAIN * 2 ** min(attempts - 1, 10))
