"""A province above 16 cities of 135 streets: one node takes a twentieth of the streets' totals; the rest is reckoned.

One city brings reports as large as a street's total, 711 cells each, sealed beforehand; they are judged and stored one
quarter after another without a line in between. They are filed as own parts, for a total names parts that would have
to be there.
"""

import os
import tempfile
import time
from pathlib import Path

import psutil
from made_network import Founded, found_here, join_here, some_address
from measure import MEGABYTE, Line
from network import Unit, four_tiers

from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.figures.filing import file_reports
from tiersync.host.opening import now
from tiersync.link.dialogue.messages import Message
from tiersync.model.cell import Cell, Cells
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store.reports.reports import current_reports

STREETS, SHARE = 16 * 135, 20
CELLS = 711
QUARTERS = ("2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4")


def total_of(street: str, quarter: str, place: int) -> Report:
    """What a street would say, its cells as many as those of the form that offices fill in."""
    cells = [
        Cell("P02", f"age={cell:03}", "value", (place * 7919 + cell * 104_729) % 4000, 0, "ok", "summed", 19, 19)
        for cell in range(CELLS)
    ]
    return Report(
        form="aging-quarter", unit=street, period=Period(quarter), part="own", tenure=1, revision=1, catalogue=1,
        cells=Cells.of(cells),
    )  # fmt: skip


def stored(root: Path, streets: int) -> tuple[float, int, float, float]:
    """Seconds of processor that the province takes to store, reports, megabytes on disk, and the most it held."""
    top, city, *_ = four_tiers()
    below = [Unit("4", f"379901{number:03}000", f"街道{number}", city.code) for number in range(1, streets + 1)]
    province = found_here(root, [top, city, *below], some_address())
    child, began, spent = join_here(root, province, city.code), _on_disk(province), [0.0]
    held = psutil.Process(os.getpid()).memory_info().rss

    def ask(message: Message) -> Message:
        before = time.process_time()
        reply = answer(province.node, message, now())
        spent[0] += time.process_time() - before
        return reply

    most = 0.0
    for quarter in QUARTERS:
        with child.node.store.write() as db:
            totals = [total_of(unit.code, quarter, place) for place, unit in enumerate(below)]
            file_reports(db, child.node, totals, now())
        send_waiting(child.node, ask, now())
        most = max(most, (psutil.Process(os.getpid()).memory_info().rss - held) / MEGABYTE)
    with province.node.store.read() as db:
        count = len(current_reports(db))
    assert count == streets * len(QUARTERS), f"{count} are held"
    return spent[0], count, _on_disk(province) - began, most


def _on_disk(founded: Founded) -> float:
    return sum(file.stat().st_size for file in founded.place.folder.glob("node.db*")) / MEGABYTE


def measure(*, is_quick: bool = False) -> list[Line]:
    streets = 20 if is_quick else STREETS // SHARE
    with tempfile.TemporaryDirectory(prefix="tiersync-province-") as name:
        seconds, reports, disk, most = stored(Path(name), streets)
    whole = STREETS * len(QUARTERS) / reports
    return [
        Line(
            f"{streets} streets' totals of a year", seconds, "s of processor", f"{1000 * seconds / reports:.1f} ms each"
        ),
        Line("… on disk", disk, "MB", f"{1024 * disk / reports:.1f} kB each"),
        Line("… held by this process beyond what it had, both sides", most, "MB"),
        Line(
            f"a province of {STREETS:,} streets, reckoned", seconds * whole, "s of processor", f"{disk * whole:.0f} MB"
        ),
    ]
