"""Keeping a node's jobs going: whatever has its turn is done, under a lease that is renewed while it is."""

import os
import platform
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from random import SystemRandom
from time import monotonic

from tiersync.errors import NoCalendar, TiersyncError
from tiersync.flow.jobs.states import note_schedules, states
from tiersync.flow.jobs.work_off import EndedJob, Job, JobOutcome, Working, work_off
from tiersync.host.alarms import job_alarm, raise_alarms
from tiersync.host.hosted import HostedNode
from tiersync.host.jobs.kinds import KINDS, WRITES
from tiersync.host.jobs.schedules import office_of, schedules_of
from tiersync.host.opening import now, writing
from tiersync.host.reporter import Event, Reporter, said_of
from tiersync.model.text import Text
from tiersync.rules.calendar.jobs import wakes_at
from tiersync.rules.calendar.slots import Office, Schedule, next_slots
from tiersync.store.runs.jobs import LEASE, failing_since, renew_lease

SHORTEST, LONGEST = 0.05, 60.0  # seconds until a host looks again: settings change, and other processes work too
PATIENT = timedelta(days=1)  # so long a line may be away before somebody is told
ENDS = JobOutcome("failed", Text("已停止", "stopped"), is_tried_again=True, after=timedelta())


def process_name() -> str:
    """What this process is called among those that work for a node."""
    return f"{platform.node()}:{os.getpid()}"[:80]


def by_chance(within: timedelta) -> timedelta:
    return timedelta(seconds=SystemRandom().uniform(0, within.total_seconds()))


def keep_jobs(hosted: HostedNode, reporter: Reporter, ends: threading.Event, pause: float = 0.0) -> None:
    """Do a node's jobs at their times until the host ends, from so many seconds on; what fails is noted and tried again
    later."""
    failures = 0
    while not ends.wait(pause):
        try:
            pause, failures = do_what_is_due(hosted, reporter), 0
            continue
        except TiersyncError as error:
            reporter.note(said_of(error))
        except Exception as error:  # A fault of ours must not end what the node does by itself, unseen.
            reporter.fault(error)
        pause, failures = min(LONGEST, 2.0**failures), failures + 1  # A database that was away is back soon, or late.


def do_what_is_due(hosted: HostedNode, reporter: Reporter) -> float:
    """Do every job that has its turn; returns the seconds until the next has."""
    schedules = schedules_of(hosted.folder, hosted.settings())
    node = hosted.node_now()
    office = office_of(node)
    note_schedules(node, schedules, now())
    say_unknown(hosted, schedules, office, reporter)
    working = Working(schedules, office, process_name(), now, by_chance)
    began = monotonic()
    for ended in work_off(node, working, lambda job: do_in_turn(hosted, job, reporter)):
        report_ended(hosted, ended, monotonic() - began, reporter)
        began = monotonic()
    with node.store.read() as db:
        moment = now()
        wakes = wakes_at(states(db, schedules, moment), schedules, moment, office)
    return LONGEST if wakes is None else min(LONGEST, max(SHORTEST, (wakes - now()).total_seconds()))


def do_in_turn(hosted: HostedNode, job: Job, reporter: Reporter) -> JobOutcome:
    """Do a job when it is the node's turn; a fault of tiersync's own is noted and is its outcome."""
    with hosted.turns.take() as may_begin:
        if not may_begin:
            return ENDS
        try:
            return do_job(hosted, job.turn.schedule, job, reporter)
        except TiersyncError:
            raise
        except Exception as error:
            reporter.fault(error)
            name = type(error).__name__
            return JobOutcome("failed", Text(f"tiersync 自身出现故障：{name}", f"a fault in tiersync itself: {name}"))


def do_job(hosted: HostedNode, schedule: Schedule, job: Job, reporter: Reporter) -> JobOutcome:
    """Do what a schedule says, under the job's lease."""
    alone = writing(hosted.folder) if schedule.what in WRITES else nullcontext()
    with leased(hosted, job), alone:
        return KINDS[schedule.what](hosted, schedule, reporter.note)


@contextmanager
def leased(hosted: HostedNode, job: Job) -> Iterator[None]:
    """Renew a job's lease until it ends. Where another process took it over, what this one does is harmless, for
    reports are filed once by their content; that it ended counts no more."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                with hosted.node.store.write_job() as db:
                    if not renew_lease(db, job.taken, now()):
                        return
            except TiersyncError:
                continue  # A database that is away for a while is asked again.

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def report_ended(hosted: HostedNode, ended: EndedJob, seconds: float, reporter: Reporter) -> None:
    """Log what came of a job, and tell people, once, of one that needs somebody."""
    job, outcome, name = ended.job, ended.outcome, ended.job.turn.schedule.name
    result = outcome.result if ended.is_ours else "lost"
    reporter.event(Event(now(), hosted.node.home, name, result, outcome.said, round(seconds, 3)))
    needs = outcome.result == "failed" and (not outcome.is_tried_again or _fails_for_long(hosted, name))
    # What is wrong with the sources of a push is an alarm of its own.
    needs = needs or (outcome.result == "faulty" and job.turn.schedule.what != "push")
    alarm(hosted, name, needs, reporter)


def alarm(hosted: HostedNode, name: str, needs: bool, reporter: Reporter) -> None:
    """Tell people, once, that a schedule needs somebody; or that it does no more, so that they hear of the next
    time."""
    alarms = [job_alarm(hosted.node.home, name)] if needs else []
    for error in raise_alarms(hosted.folder, hosted.node, alarms, f"job {name}"):
        reporter.note(said_of(error))


def _fails_for_long(hosted: HostedNode, name: str) -> bool:
    """Whether nothing has come of a schedule's jobs for longer than a line is away."""
    with hosted.node.store.read() as db:
        since = failing_since(db, name)
    return since is not None and now() - since > PATIENT


def say_unknown(hosted: HostedNode, schedules: Sequence[Schedule], office: Office, reporter: Reporter) -> None:
    """Say once of a schedule that nobody knows when it comes, for want of a calendar."""
    for one in schedules:
        try:
            next(next_slots(one, now(), office))
        except NoCalendar as error:
            if one.name not in hosted.unknown:
                hosted.unknown.add(one.name)
                said = said_of(error)
                reporter.note(Text(f"{one.name}：{said.zh}", f"{one.name}: {said.en}"))
                alarm(hosted, one.name, True, reporter)
        else:
            hosted.unknown.discard(one.name)
