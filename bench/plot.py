"""A log-log plot as SVG, small enough to stand beside the figures in the documents.

Own code, since the libraries that draw plots are larger than tiersync, and a dozen lines and circles need none.
"""

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

PANEL, MARGIN, GAP = 320, 56, 40  # pixels
COLOUR = "#1f5f99"


class Curve(NamedTuple):
    """What was measured: size, seconds and megabytes of each point, and the slope of their line."""

    title: str
    points: Sequence[tuple[int, float, float]]
    slope: float


def draw(curves: Sequence[Curve]) -> str:
    """One panel beside the other: seconds against size, both logarithmic, with a line of slope 1 to compare."""
    width = MARGIN + len(curves) * (PANEL + GAP + MARGIN)
    height = PANEL + 2 * MARGIN
    panels = "\n".join(_panel(curve, place) for place, curve in enumerate(curves))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="{width}" height="{height}" fill="white"/>\n'
        f"{panels}\n</svg>\n"
    )


def _panel(curve: Curve, place: int) -> str:
    sizes, seconds = [log10(p[0]) for p in curve.points], [log10(p[1]) for p in curve.points]
    across, up = _span(sizes), _span(seconds)
    left = MARGIN + place * (PANEL + GAP + MARGIN)

    def x(value: float) -> float:
        return round(left + PANEL * (value - across[0]) / (across[1] - across[0]), 1)

    def y(value: float) -> float:
        return round(MARGIN + PANEL * (up[1] - value) / (up[1] - up[0]), 1)

    def parts() -> Iterator[str]:
        yield f'<text x="{left}" y="{MARGIN - 20}">seconds for so many {curve.title}, slope {curve.slope:.2f}</text>'
        for power in range(across[0], across[1] + 1):
            yield _line(x(power), y(up[0]), x(power), y(up[1]), "#ddd")
            yield f'<text x="{x(power)}" y="{y(up[0]) + 18}" text-anchor="middle">{_spelled(power)}</text>'
        for power in range(up[0], up[1] + 1):
            yield _line(x(across[0]), y(power), x(across[1]), y(power), "#ddd")
            yield f'<text x="{left - 6}" y="{y(power) + 4}" text-anchor="end">{_spelled(power)}</text>'
        end = min(across[1] - sizes[0], up[1] - seconds[0])  # The line of slope 1 ends where the panel does.
        yield _line(x(sizes[0]), y(seconds[0]), x(sizes[0] + end), y(seconds[0] + end), "#999", "4 4")
        points = " ".join(f"{x(a)},{y(b)}" for a, b in zip(sizes, seconds, strict=True))
        yield f'<polyline points="{points}" fill="none" stroke="{COLOUR}" stroke-width="2"/>'
        yield from (
            f'<circle cx="{x(a)}" cy="{y(b)}" r="4" fill="{COLOUR}"/>' for a, b in zip(sizes, seconds, strict=True)
        )

    return "\n".join(parts())


def _span(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(min(values)), ceil(max(values))
    return low, max(high, low + 1)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{dashed}/>'


def _spelled(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10**power:g}"
