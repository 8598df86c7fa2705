"""Hosts as processes of their own. Run as: python -m tests.store.kit.working FOLDER URL PROCESSES SLOTS

Each works off the same schedule under the same clock, and notes each job that it did in the file `done` of the folder.
With 0 SLOTS it takes one job, says so, and waits to be killed between the job's row and its work.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from tests.store.kit.place import NOW, node_with
from tests.store.kit.sealing import become
from tests.store.kit.test_jobs import SCHEDULE, working_at
from tiersync.flow.jobs.work_off import Job, JobOutcome, work_off
from tiersync.store.database import open_store


def main() -> None:
    folder, url, processes, slots = sys.argv[1:]
    others = become(int(processes))
    node = node_with(open_store(Path(folder), url))
    noted = os.open(Path(folder) / "done", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def do(job: Job) -> JobOutcome:
        if not int(slots):
            print("taken", flush=True)
            sys.stdin.read()
        os.write(noted, f"{job.turn.slot.isoformat()}\n".encode())
        return JobOutcome("done")

    for step in range(int(slots) or 1):
        now = NOW + timedelta(minutes=step)
        list(work_off(node, working_at(now, f"host {os.getpid()}", SCHEDULE), do))
    sys.exit(any(os.waitpid(child, 0)[1] for child in others))


if __name__ == "__main__":
    main()
