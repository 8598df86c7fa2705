"""A register of a whole city into one node and into peers, on the same files: a first run, then two more.

tiersync reads, checks, projects, keeps a snapshot, counts every indicator of its form, seals and commits; from a
running node, its worker included. The peers load rows into PostgreSQL or SQLite by their key and do nothing else; rows
that are wrong would end most of their runs, so the file has none. The second run finds one row in a hundred changed,
the third nothing. The file has the ten columns of bench/register.py.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from measure import BENCH, LOOK, PEERS_PYTHON, Peak, memory_of
from network import found_top, four_tiers
from register import write_register

from tiersync.flow import up
from tiersync.flow.node import Node
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.period import Period

PERIOD = Period("2013-Q4")
RUNS = ("first", "1 % changed", "nothing changed")
PEERS = (
    "sling-postgres", "dlt-arrow-postgres", "dlt-arrow-sqlite", "singer-postgres", "dlt-dicts-postgres",
    "sqlite-utils", "sling-sqlite",
)  # fmt: skip
SINGER = BENCH.parent / ".venv-singer" / "bin"


class Row(NamedTuple):
    """What one loader took in each run, in seconds, its peak in megabytes, and why it stopped, if it did."""

    who: str
    seconds: tuple[float, ...]
    megabytes: float
    why: str = ""


def write_files(folder: Path, rows: int) -> tuple[Path, list[Path]]:
    """A node's folder with its register, and the register as it is in each run."""
    unit = four_tiers()[-1].code
    place = found_top(folder, four_tiers()[-1:])
    first = write_register(place.folder, unit, [unit], rows)
    kept = [folder / f"{number}.csv" for number in range(len(RUNS))]
    lines = first.read_bytes().splitlines(keepends=True)
    shutil.copy(first, kept[0])
    alone, together = "独居".encode(), "与子女同住".encode()
    for at in random.Random(1).sample(range(1, len(lines)), rows // 100):
        old, new = (alone, together) if alone in lines[at] else (together, alone)
        lines[at] = lines[at].replace(old, new)
    kept[1].write_bytes(b"".join(lines))
    shutil.copy(kept[1], kept[2])
    return place.folder, kept


def ours(folder: Path, files: Sequence[Path]) -> Row:
    node = open_with_plugins(folder)
    source = next(folder.rglob("seniors.csv"))
    warm(folder)
    seconds = []
    with Peak() as peak:
        for file in files:
            shutil.copy(file, source)
            started = time.perf_counter()
            up.push(node, None, now(), PERIOD)
            seconds.append(time.perf_counter() - started)
    node.store.close()
    return Row("tiersync: all of it", tuple(seconds), peak.megabytes)


def warm(folder: Path) -> None:
    """A running node has counted before: another node of the same program counts a few rows."""
    root = folder.parent / "warm"
    root.mkdir()
    other = found_top(root, four_tiers()[-1:])
    write_register(other.folder, other.unit, [other.unit], 100)
    node: Node = open_with_plugins(other.folder)
    up.push(node, None, now(), PERIOD)
    node.store.close()


def theirs(way: str, files: Sequence[Path], patience: float) -> Row:
    """A peer's runs, each a process of its own; one that fails or takes too long says so."""
    seconds: list[float] = []
    peak = 0.0
    with tempfile.TemporaryDirectory() as name:
        for file in files:
            done, held = _watched([PEERS_PYTHON, "-m", "peers.load", way, file, name], patience)
            peak = max(peak, held)
            if isinstance(done, str):
                return Row(way, tuple(seconds), peak, done)
            seconds.append(done)
    return Row(way, tuple(seconds), peak)


def _watched(command: Sequence[str | Path], patience: float) -> tuple[float | str, float]:
    """Seconds, or why there are none, and the most megabytes that the process and those it started held."""
    try:
        peer = subprocess.Popen(command, cwd=BENCH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as error:
        return f"not installed: {error.strerror} (make bench installs the peers)", 0.0
    held, ends = 0.0, time.monotonic() + patience
    while peer.poll() is None and time.monotonic() < ends:
        time.sleep(LOOK)
        held = max(held, _held(peer.pid))
    if peer.poll() is None:
        for process in [*psutil.Process(peer.pid).children(recursive=True), psutil.Process(peer.pid)]:
            process.kill()
        peer.communicate()
        return f"over {patience:.0f} s", held
    out, err = peer.communicate()
    if peer.returncode:
        return "failed: " + (err.strip().splitlines() or ["without a word"])[-1][-120:], held
    return float(json.loads(out.splitlines()[-1])["seconds"]), held


def _held(pid: int) -> float:
    try:
        return memory_of(pid)
    except psutil.Error:
        return 0.0


@contextmanager
def postgres() -> Iterator[None]:
    """A real PostgreSQL for the peers, while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        os.chmod(name, 0o755)
        server = subprocess.Popen(
            [PEERS_PYTHON, "-m", "peers.database", name], cwd=BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert server.stdout
        assert server.stdin
        os.environ["PEER_POSTGRES"], os.environ["PEER_SINGER"] = server.stdout.readline().strip(), str(SINGER)
        yield
        server.stdin.close()
        server.wait()


def show(rows: Sequence[Row], count: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"bench": "load", "rows": count, "loaders": [row._asdict() for row in rows]}))
        return
    print(f"\nload, {count:,} rows: seconds, and how many times ours")
    print(f"  {'':<22}" + "".join(f"{name:>22}" for name in RUNS) + f"{'peak':>10}")
    best = rows[0].seconds
    for row in rows:
        cells = [f"{s:.2f} ({s / ours_:.1f}x)" for s, ours_ in zip(row.seconds, best, strict=False)]
        cells += ["–"] * (len(RUNS) - len(cells))
        print(f"  {row.who:<22}" + "".join(f"{c:>22}" for c in cells) + f"{row.megabytes:>7.0f} MB  {row.why}".rstrip())


def compare(rows: int, ways: Sequence[str], patience: float, *, as_json: bool) -> None:
    """Print the table of this module's first lines."""
    with tempfile.TemporaryDirectory() as name:
        folder, files = write_files(Path(name), rows)
        told = [ours(folder, files)]
        with postgres():
            told += [theirs(way, files, patience) for way in ways]
    show(told, rows, as_json=as_json)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=890_000)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--patience", type=float, default=300, help="seconds that one run of a peer may take")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    compare(options.rows, options.peers, options.patience, as_json=options.json)


if __name__ == "__main__":
    main()
