"""One push of a node as its host does it: as a job that has its turn."""

from tiersync.flow.jobs.work_off import Job, JobOutcome, outcome_of
from tiersync.host.hosted import HostedNode
from tiersync.host.jobs.keeping import do_in_turn
from tiersync.host.opening import now
from tiersync.host.reporter import Note, Reporter
from tiersync.rules.calendar.jobs import JobTurn
from tiersync.rules.calendar.slots import Cron, Schedule
from tiersync.store.runs.jobs import JobTaken

PUSH = JobTurn(Schedule("push", "push", Cron("0 0 * * *")), now())


def push_job(hosted: HostedNode, note: Note) -> JobOutcome:
    """Push when it is the node's turn; what goes wrong is noted."""

    def raise_fault(error: Exception) -> None:
        raise error

    reporter = Reporter(lambda *_: None, note, raise_fault)
    job = Job(JobTaken(0, "push", 1, 1), PUSH)
    return outcome_of(lambda one: do_in_turn(hosted, one, reporter), job)
