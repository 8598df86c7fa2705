"""How long `tiersync --help` takes, how long a node needs until it answers, and the memory of an idle node."""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from measure import PEERS_PYTHON, Line, compared, median_of, memory_of, show
from network import TIERSYNC, Place, found_top, four_tiers, serving
from peers import pouchdb_chain
from peers.ports import free_ports, until_open

SETTLES = 3.0  # seconds after the first answer, when a node has done what it does at its start


def seconds_of(command: Sequence[str | Path]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def start_node(place: Place) -> float:
    """Seconds from the command until the node answers."""
    started = time.perf_counter()
    with serving(place):
        return time.perf_counter() - started


def idle_node(place: Place) -> float:
    with serving(place) as node:
        time.sleep(SETTLES)
        return memory_of(node.pid)


def ours(runs: int) -> list[Line]:
    with tempfile.TemporaryDirectory() as name:
        place = found_top(Path(name), four_tiers())
        return [
            Line("tiersync --help", median_of(runs, lambda: seconds_of([TIERSYNC, "--help"])), "s", "aim 0.25 s"),
            Line("tiersync run, until it answers", median_of(runs, lambda: start_node(place)), "s", "aim 1.5 s"),
            Line("tiersync run, idle", idle_node(place), "MB", "aim 100 MB"),
        ]


def server_of(what: str, command: Sequence[str | Path], port: int, folder: str, runs: int) -> list[Line]:
    """A peer's server in the same two figures, or one line that says why there are none."""

    def start(settles: float = 0) -> tuple[float, float]:
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                until_open(port, 30)
                answered = time.perf_counter() - started
                time.sleep(settles)
                return answered, memory_of(server.pid)
            finally:
                server.terminate()

    try:
        return [
            Line(f"{what}, until it listens", median_of(runs, lambda: start()[0]), "s"),
            Line(f"{what}, idle", start(SETTLES)[1], "MB"),
        ]
    except OSError as error:
        return [Line(what, None, "", f"not measured: {error.strerror} (make bench installs the peers)")] * 2


def theirs(runs: int) -> list[Line]:
    with tempfile.TemporaryDirectory() as name:
        port, other = free_ports(2)
        nats = [PEERS_PYTHON.parent / "nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", name]
        pouch = [pouchdb_chain.PROGRAM, "--port", str(other), "--dir", name, "--config", f"{name}/config.json"]
        return [
            *server_of("nats-server", nats, port, name, runs),
            *server_of("pouchdb-server", pouch, other, name, runs),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=5, help="medians are taken over this many runs")
    options = parser.parse_args()
    mine = ours(options.runs)
    peers = [compared(mine[1 + place % 2], line) for place, line in enumerate(theirs(options.runs))]
    show("start", [*mine, *peers], as_json=options.json)


if __name__ == "__main__":
    main()
