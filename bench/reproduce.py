"""The example city, written, read back as its nodes would, and every figure compared to the last yuan."""

import argparse
import shutil
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from measure import Peak
from read_city import Compared, compare, read_back

from tiersync.config.packaged import packaged_catalogue
from tiersync.example.offices.layout import By, Layout
from tiersync.example.offices.write import write_city
from tiersync.example.plan.plan import Plan


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
