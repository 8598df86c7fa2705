"""One question about many units: an indicator of 5,307 communities over eight quarters, from figure segments.

Beside it, in the same run, the same cells of one quarter as rows of an indexed table in SQLite, which is how other
systems keep them: what it takes to fill and to ask, and the bytes on the disk.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from measure import Line, show
from network import Unit, found_top, four_tiers
from register import write_register

from tiersync.flow import up
from tiersync.flow.figures.matrix import UnitsAsked, figures
from tiersync.flow.figures.segments import make_segment
from tiersync.flow.node import Node
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.period import Period
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports

FORM, INDICATOR = "aging-quarter", "P02"
FIRST = Period("2012-Q1")


def street(root: Path, communities: int) -> Node:
    """A street with a register of so many communities."""
    *_, street, community = four_tiers()
    codes = [f"37990100{number:04}" for number in range(2000, 2000 + communities)]
    below = [Unit(community.level, code, f"社区{code[-4:]}", street.code) for code in codes]
    place = found_top(root, [street._replace(parent=""), *below])
    write_register(place.folder, street.code, codes, communities * 4)
    return open_with_plugins(place.folder)


def quarters(count: int) -> Iterator[Period]:
    quarter = FIRST
    for _ in range(count):
        yield quarter
        quarter = quarter.following()


def asked(node: Node, periods: tuple[Period, ...], breakdown: str | None = "") -> tuple[float, int]:
    """Seconds until the figures are there, and how many units they are of; those of all breakdowns where it is None."""
    with node.store.read() as db:
        what = UnitsAsked(FORM, WhichCells(INDICATOR, breakdown), periods, node.home, node.catalogue(db).tiers[-1])
        began = time.perf_counter()
        found = figures(db, node, what)
        return time.perf_counter() - began, found.select("period", "unit").n_unique()


def rows_of(node: Node, period: Period) -> Iterator[tuple[object, ...]]:
    with node.store.read() as db:
        for row, report in sealed_reports(db, current_reports(db, FORM, str(period))):
            for cell in report.cells.rows():
                yield str(period), row.unit, row.part, *cell


def fill_table(db: sqlite3.Connection, node: Node, period: Period) -> float:
    """Seconds until the cells of a quarter stand in an indexed table."""
    rows = list(rows_of(node, period))
    db.execute(
        "CREATE TABLE cells (period TEXT, unit TEXT, part TEXT, indicator TEXT, breakdown TEXT, measure TEXT, "
        "value INTEGER, scale INTEGER, status TEXT, basis TEXT, expected INTEGER, present INTEGER, bounds TEXT, "
        "PRIMARY KEY (indicator, period, unit, part, breakdown, measure)) WITHOUT ROWID"
    )
    began = time.perf_counter()
    with db:
        db.executemany(f"INSERT INTO cells VALUES ({', '.join('?' * 13)})", rows)
    return time.perf_counter() - began


def ask_table(db: sqlite3.Connection, period: Period) -> float:
    began = time.perf_counter()
    db.execute(
        "SELECT * FROM cells WHERE indicator = ? AND period = ? AND breakdown = ''", (INDICATOR, str(period))
    ).fetchall()
    return time.perf_counter() - began


def measure(root: Path, communities: int, count: int, runs: int) -> list[Line]:
    node, periods = street(root, communities), tuple(quarters(count))
    for period in periods:
        up.push(node, None, now(), period)
    began = time.perf_counter()
    make_segment(node, (FORM, str(periods[0])), now())
    making = time.perf_counter() - began
    many = [asked(node, periods) for _ in range(runs)]
    split = median(asked(node, periods, None)[0] for _ in range(runs))
    one = median(asked(node, periods[:1])[0] for _ in range(runs))
    files = [path.stat().st_size for path in (node.store.folder / "segments").glob("*.parquet")]
    assert {units for _, units in many} == {(communities + 1) * count - count}
    with closing(sqlite3.connect(root / "rows.db")) as db:
        filling = fill_table(db, node, periods[0])
        asking = median(ask_table(db, periods[0]) for _ in range(runs))
    node.store.close()
    rows = (root / "rows.db").stat().st_size
    what = f"one indicator of {communities:,} units × {count} quarters"
    times, each = f"{filling / making:.1f} times as long", f"{rows / communities:,.0f} B"
    return [
        Line(what, median(seconds for seconds, _ in many), "s", "aim 0.3"),
        Line("… with all its breakdowns", split, "s"),
        Line("… × 1 quarter", one, "s", f"rows of SQLite: {asking:.3f} s"),
        Line("merging a quarter's segment", making, "s", f"filling rows of SQLite: {times}"),
        Line("bytes of a segment a report", max(files) / communities, "B", f"rows of SQLite: {each}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=5307)
    parser.add_argument("--quarters", type=int, default=8)
    parser.add_argument("--runs", type=int, default=5, help="medians are taken over this many runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = measure(Path(name), options.communities, options.quarters, options.runs)
    show("figures", lines, as_json=options.json)


if __name__ == "__main__":
    main()
