"""The table of kills, docs/FAULTS.md: `python -m tests.faults.table` plays 200 and writes it anew.

`python -m tests.faults.table --times 20 --seed 5 --print` plays others and writes nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

os.environ["TIERSYNC_LANG"] = "en"  # Commands decide their language once, when they are first imported.

from tests.commands import ANEW, ROOT
from tests.faults.kills import Played, play
from tests.faults.network import NAMES
from tests.stores import RUNNING

TABLE = ROOT / "docs" / "FAULTS.md"
MANNER = {True: "each started anew by Python", False: "forked from one that has imported everything"}
ABOUT = """# Faults

Four nodes (city, district, street, community) run as processes of their own, `tiersync run` over SQLite, pushing and
pulling every second. Lists of seniors grow and the city publishes notices, while one process after the other is killed
(`SIGKILL`) at random moments and started again at once. Afterwards every figure of every tier is counted anew from the
lists, line by line, and every envelope, number, notice, receipt and job is looked for on both sides of every link:
what is not there is lost, what is there more than once is doubled. `python -m tests.faults.table` plays it again and
writes this page; CI plays 20 kills (`tests/faults/test_kills.py`, `TIERSYNC_FAULTS=200` as many as here). The seed
decides who is killed and how long after the one before; the moment it meets depends on the machine.
"""


def written(played: Played, commit: str) -> str:
    """The page about one play."""
    return "\n".join([ABOUT, *summary(played, commit), "", *moments(played), ""])


def summary(played: Played, commit: str) -> Iterator[str]:
    lost, doubled, wrong = map(len, played.differs)
    told = {
        "kills": sum(played.killed.values()), "lost": lost, "doubled": doubled, "otherwise wrong": wrong,
        "exchanges": played.exchanges, "jobs done": played.jobs["done"],
        "jobs that failed or broke off, and were made up": played.jobs["failed"] + played.jobs["faulty"],
        "jobs said to run still": played.jobs["running"], "seniors in the lists": played.seniors,
        "notices, each at 3 nodes with 8 receipts": played.notices,
        "times that `tiersync status` was asked": played.asked,
        "duration": f"{played.seconds:.0f} s", "seed": played.seed, "processes": MANNER[ANEW],
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit,
    }  # fmt: skip
    yield from ("| | |", "|---|---:|")
    yield from (f"| {what} | {value} |" for what, value in told.items())


def moments(played: Played) -> Iterator[str]:
    """Who was killed when, as the database of the dead says."""
    found = sorted({moment for _, moment in played.killed})
    yield "| killed | " + " | ".join(NAMES) + " | all |"
    yield "|---|" + "---:|" * (len(NAMES) + 1)
    for moment in found:
        each = [played.killed[name, moment] for name in NAMES]
        yield f"| {moment} | " + " | ".join(map(str, [*each, sum(each)])) + " |"


def commit_here() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true", dest="only_print", help="write nothing")
    options = parser.parse_args()
    commit = commit_here()
    with RUNNING, tempfile.TemporaryDirectory() as name:
        played = play(Path(name), options.seed, options.times)
    page = written(played, commit)
    if options.only_print:
        sys.stdout.write(page)
    else:
        TABLE.write_text(page, encoding="utf-8")
    for what, lines in played.differs._asdict().items():
        sys.stdout.writelines(f"{what}: {line}\n" for line in lines)
    sys.exit(not played.differs.is_well)


if __name__ == "__main__":
    main()
