"""Working off what is due: each job is taken, done, and ended under the fence with which it was taken."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tiersync.errors import NodeAway, ParentBusy, TiersyncError
from tiersync.flow.jobs.states import states
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.rules.calendar.jobs import JobTurn, Result, again_within, turns
from tiersync.rules.calendar.slots import Office, Schedule
from tiersync.store.links.envelopes import spell_time
from tiersync.store.runs.jobs import JobTaken, end_job, take_job

Chance = Callable[[timedelta], timedelta]
"""A while within a span, by chance."""


class JobOutcome(NamedTuple):
    """What came of a job: whether it is done, done with something wrong that needs somebody, or failed; in words; and
    whether, or after which while, it is worth another try."""

    result: Result
    said: Text = EMPTY
    is_tried_again: bool = False
    after: timedelta | None = None


class Job(NamedTuple):
    """A job that this process has, and what it is."""

    taken: JobTaken
    turn: JobTurn


class EndedJob(NamedTuple):
    """A job and what came of it; `is_ours` is False where another process had taken it over meanwhile."""

    job: Job
    outcome: JobOutcome
    is_ours: bool


class Working(NamedTuple):
    """How a process works off what is due at a node: by which schedules and which office's clock, under what name, what
    time it takes it for, and how long it waits until it tries again."""

    schedules: Sequence[Schedule]
    office: Office
    process: str
    clock: Callable[[], datetime]
    chance: Chance


Do = Callable[[Job], JobOutcome]


def work_off(node: Node, working: Working, do: Do) -> Iterator[EndedJob]:
    """Do every job that has its turn, one after the other; what ended is yielded."""
    begun: set[str] = set()
    while job := take_next(node, working, begun):
        begun.add(job.turn.schedule.name)
        outcome = outcome_of(do, job)
        yield EndedJob(job, outcome, end(node, working, job, outcome))


def outcome_of(do: Do, job: Job) -> JobOutcome:
    """Do a job; what goes wrong is its outcome, and keeps no other job from its turn."""
    try:
        return do(job)
    except TiersyncError as error:
        return failed(error)


def failed(error: TiersyncError) -> JobOutcome:
    """The outcome of what an error ended."""
    seconds = error.fields.get("seconds") if isinstance(error, ParentBusy | NodeAway) else None
    after = timedelta(seconds=float(str(seconds))) if seconds else None
    return JobOutcome("failed", Text(error.say("zh"), error.say("en")), error.retry, after)


def take_next(node: Node, working: Working, but: set[str]) -> Job | None:
    """Take the first job that has its turn and that no other process has, of schedules not named in `but`."""
    now = working.clock()
    with node.store.read() as db:
        found = turns(states(db, working.schedules, now), working.schedules, now, working.office)
    for turn in found:
        if turn.schedule.name not in but and (taken := take(node, working, turn)):
            return Job(taken, turn)
    return None


def take(node: Node, working: Working, turn: JobTurn) -> JobTaken | None:
    """Take a job; None where another process has it."""
    named = {
        "name": turn.schedule.name, "what": turn.schedule.what, "slot": spell_time(turn.slot),
        "missed_from": spell_time(turn.missed_from) if turn.missed_from else None,
    }  # fmt: skip
    with node.store.write_job() as db:
        return take_job(db, named, working.process, working.clock())


def end(node: Node, working: Working, job: Job, outcome: JobOutcome) -> bool:
    """Note what came of a job; False where it was taken over, so that this counts no more."""
    now = working.clock()
    again_at = None
    if outcome.is_tried_again:
        after = outcome.after
        again_at = now + (working.chance(again_within(job.taken.attempts)) if after is None else after)
    with node.store.write_job() as db:
        return end_job(db, job.taken, outcome.result, outcome.said, now, again_at)
