"""A whole city on one machine: 148 nodes, and those of one street's communities, from their files to the city's totals.

Every street answers for its communities, but in one street each community has a node of its own. Nodes have their own
folders, databases, keys and links; those of a tier share a process, districts and streets share two, and talk over HTTP
on loopback. Writing the files, founding and joining are told and not counted: an office does that once.
"""

import argparse
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from measure import MEGABYTE
from office_processes import OfficeProcess

from tiersync.config.packaged import packaged_catalogue
from tiersync.demo.story import write_units
from tiersync.example.offices.layout import By, Layout
from tiersync.example.offices.write import write_city
from tiersync.example.plan.manifest import Manifest
from tiersync.example.plan.plan import Plan
from tiersync.model.catalogue import Catalogue
from tiersync.plugins.folder.trust import enable_all

STREET = "371402001000"  # whose communities have nodes of their own
FORMS = {"2013-Q4": "aging-quarter", "2013": "aging-year"}
CHECKED = ("P02", "P04", "P05", "P07", "P08", "P09")  # what the quarter's end and the year's have in common
LOOK = 0.1  # seconds between looks at the memory


class Step(NamedTuple):
    """One phase of one tier: seconds, and the most megabytes that its processes held."""

    phase: str
    tier: str
    nodes: int
    seconds: float
    megabytes: float
    counted: bool = True


class City:
    """The city's nodes, by tier, each run by a process of its tier."""

    def __init__(self, root: Path, catalogue: Catalogue, processes: dict[str, list[OfficeProcess]]) -> None:
        self.root, self.tree, self.processes = root, catalogue.tree, processes
        self.tiers: dict[str, list[str]] = {tier: [] for tier in catalogue.tiers}
        for unit in self.tree.units.values():
            if unit.tier != catalogue.tiers[-1] or unit.parent == STREET:
                self.tiers[unit.tier].append(unit.code)
        self.steps: list[Step] = []

    def process_of(self, unit: str) -> OfficeProcess:
        tier = self.tree[unit].tier
        of_tier = self.processes[tier]
        return of_tier[self.tiers[tier].index(unit) % len(of_tier)]

    def do(self, unit: str, act: str, *given: Any) -> Any:
        return self.process_of(unit).ask(act, unit, *given).result()

    def each(self, units: Iterable[str], act: str, *given: Any) -> list[Any]:
        """The same of many nodes, as many at a time as their processes take."""
        futures = [self.process_of(unit).ask(act, unit, *given) for unit in units]
        return [future.result() for future in futures]

    @contextmanager
    def timed(self, phase: str, tier: str, counted: bool = True) -> Iterator[None]:
        with Memory(self.processes.get(tier, [])) as memory:
            began = time.perf_counter()
            yield
            seconds = time.perf_counter() - began
        nodes = len(self.tiers.get(tier, []))
        self.steps.append(Step(phase, tier, nodes, seconds, memory.megabytes, counted))


class Memory:
    """The most that some processes and their workers held together while they were watched."""

    def __init__(self, tiers: Sequence[OfficeProcess]) -> None:
        self.pids = [tier.process.pid for tier in tiers]
        self.megabytes = 0.0
        self._ends = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> "Memory":
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._ends.wait(LOOK):
            self.megabytes = max(self.megabytes, sum(map(held_by, self.pids)))


def held_by(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / MEGABYTE
    except psutil.Error:
        return 0.0


def build(city: City, listed: Path) -> None:
    """Found the city and let everybody join, from the top down."""
    top, *lower = city.tiers
    root = city.tiers[top][0]
    with city.timed("found", top, counted=False):
        city.do(root, "found", listed)
    for tier in lower:
        with city.timed("join", tier, counted=False), ThreadPoolExecutor(2) as two:
            list(two.map(lambda unit: join(city, unit), city.tiers[tier]))


def join(city: City, unit: str) -> None:
    token = city.do(city.tree[unit].parent or "", "invite", unit)
    city.do(unit, "join", token, (), bool(city.tree.children(unit)))


def run(city: City, period: str) -> None:
    """Every tier reads, counts, adds up and sends, the lowest first."""
    for tier in reversed(city.tiers):
        with city.timed("read", tier):
            city.each(city.tiers[tier], "read")
        with city.timed("count, add up, send", tier):
            city.each(city.tiers[tier], "push", [period])


def check(city: City, manifest: Manifest, period: str) -> dict[str, Any]:
    """The city's figures, what is unexplained there, and how long one unit's report takes to be read."""
    top = city.tiers[next(iter(city.tiers))][0]
    must = {e.indicator: e.value for e in manifest.expected if e.indicator in CHECKED and not e.breakdown}
    form = FORMS[period]
    held = {code: Decimal(city.do(top, "figure", form, period, code)) for code in must}
    assert held == must, f"the city holds {held}, its files come to {must}"
    began = time.perf_counter()
    differences = city.do(top, "differences")
    seconds = time.perf_counter() - began
    assert differences == [], differences[:3]
    reads = []
    for unit in (top, city.tiers["district"][0], STREET):
        began = time.perf_counter()
        city.do(unit, "figure", form, period, "P02")
        reads.append(time.perf_counter() - began)
    return {"figures": {code: int(value) for code, value in held.items()}, "reconcile": seconds, "read": max(reads)}


def play(root: Path, share: Fraction, period: str) -> tuple[list[Step], dict[str, Any]]:
    catalogue = packaged_catalogue()
    plan = Plan(share, 2013, sum(unit.tier == catalogue.tiers[-1] for unit in catalogue.units))
    began = time.perf_counter()
    manifest = write_city(root, catalogue, plan, Layout(By.COMMUNITY, STREET), lambda *done: None)
    for folder in manifest.folders:
        enable_all(root / folder.unit / "plugins")
    writing = Step("write the files", "all", len(manifest.folders), time.perf_counter() - began, 0, counted=False)
    listed = root / "units.csv"
    write_units(listed, catalogue.units)
    with ExitStack() as stack:
        shares = {"street": 2, "district": 2}
        processes = {
            tier: [stack.enter_context(OfficeProcess(root)) for _ in range(shares.get(tier, 1))]
            for tier in catalogue.tiers
        }
        city = City(root, catalogue, processes)
        build(city, listed)
        run(city, period)
        result = check(city, manifest, period)
    return [writing, *city.steps], result


def show(steps: Sequence[Step], result: dict[str, Any], *, as_json: bool) -> None:
    total = sum(step.seconds for step in steps if step.counted)
    if as_json:
        told = [step._asdict() for step in steps]
        print(json.dumps({"bench": "city", "steps": told, "seconds": total, **result}))
        return
    print("\ncity")
    for step in steps:
        remark = "" if step.counted else "  (not counted)"
        measured = f"{step.nodes:>4} nodes {step.seconds:7.1f} s {step.megabytes:6.0f} MB"
        print(f"  {step.tier:<10} {step.phase:<20} {measured}{remark}")
    print(f"  from sources to the city's totals: {total:.1f} s, aim 120 s")
    milliseconds = result["read"] * 1000
    print(f"  reconciling at the city: {result['reconcile']:.1f} s; reading a report: {milliseconds:.0f} ms, aim 50 ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=Fraction, default=Fraction(1), help="0.01 is a hundredth of the city")
    parser.add_argument("--period", choices=list(FORMS), default="2013-Q4")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="tiersync-city-"))
    try:
        steps, result = play(root, options.share, options.period)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    show(steps, result, as_json=options.json)


if __name__ == "__main__":
    main()
