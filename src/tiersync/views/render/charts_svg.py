"""Charts as SVG that stands in a page: black on white when printed, and every value said for whoever hears it."""

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from tiersync.model.hidden import escaped
from tiersync.views.chart import Chart

WIDTH, ROW, TOP, LEFT, RIGHT, TALL = 720, 22, 28, 190, 90, 260
FILLS = ("#4472c4", "#c0504d", "#70ad47", "#7f6084", "#c55a11", "#2e75b6", "#7f7f7f", "#997300")
DASHES = ("", "6 3", "2 2", "8 3 2 3", "12 4", "1 3", "4 4 1 4", "10 2")  # so that lines differ in black and white
STYLE = 'font-family="sans-serif" font-size="12"'


def svg(chart: Chart, lang: str) -> str:
    """The chart, its title and every value in words."""
    drawn, tall = DRAWN[chart.kind](chart, lang), _tall(chart)
    title, said = _text(chart.title.say(lang)), _text(chart.description.say(lang))
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" height="{tall}" {STYLE}>'
        f"<title>{title}</title><desc>{said}</desc>"
        f'<text x="0" y="16" font-weight="bold">{_headed(chart, lang)}</text>{drawn}</svg>'
    )


def _headed(chart: Chart, lang: str) -> str:
    unit = chart.measured_in.say(lang)
    return _text(f"{chart.title.say(lang)} [{unit}]" if unit else chart.title.say(lang))


def _tall(chart: Chart) -> int:
    if chart.kind == "line":
        return TALL + 20 + ROW * len(chart.series)
    return TOP + ROW * (len(chart.labels) + (chart.kind == "pyramid")) + 8


def _bars(chart: Chart, lang: str) -> str:
    return "".join(_bar(chart, lang, at) for at in range(len(chart.labels)))


def _bar(chart: Chart, lang: str, at: int) -> str:
    value, y = chart.series[0].values[at], TOP + ROW * at
    label = f'<text x="{LEFT - 6}" y="{y + 15}" text-anchor="end">{_text(chart.labels[at].say(lang))}</text>'
    if value is None:
        return label
    wide = _length(abs(value), chart.most, WIDTH - LEFT - RIGHT)
    fill = FILLS[value < 0]
    return (
        f'{label}<rect x="{LEFT}" y="{y + 3}" width="{wide}" height="{ROW - 6}" fill="{fill}"/>'
        f'<text x="{LEFT + wide + 4}" y="{y + 15}">{value:f}</text>'
    )


def _pyramid(chart: Chart, lang: str) -> str:
    """The youngest at the foot, as everybody draws it; each side's name over it."""
    half, middle = (WIDTH - 120) // 2 - 60, WIDTH // 2
    names = [_text(one.name.say(lang)) for one in chart.series]
    heads = (
        f'<text x="{middle - 66}" y="{TOP + 12}" text-anchor="end">{names[0]}</text>'
        f'<text x="{middle + 66}" y="{TOP + 12}">{names[1]}</text>'
    )
    rows = []
    for at, label in enumerate(reversed(chart.labels), 1):
        y = TOP + ROW * at
        rows.append(f'<text x="{middle}" y="{y + 15}" text-anchor="middle">{_text(label.say(lang))}</text>')
        rows += _sides(chart, len(chart.labels) - at, y, middle, half)
    return heads + "".join(rows)


def _sides(chart: Chart, at: int, y: int, middle: int, half: int) -> Iterator[str]:
    for side, one in enumerate(chart.series):
        value = one.values[at]
        if value is not None:
            wide = _length(value, chart.most, half - 60)
            x = middle + 60 if side else middle - 60 - wide
            end, anchor = (x + wide + 4, "start") if side else (x - 4, "end")
            yield f'<rect x="{x}" y="{y + 3}" width="{wide}" height="{ROW - 6}" fill="{FILLS[side]}"/>'
            yield f'<text x="{end}" y="{y + 15}" text-anchor="{anchor}">{value:f}</text>'


def _lines(chart: Chart, lang: str) -> str:
    """A line for each series, broken where a value is missing, on an axis that begins at nothing."""
    foot, steps = TALL - 30, max(1, len(chart.labels) - 1)
    xs = [60 + (WIDTH - 120) * at // steps for at in range(len(chart.labels))]
    axis = f'<path d="M60 {TOP}V{foot}H{WIDTH - 40}" fill="none" stroke="#000"/>'
    scale = (
        f'<text x="54" y="{TOP + 12}" text-anchor="end">{chart.most:f}</text>'
        f'<text x="54" y="{foot}" text-anchor="end">0</text>'
    )
    labels = "".join(
        f'<text x="{x}" y="{foot + 16}" text-anchor="middle">{_text(label.say(lang))}</text>'
        for x, label in zip(xs, chart.labels, strict=True)
    )
    each = "".join(_line(chart, number, xs, foot) + _legend(chart, lang, number) for number in range(len(chart.series)))
    return axis + scale + labels + each


def _line(chart: Chart, number: int, xs: list[int], foot: int) -> str:
    values, look = chart.series[number].values, _look(number)
    points = [
        None if v is None else (x, foot - _length(max(v, Decimal()), chart.most, foot - TOP - 10))
        for x, v in zip(xs, values, strict=True)
    ]
    path, pen = [], "M"
    for point in points:
        path += [f"{pen}{point[0]} {point[1]}"] if point else []
        pen = "L" if point else "M"
    dots = "".join(f'<circle cx="{p[0]}" cy="{p[1]}" r="3" fill="{FILLS[number % len(FILLS)]}"/>' for p in points if p)
    return f'<path d="{"".join(path)}" fill="none" {look}/>{dots}' if path else ""


def _legend(chart: Chart, lang: str, number: int) -> str:
    y = TALL + 10 + ROW * number
    name = _text(chart.series[number].name.say(lang))
    return f'<path d="M60 {y}h36" fill="none" {_look(number)}/><text x="104" y="{y + 4}">{name}</text>'


def _look(number: int) -> str:
    dash = DASHES[number % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{FILLS[number % len(FILLS)]}" stroke-width="2"{dashed}'


def _length(value: Decimal, most: Decimal, longest: int) -> int:
    """How long a value is drawn, in whole points."""
    return int(value * longest / most)


def _text(text: str) -> str:
    """A text that is nothing but text, whatever it holds."""
    return escape(escaped(text))


DRAWN = {"bars": _bars, "line": _lines, "pyramid": _pyramid}
