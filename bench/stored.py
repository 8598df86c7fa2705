"""Messages of 2 kB stored for good, by many senders at once: exchanges of one report each, beside JetStream.

tiersync checks two seals and every cell of each report, and commits it to SQLite or PostgreSQL, whose commits wait for
the disk; a JetStream of one file is told to sync each message, and checks nothing. All of them in turn, in one run.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil
from made_network import Founded, keep_going, some_address
from measure import BENCH, PATIENCE, PEERS_PYTHON, Line
from one_database import running
from sealed_load import Turns, measured, seal_all
from simulated_children import Sealed, join_children
from two_serving import check_stored

SENDERS = 24
EACH = 6  # messages of a sender in a round
TIMES = 3
SIZE = 2048


class Store(NamedTuple):
    """A parent that is being served, and what its children say to it."""

    parent: Founded
    process: psutil.Process
    said: Sequence[Sequence[Sealed]]

    def rate(self, place: int, each: int) -> tuple[float, float]:
        """Messages a second in one round, and milliseconds of the serving process's processor for each."""
        mine = [[one.data for one in some[place * each : (place + 1) * each]] for some in self.said]
        found = measured([Turns(self.parent.place.url, one) for one in mine], [self.process])
        return found.a_second, found.milliseconds


@contextmanager
def served(root: Path, turns: int, url: str = "") -> Iterator[Store]:
    """A parent over a database, with children whose turns are sealed; what it holds is checked at the end."""
    root.mkdir()
    parent, folders = join_children(root, some_address(), SENDERS, url)
    said = seal_all(folders, parent.place.unit, [True] * turns)
    with keep_going("serve", [parent.place.folder], parent.place.url) as host:
        yield Store(parent, psutil.Process(host.pid), said)
    check_stored(parent, said)


def jetstream(each: int) -> float | str:
    """Messages a second in one round, or why there are none."""
    command = [PEERS_PYTHON, "-m", "peers.nats_stored", str(SENDERS), str(each), str(SIZE)]
    try:
        done = subprocess.run(command, cwd=BENCH, capture_output=True, text=True, check=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        return f"not measured: {type(error).__name__} (make bench installs the peers)"
    said = json.loads(done.stdout.splitlines()[-1])
    return float(said["messages"]) / float(said["seconds"])


def measure(*, is_quick: bool = False) -> list[Line]:
    times, each = (1, 4) if is_quick else (TIMES, EACH)
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tiersync-stored-")))
        database = stack.enter_context(running())
        stores = {
            "SQLite": stack.enter_context(served(root / "sqlite", (times + 1) * each)),
            "PostgreSQL": stack.enter_context(served(root / "postgresql", (times + 1) * each, database.url)),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in stores}
        theirs = []
        for place in range(times + 1):
            for name, store in stores.items():
                found[name].append(store.rate(place, each))
            theirs.append(jetstream(each * 10))
    measured_theirs = [one for one in theirs[1:] if isinstance(one, float)]
    peer = median(measured_theirs) if measured_theirs else None
    return [
        *(_line(name, rounds[1:], peer) for name, rounds in found.items()),
        Line("JetStream that syncs each", peer, "a second", "" if peer else str(theirs[-1])),
    ]


def _line(name: str, rounds: Sequence[tuple[float, float]], peer: float | None) -> Line:
    rate, milliseconds = (median(one[place] for one in rounds) for place in (0, 1))
    beside = f", {rate / peer:.2g} times JetStream (aim 3)" if peer else ""
    return Line(f"messages of 2 kB into {name}", rate, "a second", f"{milliseconds:.1f} ms of processor each{beside}")
