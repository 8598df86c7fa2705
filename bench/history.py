"""What each act of a node asks of its database after 4 and after 40 quarters of history: nothing may grow with it.

A district files for its communities, quarter after quarter, and its city holds and adds up what came. Then nothing
changes, and each act is done once: statements, rows and bytes that came out of the database, and the steps that it took
within (one in twenty is counted; a scan of a table that nobody reads out is seen there) are the same or the design
is broken. Milliseconds are shown beside them.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from asked import Asked, asked
from measure import Line, show
from network import Unit, found_top, four_tiers, join, serving
from register import write_register

from tiersync.flow import down, up
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.node import Node
from tiersync.host.opening import now, open_node, open_with_plugins
from tiersync.link.dialogue.messages import Message
from tiersync.model.period import Period
from tiersync.store.reports.reports import current_reports
from tiersync.views.node_status import status

QUARTERS = [Period(f"{year}-Q{quarter}") for year in range(2016, 2026) for quarter in (1, 2, 3, 4)]
SENIORS = 200  # of the district


class Measured(NamedTuple):
    """What an act asked, and how long it took."""

    asked: Asked
    milliseconds: float


@contextmanager
def network(root: Path, communities: int) -> Iterator[tuple[Node, Node]]:
    """A city and a district that has joined it, the district with a register of so many communities."""
    city, district, street, community = four_tiers()
    codes = [f"37990100{number:04}" for number in range(2000, 2000 + communities)]
    below = [Unit(community.level, code, f"社区{code[-4:]}", street.code) for code in codes]
    parent = found_top(root, [city, district, street, *below])
    with serving(parent):
        child = join(root, parent, district.code)
    write_register(child.folder, district.code, codes, SENIORS)
    nodes = open_node(parent.folder), open_with_plugins(child.folder)
    yield nodes
    for node in nodes:
        node.store.close()


def file_quarter(city: Node, district: Node, quarter: Period) -> None:
    """The district files for a quarter and hands it up; the city adds it up."""
    up.push(district, asking(city), now(), quarter)
    up.push(city, None, now(), quarter)


def asking(parent: Node) -> Callable[[Message], Message]:
    return lambda message: answer(parent, message, now())


def acts(city: Node, district: Node, newest: Period) -> dict[str, Callable[[], object]]:
    """What is done while nothing changes."""
    ask = asking(city)
    return {
        "district: push": lambda: up.push(district, ask, now(), newest),
        "city: push": lambda: up.push(city, None, now(), newest),
        "district: exchange": lambda: send_waiting(district, ask, now()),
        "district: pull": lambda: down.pull(district, ask, now()),
        "district: status": lambda: status(district, now()),
        "city: status": lambda: status(city, now()),
        "city: reports of a quarter": lambda: reports(city, newest),
        "city: reconcile a quarter": lambda: reconcile(city, Wanted(period=newest), now()),
    }


def reports(node: Node, period: Period) -> int:
    with node.store.read() as db:
        return len(current_reports(db, period=str(period)))


def measured(act: Callable[[], object], nodes: Sequence[Node]) -> Measured:
    """An act, done once before for what is looked at once a day."""
    act()
    started = time.perf_counter()
    act()
    seconds = time.perf_counter() - started
    return Measured(asked(nodes, act), seconds * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=20)
    parser.add_argument("--few", type=int, default=4)
    parser.add_argument("--many", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, network(Path(name), options.communities) as nodes:
        each: list[dict[str, Measured]] = []
        for number, quarter in enumerate(QUARTERS[: options.many], start=1):
            file_quarter(*nodes, quarter)
            if number in (options.few, options.many):
                each.append({what: measured(act, nodes) for what, act in acts(*nodes, quarter).items()})
    show("history", [*compared(*each)], as_json=options.json)


def compared(few: dict[str, Measured], many: dict[str, Measured]) -> Iterator[Line]:
    """One line for each act: how many times as much it asks with the longer history."""
    for what, one in few.items():
        other = many[what]
        growth = max(after / max(before, 1) for before, after in zip(one.asked, other.asked, strict=True))
        pairs = zip(Asked._fields, one.asked, other.asked, strict=True)
        each = ", ".join(f"{name} {before:,} → {after:,}" for name, before, after in pairs)
        yield Line(what, growth, "times", f"{each}; {one.milliseconds:.0f} → {other.milliseconds:.0f} ms")


if __name__ == "__main__":
    main()
