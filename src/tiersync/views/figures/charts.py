"""The charts that figures side by side come to: units as bars, periods as lines, ages by sex as a pyramid."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.views.chart import Chart, DrawnSeries
from tiersync.views.figures.compared import ComparedFigures
from tiersync.views.figures.line import Line
from tiersync.views.reports.figures import code_words
from tiersync.views.words import measured_in

AGE, SEX, SIDES = "age_band", "sex", ("1", "2")  # male to the left, female to the right
MOST_CHARTS, MOST_BARS, MOST_LINES = 12, 40, 8


def charts_of(found: ComparedFigures) -> tuple[Chart, ...]:
    """As many as somebody looks at; none of an answer that has too many units to be seen in one."""
    return tuple(islice(_charts(found), MOST_CHARTS))


def _charts(found: ComparedFigures) -> Iterator[Chart]:
    for code, group in groupby(found.each(), key=lambda line: str(line["indicator"])):
        lines, indicator = list(group), found.indicators.get(code)
        if indicator is not None:
            totals = [line for line in lines if not line["breakdown"]]
            yield from _bars(found, indicator, totals)
            yield from _over_time(found, indicator, totals)
            yield from _pyramids(found, indicator, [line for line in lines if _dims(line) == [AGE, SEX]])


def _bars(found: ComparedFigures, indicator: Indicator, lines: list[Line]) -> Iterator[Chart]:
    last = max((line["period"] for line in lines), default="")
    shown = [line for line in lines if line["period"] == last]
    if 2 <= len(shown) <= MOST_BARS:
        labels = tuple(plain(found.name_of(line["unit"])) for line in shown)
        yield _chart("bars", indicator, last, labels, (DrawnSeries(EMPTY, tuple(map(_value, shown))),))


def _over_time(found: ComparedFigures, indicator: Indicator, lines: list[Line]) -> Iterator[Chart]:
    periods = [str(period) for period in found.asked.pinned]
    units = list(dict.fromkeys(line["unit"] for line in lines))
    if len(periods) < 2 or not 1 <= len(units) <= MOST_LINES:
        return
    of = {(line["unit"], line["period"]): _value(line) for line in lines}
    series = (
        DrawnSeries(plain(found.name_of(unit)), tuple(of.get((unit, period)) for period in periods)) for unit in units
    )
    yield _chart("line", indicator, f"{periods[0]} – {periods[-1]}", tuple(map(plain, periods)), tuple(series))


def _pyramids(found: ComparedFigures, indicator: Indicator, lines: list[Line]) -> Iterator[Chart]:
    """One for each unit and period of which anything is known."""
    ordered = sorted(lines, key=lambda line: (line["unit"], line["period"]))
    for (unit, period), group in groupby(ordered, key=lambda line: (str(line["unit"]), str(line["period"]))):
        of = {tuple(_codes(line)): _value(line) for line in group}
        catalogue = found.asked.latest
        bands = [band for band in _bands(catalogue) if any(of.get((band, side)) is not None for side in SIDES)]
        if bands:
            series = tuple(
                DrawnSeries(code_words(catalogue, SEX, side), tuple(of.get((band, side)) for band in bands))
                for side in SIDES
            )
            labels = tuple(code_words(catalogue, AGE, band) for band in bands)
            yield _chart("pyramid", indicator, f"{found.name_of(unit)} {period}", labels, series)


def _bands(catalogue: Catalogue) -> Iterable[str]:
    dimension = catalogue.by_dimension.get(AGE)
    return [entry.code for entry in catalogue.codes.get(dimension.codes, ())] if dimension else []


def _chart(
    kind: str, indicator: Indicator, of: str, labels: tuple[Text, ...], series: tuple[DrawnSeries, ...]
) -> Chart:
    title = Text(f"{indicator.zh}（{of}）", f"{indicator.en} ({of})")
    return Chart(kind, title, labels, series, measured_in(indicator.measured_in))  # type: ignore[arg-type]


def _value(line: Line) -> Decimal | None:
    return None if line["value"] is None else Decimal(decimal_text(line["value"], line["places"]))


def _dims(line: Line) -> list[str]:
    return [part.partition("=")[0] for part in line["breakdown"].split(";") if part]


def _codes(line: Line) -> Iterator[str]:
    return (part.partition("=")[2] for part in line["breakdown"].split(";"))
