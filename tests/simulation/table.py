"""The table of seeds that were played: `python -m tests.simulation.table --last 1999` goes on where it ended.

`python -m tests.simulation.table --seed 36` plays one seed again and tells all that happens.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tiersync.cli.commands.trying.drill import BEFELL
from tiersync.drill.drill import Drilled, drill

TABLE = Path(__file__).with_name("seeds.csv")
HEADS = ("seed", "nodes", *BEFELL, "exchanges", "compared", "findings", "quiet days", "result", "trace")


def played(seed: int) -> Drilled:
    """One seed, played in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        return drill(seed, Path(name))


def result_of(done: Drilled) -> str:
    """ok, or what is wrong in a few words."""
    if done.broken:
        return f"broken: {done.broken.strip().splitlines()[-1]}"
    counts = zip(done.differs._fields, done.differs, strict=True)
    return ", ".join(f"{len(lines)} {what}" for what, lines in counts if lines) or "ok"


def report(done: Drilled) -> str:
    """What differs, and how to see it again."""
    lines = [f"{what}: {line}" for what, each in done.differs._asdict().items() for line in each[:8]]
    again = f"python -m tests.simulation.table --seed {done.seed}"
    return "\n".join([f"seed {done.seed}: {result_of(done)}", *lines, done.broken, f"again: {again}"])


def row_of(done: Drilled) -> list[object]:
    befell = [done.met.get(what, 0) for what in BEFELL]
    told = [done.exchanges, done.compared, done.opened, done.rounds, result_of(done), done.trace[:12]]
    return [done.seed, done.nodes, *befell, *told]


def seeds_in(table: Path) -> set[int]:
    """The seeds that the table has already."""
    if not table.exists():
        return set()
    with table.open(encoding="utf-8", newline="") as file:
        return {int(row["seed"]) for row in csv.DictReader(file)}


def play_all(table: Path, first: int, last: int) -> Iterator[Drilled]:
    """Play what the table does not have yet, and write each seed into it."""
    known = seeds_in(table)
    with table.open("a", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        if not known:
            lines.writerow(HEADS)
        for seed in range(first, last + 1):
            if seed not in known:
                done = played(seed)
                lines.writerow(row_of(done))
                file.flush()
                yield done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one again")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=1999)
    parser.add_argument("--table", type=Path, default=TABLE)
    options = parser.parse_args()
    if options.seed is not None:
        done = played(options.seed)
        sys.stdout.write("\n".join([*done.told, report(done), ""]))
        return
    for done in play_all(options.table, options.first, options.last):
        if not done.is_well:
            sys.stdout.write(report(done) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
