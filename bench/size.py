"""Cost against size: seconds for ever more rows and ever more communities, and the slope on a log-log plot.

A slope of 1 is a cost in proportion to the size; above it, large offices would pay more for each row than small ones.
`--plot FILE` draws both as SVG. The rows go from a file to sealed and committed reports of one node; the communities'
reports go from a street's node, which counted them, into its district's store.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from math import log10
from pathlib import Path
from statistics import linear_regression, median

from exchange import store_reports
from ingest import push_fresh
from measure import Line, Peak, show
from plot import Curve, draw

ROWS = (10_000, 100_000, 890_000, 2_000_000)
COMMUNITIES = (100, 500, 1_000, 5_307)
STEEPEST = 1.05


def measure(title: str, sizes: Sequence[int], runs: int, seconds_of: Callable[[Path, int], float]) -> Curve:
    """Median seconds for each size, the first run of the process left out."""
    with tempfile.TemporaryDirectory() as warm:
        seconds_of(Path(warm) / "node", sizes[0])
    points = []
    for size in sizes:
        with Peak() as peak:
            times = [_once(seconds_of, size) for _ in range(runs)]
        points.append((size, median(times), peak.megabytes))
    return Curve(title, points, slope(points))


def _once(seconds_of: Callable[[Path, int], float], size: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        return seconds_of(Path(name) / "node", size)


def slope(points: Sequence[tuple[int, float, float]]) -> float:
    """The slope of the line through the points, both axes logarithmic."""
    return linear_regression([log10(size) for size, *_ in points], [log10(seconds) for _, seconds, _ in points]).slope


def stored(root: Path, communities: int) -> float:
    """Seconds of an exchange that carries the reports of so many communities."""
    root.mkdir()
    return store_reports(root, communities)[0]


def lines(curve: Curve) -> list[Line]:
    """The table of one curve."""
    each = [
        Line(f"{size:,} {curve.title}", seconds, "s", f"{size / seconds:,.0f} a second, {megabytes:,.0f} MB")
        for size, seconds, megabytes in curve.points
    ]
    return [*each, Line(f"slope over {curve.title}", curve.slope, "", f"aim at most {STEEPEST}")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over this many runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="draw the curves into this file (SVG)")
    parser.add_argument("--smallest", type=int, default=len(ROWS), metavar="N", help="only the N smallest sizes")
    options = parser.parse_args()
    curves = [
        measure("rows", ROWS[: options.smallest], options.runs, push_fresh),
        measure("communities", COMMUNITIES[: options.smallest], options.runs, stored),
    ]
    if options.plot:
        options.plot.write_text(draw(curves), encoding="utf-8")
    show("size", [line for curve in curves for line in lines(curve)], as_json=options.json)


if __name__ == "__main__":
    main()
