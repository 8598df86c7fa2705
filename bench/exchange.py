"""What a link carries: reports of 1,000 communities into a parent's store, and a change up through four tiers.

The first is a street that files for 1,000 communities and hands everything to its district: seals, checks, commits.
The second is 10,000 changed rows at a community until they are in the city's total, with a push at each tier, over
HTTP between real nodes; beside it NATS and PouchDB carry the same rows over four tiers, and check and count nothing.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from measure import Line, compared, peer, show
from network import Place, Unit, found_top, four_tiers, join, say, serving
from register import write_register

from tiersync.config.settings import read_settings
from tiersync.flow import up
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.node import Node
from tiersync.host.opening import asker, now, open_node, open_with_plugins
from tiersync.link.dialogue.messages import Message
from tiersync.model.period import Period
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports

PERIOD = Period("2013-Q4")
SENIORS = 20  # in each of the 1,000 communities
ALONE, TOGETHER = 5, 4  # one in five lives alone; after the change four in five do


class Answering:
    """A parent that is asked without a line in between, and the seconds it took to answer."""

    def __init__(self, parent: Node) -> None:
        self.parent = parent
        self.seconds = 0.0

    def ask(self, message: Message) -> Message:
        started = time.perf_counter()
        reply = answer(self.parent, message, now())
        self.seconds += time.perf_counter() - started
        return reply


def push(place: Place) -> None:
    """A push in a running node: libraries loaded, the database opened anew as the daemon does."""
    moment, settings = now(), read_settings(place.folder)
    node = open_with_plugins(place.folder)
    up.push(node, asker(settings), moment, PERIOD)
    node.store.close()


def filed_cells(node: Node) -> int:
    with node.store.read() as db:
        return sum(len(report.cells) for _, report in sealed_reports(db, current_reports(db)))


def store_reports(root: Path, communities: int) -> tuple[float, float, int]:
    """Seconds of the whole exchange, seconds of the parent in it, and the cells that the parent holds then."""
    _, district, street, community = four_tiers()
    codes = [f"37990100{number:04}" for number in range(2000, 2000 + communities)]
    below = [Unit(community.level, code, f"社区{code[-4:]}", street.code) for code in codes]
    parent = found_top(root, [district._replace(parent=""), street, *below])
    with serving(parent):
        child = join(root, parent, street.code)
    write_register(child.folder, street.code, codes, communities * SENIORS)
    filing, answering = open_with_plugins(child.folder), Answering(open_node(parent.folder))
    moment = now()
    up.push(filing, None, moment, PERIOD)
    started = time.perf_counter()
    send_waiting(filing, answering.ask, moment)
    seconds = time.perf_counter() - started
    cells = filed_cells(answering.parent)
    assert cells == filed_cells(filing), "the parent holds other cells than the child filed"
    return seconds, answering.seconds, cells


def bulk(communities: int, runs: int) -> list[Line]:
    """A parent storing the reports of so many communities, in cells per second."""
    measured = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            measured.append(store_reports(Path(name), communities))
    whole, parent, cells = median(m[0] for m in measured), median(m[1] for m in measured), measured[0][2]
    what = f"{communities:,} communities × {cells / communities:.0f} cells"
    return [
        Line(f"a parent stores {what}", cells / parent, "cells/s", f"{parent:.2f} s, aim 150,000 cells/s"),
        Line("… with the child's side of the exchange", cells / whole, "cells/s", f"{whole:.2f} s"),
    ]


def carry(root: Path, rows: int, runs: int) -> tuple[list[float], list[float], Path]:
    """Seconds of each change until it is in the city's total: pushed by running nodes, and by four commands."""
    units = four_tiers()
    with ExitStack() as stack:
        places = [found_top(root, units)]
        for unit in units[1:]:
            stack.enter_context(serving(places[-1]))
            places.append(join(root, places[-1], unit.code))
        bottom = places[-1]
        running, by_command = [], []
        alone = False
        register = write_register(bottom.folder, bottom.unit, [bottom.unit], rows, alone)
        for place in reversed(places):
            push(place)
        for measured, act in [(running, push), (by_command, push_by_command)]:
            for _ in range(runs):
                alone = not alone
                write_register(bottom.folder, bottom.unit, [bottom.unit], rows, alone)
                started = time.perf_counter()
                for place in reversed(places):
                    act(place)
                measured.append(time.perf_counter() - started)
                check(places[0], rows * (TOGETHER if alone else 1) // ALONE)
    return running, by_command, register


def push_by_command(place: Place) -> None:
    say("push", "--dir", place.folder, "--period", str(PERIOD))


def check(city: Place, alone: int) -> None:
    """The city's total says how many live alone now."""
    node = open_node(city.folder)
    with node.store.read() as db:
        rows = [row for row in current_reports(db, part="total") if row.unit == city.unit]
        cells = [cell for _, report in sealed_reports(db, rows) for cell in report.cells.rows()]
    node.store.close()
    held = next(cell.value for cell in cells if (cell.indicator, cell.breakdown) == ("P09", ""))
    assert held == alone, f"the city holds {held} who live alone, {alone} were written"


def chain(rows: int, runs: int) -> list[Line]:
    """A change through four tiers, beside the peers with the same file."""
    with tempfile.TemporaryDirectory() as name:
        running, by_command, register = carry(Path(name), rows, runs)
        ours = Line(f"tiersync, {rows:,} changed rows, four tiers", median(running), "s", "aim 3 s")
        peers = [
            peer(f"nats-server, {rows:,} rows, four tiers", "nats_chain", register, runs),
            peer(f"pouchdb-server, {rows:,} rows, four tiers", "pouchdb_chain", register, runs),
        ]
    commands = Line("… each push a command of its own", median(by_command), "s")
    return [ours, commands, *(compared(ours, line) for line in peers)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over this many runs")
    options = parser.parse_args()
    lines = [*bulk(options.communities, options.runs), *chain(options.rows, options.runs)]
    show("exchange", lines, as_json=options.json)


if __name__ == "__main__":
    main()
