"""A network of running nodes of which one after the other is killed, at random moments that follow from one seed."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import NamedTuple

from tests.cli.offices import here
from tests.faults.daemons import MINE, Daemon, until
from tests.faults.evidence import (
    AUDIENCE,
    Differs,
    compare,
    exchanges,
    jobs_done,
    rows,
    wrong_figures,
    wrong_figures_of,
)
from tests.faults.network import ABOVE, CHAIN, CITY, COMMUNITY, LISTED, OTHER, Tree, well

PAUSES = (0.02, 0.8)  # seconds between two kills
AT_ONCE = 0.2  # of the kills may meet a process that was killed just before and does not answer yet
JUST_TAKEN = 0.02  # seconds: a job whose row is so young has hardly begun its work
STARTING, BETWEEN = "while it started", "between jobs, listening or serving"


class Played(NamedTuple):
    """What was done to the nodes, and what came of it."""

    seed: int
    killed: Counter[tuple[str, str]]  # by node and moment
    asked: int  # how often a node's status was asked meanwhile
    seniors: int
    notices: int
    exchanges: int
    jobs: Counter[str]
    seconds: float
    differs: Differs


def play(root: Path, seed: int, times: int) -> Played:
    """Found the nodes, kill one of them so many times, let them calm down, and compare."""
    tree = Tree(root, Random(seed))
    tree.found()
    began = monotonic()
    tree.run()
    try:
        killing = Killing(tree, times)
        killing.go_on()
        calm_down(tree, killing.notices)
        differs = compare(tree, killing.notices)
        differs.wrong.extend(faults_said(tree))
        differs.wrong.extend(unexplained(tree))
    finally:
        tree.end()
    listed = sum(map(len, tree.seniors.values()))
    told = (killing.asked, listed, len(killing.notices), exchanges(tree), jobs_done(tree), monotonic() - began)
    return Played(seed, killing.killed, *told, differs)


class Killing:
    """The kills, and what people do meanwhile."""

    def __init__(self, tree: Tree, times: int) -> None:
        self.tree, self.times = tree, times
        self.killed: Counter[tuple[str, str]] = Counter()
        self.notices: list[str] = []
        self.asked = 0

    def go_on(self) -> None:
        random = self.tree.random
        for number in range(self.times):
            if number % 3 == 0:
                self.tree.more_seniors(random.choice(list(LISTED)))
            if number % 5 == 0:
                self.notices.append(self.tree.publish(number + 1))
            if number % 7 == 0:
                self._ask(random.choice(CHAIN))
            victim = self.tree.daemons[random.choice(CHAIN)]
            if random.random() > AT_ONCE:
                victim.wait_until_it_serves()
            sleep(random.uniform(*PAUSES))
            self._kill(victim)

    def _ask(self, unit: str) -> None:
        well(self.tree.ask(unit, "status"))
        self.asked += 1

    def _kill(self, daemon: Daemon) -> None:
        assert daemon.is_alive, daemon.text
        served, at = daemon.serves, datetime.now(UTC)
        daemon.kill()
        self.killed[daemon.folder.name, moment_of(daemon, at) if served else STARTING] += 1
        daemon.start()


def moment_of(daemon: Daemon, at: datetime) -> str:
    """What a node was doing when it was killed, as its database says. A copy is looked at: who opens the file itself
    mends it, which is what the node has to do."""
    process = str(daemon.process.pid)
    with TemporaryDirectory() as name:
        for part in ("node.db", "node.db-wal"):
            if (daemon.folder / part).exists():
                shutil.copy(daemon.folder / part, name)
        with closing(sqlite3.connect(Path(name) / "node.db")) as db:
            found = list(db.execute("SELECT what, started_at, process FROM jobs WHERE result = 'running' ORDER BY id"))
    running = [(what, started) for what, started, who in found if who.endswith(f":{process}")]
    if not running:
        return BETWEEN
    what, started = running[-1]
    is_young = (at - datetime.fromisoformat(started)).total_seconds() < JUST_TAKEN
    return f"{what}: its slot taken, its work hardly begun" if is_young else f"in the middle of a {what}"


def calm_down(tree: Tree, notices: list[str]) -> None:
    """Nobody is killed any more: everything arrives, people read what came and push what waits for its day."""
    for daemon in tree.daemons.values():
        if daemon.asked[0] != "work":
            daemon.wait_until_it_serves()
    for unit in (COMMUNITY, OTHER):
        until(lambda unit=unit: not [*wrong_figures_of(tree, unit)], f"the figures of {unit} everywhere")
    until(lambda: all(board(tree, one, "delivered") for one in notices), "every notice delivered")
    for unit in ABOVE:
        for notice in notices:
            well(tree.ask(unit, "notice", "read", notice))
    until(lambda: all(board(tree, one, "read") for one in notices), "every notice read")
    for unit in reversed(CHAIN):  # Totals are filed once a day where nobody says push.
        well(tree.ask(unit, "push"))
    until(lambda: not [*wrong_figures(tree)], "every total everywhere")
    for unit in CHAIN:
        until(lambda unit=unit: is_caught_up(tree.folders[unit]), f"{unit} has done what it missed")
        for name in ("push", "pull"):
            well(here("schedule", "pause", name, "--dir", tree.folders[unit]))
    until(lambda: all(is_idle(tree.folders[unit]) for unit in CHAIN), "no job is left running")


def board(tree: Tree, notice: str, state: str) -> bool:
    """Whether a notice has come so far at everybody."""
    units = well(tree.ask(CITY, "notice", "board", notice)).json["units"]
    wanted = {"delivered": {"delivered", "read"}, "read": {"read"}}[state]
    return {one["unit"] for one in units if one["state"] in wanted} == AUDIENCE


def is_caught_up(folder: Path) -> bool:
    """Whether the newest job of each schedule is done, and none before it still runs."""
    newest = "SELECT result, id IN (SELECT max(id) FROM jobs GROUP BY name) FROM jobs"
    found = rows(folder, newest)
    return all(result == "done" if is_newest else result != "running" for result, is_newest in found)


def is_idle(folder: Path) -> bool:
    return not rows(folder, "SELECT 1 FROM jobs WHERE result = 'running'")


def faults_said(tree: Tree) -> list[str]:
    """What the nodes said that no node ever says."""
    said = [(unit, line) for unit, daemon in tree.daemons.items() for line in daemon.said]
    return [f"{unit}: {line.strip()}" for unit, line in said if MINE in line or "Traceback" in line]


def unexplained(tree: Tree) -> list[str]:
    """What a reconciliation at any node does not explain."""
    found = {unit: tree.ask(unit, "reconcile") for unit in CHAIN}
    return [f"{unit}: {done.out}{done.err}" for unit, done in found.items() if done.code or done.json["unexplained"]]
