"""The example city, written, read back as its nodes would, and every figure compared to the last yuan."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from measure import Peak
from read_city import Findings, read_back

from tiersync.config.packaged import packaged_catalogue
from tiersync.example.city.layout import By, Layout
from tiersync.example.city.manifest import Expected, Manifest
from tiersync.example.city.plan import Plan
from tiersync.example.city.write import write_city
from tiersync.model.catalogue import Catalogue


class Compared(NamedTuple):
    """A figure as it must be and as it is; None where the catalogue does not count it."""

    what: str
    must: object
    found: object


def compare(manifest: Manifest, found: Findings, catalogue: Catalogue) -> Iterator[Compared]:
    """Every figure and every kind of dirt that the manifest names."""
    for figure in manifest.expected:
        yield Compared(name_of(figure), must_be(figure), is_so(figure, found))
    dirt = manifest.dirt["senior"]
    yield Compared(
        "refused", {f"senior {reason}": count for reason, count in dirt.refused.items() if count}, found.refused
    )
    yield Compared("flagged", {flag: count for flag, count in dirt.flagged.items() if count}, +found.flagged)
    yield Compared("paid after death", dirt.paid_after_death, found.beside["paid_after_death"])
    yield Compared("death not entered", dirt.death_not_entered, found.beside["death_not_entered"])
    units = catalogue.tree
    yield Compared(
        "seniors of each community", manifest.seniors, {u: n for u, n in found.seniors.items() if u in manifest.seniors}
    )
    for county, seniors in manifest.margins["county"].items():
        held = sum(found.seniors[code] for code in units.within(county) if code in manifest.seniors)
        yield Compared(f"seniors of {units[county].name}", seniors, held)


def name_of(figure: Expected) -> str:
    return " ".join(filter(None, (figure.indicator, figure.period, figure.breakdown, figure.what)))


def must_be(figure: Expected) -> object:
    if figure.numerator is None:
        return figure.value
    return figure.numerator, figure.denominator


def is_so(figure: Expected, found: Findings) -> object:
    measures = ("value",) if figure.numerator is None else ("numerator", "denominator")
    keys = [(figure.period, figure.indicator, figure.breakdown, measure) for measure in measures]
    if not any((period, code) == (figure.period, figure.indicator) for period, code, *_ in found.cells):
        return None
    values = tuple(found.cells[key] for key in keys)
    return values[0] if len(values) == 1 else values


def show(lines: list[Compared]) -> int:
    """Prints every comparison; returns how many differ."""
    differing = [line for line in lines if line.found is not None and line.must != line.found]
    for line in lines:
        mark = "–" if line.found is None else "✗" if line in differing else "✓"
        must = str(line.must) if len(str(line.must)) < 200 else "…"
        print(f"{mark} {line.what}: {must}" + (f", found {line.found}"[:300] if line in differing else ""))
    uncounted = sum(line.found is None for line in lines)
    print(f"\n{len(lines) - uncounted} compared, {len(differing)} differ, {uncounted} not counted by the catalogue yet")
    return len(differing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=Fraction, default=Fraction(1))
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--by", type=By, choices=list(By), default=By.STREET)
    parser.add_argument("--street", default="")
    options = parser.parse_args()
    catalogue = packaged_catalogue()
    root = Path(tempfile.mkdtemp(prefix="tiersync-reproduce-"))
    try:
        plan = Plan(options.share, options.seed, sum(unit.tier == catalogue.tiers[-1] for unit in catalogue.units))
        began = time.perf_counter()
        with Peak() as peak:
            manifest = write_city(root, catalogue, plan, Layout(options.by, options.street), lambda *done: None)
        print(f"written: {manifest.rows:,} rows, {time.perf_counter() - began:.1f} s, {peak.megabytes:.0f} MB")
        began = time.perf_counter()
        with Peak() as peak:
            found = read_back(root, manifest, catalogue)
        print(f"read back: {time.perf_counter() - began:.1f} s, {peak.megabytes:.0f} MB\n")
        sys.exit(1 if show(list(compare(manifest, found, catalogue))) else 0)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
