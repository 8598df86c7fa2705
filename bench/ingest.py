"""One node from a CSV file to sealed and committed reports, beside dlt loading the same file into SQLite.

The node is running: its libraries are loaded and its database is open. What is timed is the whole of a push: the
worker process starts, reads and maps; rows are checked, projected, kept as a snapshot, counted, sealed, committed.
dlt reads, casts and stores; it checks, counts and seals nothing.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from load import PEERS, compare
from measure import PATIENCE, Line, Peak, compared, peer, show
from network import found_top, four_tiers
from register import write_register

from tiersync.flow import up
from tiersync.flow.node import Node
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.period import Period
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports

PERIOD = Period("2013-Q4")


def push(node: Node) -> float:
    """Seconds of a push."""
    started = time.perf_counter()
    moment = now()
    up.push(node, None, moment, PERIOD)
    return time.perf_counter() - started


def push_fresh(root: Path, rows: int) -> float:
    """Seconds of the first push of a community's node with a register of so many rows."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    place = found_top(root, four_tiers()[-1:])
    write_register(place.folder, place.unit, [place.unit], rows)
    node = open_with_plugins(place.folder)
    seconds = push(node)
    check(node, rows)
    node.store.close()
    return seconds


def check(node: Node, rows: int) -> None:
    """The figures are right, or there is nothing to be proud of."""
    with node.store.read() as db:
        cells = [cell for _, report in sealed_reports(db, current_reports(db)) for cell in report.cells.rows()]
    counted = next(cell.value for cell in cells if (cell.indicator, cell.breakdown) == ("P02", ""))
    assert counted == rows, f"{counted} seniors were counted, {rows} were written"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over this many runs")
    parser.add_argument("--peers", action="store_true", help="beside all peers, each with three runs: bench/load.py")
    options = parser.parse_args()
    if options.peers:
        compare(options.rows, PEERS, PATIENCE, as_json=options.json)
        return
    with tempfile.TemporaryDirectory() as name, Peak() as peak:
        first, *later = [push_fresh(Path(name) / "node", options.rows) for _ in range(options.runs + 1)]
        csv_file = next(Path(name).rglob("seniors.csv"))
        remark = (
            f"{peak.megabytes:.0f} MB with its worker, {first:.2f} s the first time in a process, aim 1 s for 100,000"
        )
        ours = Line(f"tiersync, {options.rows:,} rows", median(later), "s", remark)
        theirs = peer(f"dlt into SQLite, {options.rows:,} rows", "dlt_sqlite", csv_file, options.runs)
    show("ingest", [ours, compared(ours, theirs)], as_json=options.json)


if __name__ == "__main__":
    main()
