"""A hundred and thirty-five nodes in one process: what each holds beyond the first, and when the last one answers."""

import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psutil
from host import held_by
from made_network import Founded, found_here, join_here, keep_going, some_address
from measure import Line
from network import Unit

from tiersync.config.packaged import packaged_catalogue
from tiersync.config.settings import RunSettings
from tiersync.link.dialogue.messages import Join, Refusal
from tiersync.link.seal import public_of
from tiersync.link.wire import read_message, seal_message
from tiersync.web.client import http_ask

NODES = 135
CALLERS = 8  # that ask them at a time
AT_WORK = RunSettings(interval_seconds=30)  # every node pushes and pulls twice a minute
SETTLES = 75.0  # seconds in which every node has pushed and pulled, and waits for the one above
LEVEL = {"city": "2", "district": "3", "street": "4"}


def join_all(root: Path, count: int) -> list[Founded]:
    """The city, its districts and as many of its streets as make so many nodes, all at one address."""
    units = [one for one in packaged_catalogue().units if one.tier in LEVEL]
    listed = [Unit(LEVEL[one.tier], one.code, one.name, one.parent or "") for one in units]
    listed.sort(key=lambda one: one.level)
    listen = some_address()
    made = {listed[0].code: found_here(root, listed, listen, AT_WORK)}
    for one in listed[1:count]:
        made[one.code] = join_here(root, made[one.parent], one.code, listen, AT_WORK)
    for one in made.values():
        one.node.store.close()
    return list(made.values())


def answers_for(url: str, units: Sequence[str]) -> None:
    """Every one of these nodes says, under its own seal, that it knows nothing of a stranger's invitation."""
    stranger, ask = os.urandom(32), http_ask(url)

    def check(unit: str) -> None:
        join = Join(unit="9" * 12, to=unit, secret="s" * 32, key=public_of(stranger))
        said = read_message(ask(seal_message(join, stranger)))
        assert isinstance(said, Refusal), said
        assert (said.unit, said.reason) == (unit, "invitation"), said

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(check, units))


class Held(NamedTuple):
    """Until all nodes of a process answer, the seconds and those of its processor; the megabytes that it holds once it
    has settled, and the seconds of processor from its start on."""

    answered: float
    spent_then: float
    megabytes: float
    spent: float


def hold(nodes: Sequence[Founded], settles: float) -> Held:
    """Run these nodes in one process for a while."""
    url, began = nodes[0].place.url, time.perf_counter()
    with keep_going("run", [one.place.folder for one in nodes], url) as host:
        answers_for(url, [one.place.unit for one in nodes])
        seconds, process = time.perf_counter() - began, psutil.Process(host.pid)
        spent_then = spent_by(process)
        time.sleep(settles)
        return Held(seconds, spent_then, held_by(process), spent_by(process))


def spent_by(process: psutil.Process) -> float:
    """Seconds of processor that a process has taken."""
    times = process.cpu_times()
    return times.user + times.system


def measure(*, is_quick: bool = False) -> list[Line]:
    count, settles = (20, 20.0) if is_quick else (NODES, SETTLES)
    with tempfile.TemporaryDirectory(prefix="tiersync-many-") as name:
        nodes = join_all(Path(name), count)
        alone, all_ = hold(nodes[:1], settles), hold(nodes, settles)
    each = (all_.megabytes - alone.megabytes) / (count - 1)
    said = (
        f"aim 20 s; {all_.spent_then:.1f} s of processor; one alone {alone.answered:.2f} s and {alone.spent_then:.2f} s"
    )
    whole = f"one alone {alone.megabytes:.0f} MB; {all_.spent:.0f} s of processor in {all_.answered + settles:.0f} s"
    return [
        Line(f"{count} nodes in one process, each beyond the first", each, "MB PSS", "aim 15 MB"),
        Line("… until all of them answer", all_.answered, "s", said),
        Line("… together, each pushing and pulling twice a minute", all_.megabytes, "MB PSS", whole),
    ]
