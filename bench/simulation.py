"""A year of quarters at 16 nodes of four tiers under one seed: every fault at once, virtual clock, real stores.

The nodes file, seal, exchange, add up, heal and compare as in service; only the clock, the lines and the moments of
death are handed in. The stores are looked at before the time is believed. Beside it the same envelopes are written
into one table by SQLite alone, a commit each: what of the time is the database's, without seals, checks or a peer.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from measure import Line, show

from tiersync.drill.drill import Drilled, play_against, play_quietly
from tiersync.drill.faults import KINDS
from tiersync.drill.network import open_network
from tiersync.drill.plan import troubled
from tiersync.drill.play import Play
from tiersync.drill.world import DrillScope, World, make_world

WHOLE = DrillScope(widths=(1, 2, 6), quarters=4, kinds=tuple(sorted(KINDS)))
ENVELOPES = "SELECT id, kind, origin, epoch, number, seal, body FROM envelopes"
TABLE = "CREATE TABLE envelopes (id TEXT PRIMARY KEY, kind, origin, epoch, number, seal, body)"


class Year(NamedTuple):
    """A year that was played: what came of it, and the seconds that it and the quiet one took."""

    done: Drilled
    seconds: float
    quiet: float


def play(root: Path, world: World, seed: int) -> Year:
    began = time.perf_counter()
    quiet = play_quietly(seed, root / "quiet", world)
    between = time.perf_counter()
    network = open_network(root / "troubled", world, seed)
    done = play_against(quiet, Play(network), troubled(seed, world, WHOLE.kinds))
    assert done.is_well, f"seed {seed}: {done.differs} {done.broken}"
    return Year(done, time.perf_counter() - between, between - began)


def envelopes_of(root: Path) -> Iterator[tuple[object, ...]]:
    """Every envelope that some node holds at the end."""
    for place in sorted(root.glob("troubled/*/node.db")):
        with closing(sqlite3.connect(place)) as db:
            yield from db.execute(ENVELOPES)


def written_alone(root: Path) -> tuple[int, float]:
    """How many envelopes SQLite writes, a commit each, and the seconds it takes."""
    held = list(envelopes_of(root))
    with closing(sqlite3.connect(root / "alone.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(TABLE)
        began = time.perf_counter()
        for number, row in enumerate(held):
            db.execute("INSERT INTO envelopes VALUES (?, ?, ?, ?, ?, ?, ?)", (f"{number} {row[0]}", *row[1:]))
        return len(held), time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    world = make_world(Random(f"{options.seed} world"), WHOLE)
    with tempfile.TemporaryDirectory() as name:
        play(
            Path(name) / "warm", world, options.seed
        )  # Libraries are loaded, statements compiled, the network founded.
        year = play(Path(name) / "year", world, options.seed)
        count, alone = written_alone(Path(name) / "year")
    faults = f"{year.done.met.total()} faults, {year.done.exchanges} exchanges, {year.done.compared} values compared"
    lines = [
        Line("a year at 16 nodes under one seed", year.seconds, "s", faults),
        Line("the quiet year beside it", year.quiet, "s"),
        Line("SQLite alone, the same envelopes", alone, "s", f"{count} commits"),
    ]
    show("simulation", lines, as_json=options.json)


if __name__ == "__main__":
    main()
