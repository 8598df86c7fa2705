"""A job done by hand: at once, whatever its schedule says."""

from pathlib import Path

from tiersync.flow.jobs.work_off import EndedJob, Job, Working, end, outcome_of, take
from tiersync.flow.node import Progress
from tiersync.host.hosted import HostedNode, Turns
from tiersync.host.jobs.keeping import by_chance, do_in_turn, process_name
from tiersync.host.jobs.schedules import office_of, schedule_named, schedules_of
from tiersync.host.opening import now
from tiersync.host.reporter import Reporter
from tiersync.plugins.worker.workers import Workers
from tiersync.rules.calendar.jobs import JobTurn
from tiersync.store.runs.jobs import BY_HAND


def run_by_hand(folder: Path, name: str, reporter: Reporter, progress: Progress) -> EndedJob:
    """Do now what a schedule says, as a job of its own; raises UnknownName. What fails is not tried again by itself."""
    workers = Workers()
    hosted = HostedNode(folder, workers, Turns(), progress=progress)
    try:
        return _run(hosted, name, reporter)
    finally:
        hosted.close()
        workers.end()


def _run(hosted: HostedNode, name: str, reporter: Reporter) -> EndedJob:
    schedules = schedules_of(hosted.folder, hosted.settings())
    schedule = schedule_named(schedules, name)
    node = hosted.node_now()
    working = Working(schedules, office_of(node), f"{BY_HAND} {process_name()}"[:80], now, by_chance)
    turn = JobTurn(schedule, now())
    taken = take(node, working, turn)
    if taken is None:  # Nobody else can have a slot of this very microsecond.
        raise RuntimeError(name)
    job = Job(taken, turn)
    outcome = outcome_of(lambda one: do_in_turn(hosted, one, reporter), job)._replace(is_tried_again=False)
    return EndedJob(job, outcome, end(node, working, job, outcome))
