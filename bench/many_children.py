"""One parent with a thousand children that exchange every minute: its processor, its memory, and how soon it answers.

Each child is a node of its own, with its keys, database and link; two processes play all of them, spread over the
minute, over HTTP on loopback. In one round they bring nothing, in the other each of them brings a report of 2 kB.
"""

import heapq
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import psutil
from host import held_by
from made_network import Founded, keep_going, some_address
from many_nodes import spent_by
from measure import Line
from simulated_children import file_one, join_children, share, timed

from tiersync.flow.exchange.child import send_waiting
from tiersync.host.opening import now, open_node
from tiersync.web.client import http_ask

CHILDREN = 1000
EVERY = 60.0  # seconds from one exchange of a child to its next
MINUTES = 2  # of each round
PROCESSES = 2
AT_ONCE = 24  # exchanges of one process
LEAD = 5.0  # seconds that processes get to open their nodes
SPAWNED = multiprocessing.get_context("spawn")


class Load(NamedTuple):
    """What one process plays: its children, at which address their parent is, how often and in how many rounds each of
    them exchanges, whether it brings something, and when the first minute begins."""

    folders: Sequence[Path]
    url: str
    every: float
    rounds: int
    first_number: int
    brings: bool
    begins: float


class Played(NamedTuple):
    """The seconds of every answer, how many exchanges there were, and how late the latest of them began."""

    seconds: list[float]
    exchanges: int
    latest: float


def play(load: Load) -> Played:
    """Every child's exchanges at their moments, as many at a time as there are threads."""
    seconds: list[float] = []
    nodes = [open_node(folder) for folder in load.folders]
    asks = [timed(http_ask(load.url), seconds) for _ in nodes]
    late: list[float] = []

    def exchange(child: int, number: int, due: float) -> None:
        late.append(time.time() - due)
        if load.brings:
            file_one(nodes[child], number, now())
        send_waiting(nodes[child], asks[child], now())

    turns = [
        (load.begins + number * load.every + load.every * child / len(nodes), child, load.first_number + number)
        for number in range(load.rounds)
        for child in range(len(nodes))
    ]
    heapq.heapify(turns)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = []
        while turns:
            due, child, number = heapq.heappop(turns)
            time.sleep(max(0.0, due - time.time()))
            futures.append(pool.submit(exchange, child, number, due))
        for future in futures:
            future.result()
    for node in nodes:
        node.store.close()
    return Played(seconds, len(futures), max(late))


class Round(NamedTuple):
    """A parent over some minutes: its share of one core, its megabytes, and what its children saw."""

    share: float
    seconds: float
    megabytes: float
    median: float
    p99: float
    exchanges: int
    answers: int
    latest: float


def watch(host: psutil.Process, loads: Sequence[Load]) -> Round:
    """Play the loads, and look at the parent from their first minute to their last."""
    lasts = loads[0].every * loads[0].rounds
    with SPAWNED.Pool(len(loads)) as pool:
        playing = pool.map_async(play, loads)
        time.sleep(max(0.0, loads[0].begins - time.time()))
        before = spent_by(host)
        time.sleep(lasts)
        spent, megabytes = spent_by(host) - before, held_by(host)
        played = playing.get(timeout=lasts + 120)
    seconds = [one for each in played for one in each.seconds]
    exchanges = sum(one.exchanges for one in played)
    latest = max(one.latest for one in played)
    return Round(
        spent / lasts, spent, megabytes, median(seconds), quantiles(seconds, n=100)[98], exchanges, len(seconds), latest
    )


def lines_of(what: str, found: Round) -> list[Line]:
    said = f"{found.exchanges:,} exchanges, {found.answers:,} answers; the latest began {found.latest:.1f} s late"
    each = 1000 * found.seconds
    return [
        Line(f"{what}: the parent's processor", 100 * found.share, "% core", f"aim 50 %; {said}"),
        Line("… for each exchange", each / found.exchanges, "ms", ""),
        Line("… its memory", found.megabytes, "MB PSS", "aim 300 MB"),
        Line("… answers, p99", found.p99, "s", f"aim 0.5 s; median {1000 * found.median:.0f} ms"),
    ]


def measure_at(parent: Founded, folders: Sequence[Path], every: float, minutes: int) -> list[Line]:
    lines = []
    with keep_going("run", [parent.place.folder], parent.place.url) as host:
        process = psutil.Process(host.pid)
        for what, brings in [("children that bring nothing", False), ("children that bring a report each", True)]:
            begins = time.time() + LEAD + len(folders) / 50
            rounds = round(minutes * EVERY / every)
            loads = [
                Load(some, parent.place.url, every, rounds, 1, brings, begins) for some in share(folders, PROCESSES)
            ]
            lines += lines_of(f"{len(folders):,} {what}", watch(process, loads))
    return lines


def measure(*, is_quick: bool = False) -> list[Line]:
    count, every, minutes = (40, 2.4, 1) if is_quick else (CHILDREN, EVERY, MINUTES)
    with tempfile.TemporaryDirectory(prefix="tiersync-children-") as name:
        parent, folders = join_children(Path(name), some_address(), count)
        return measure_at(parent, folders, every, minutes)
