"""Figures side by side as a table: a column for each period, or a row for each with all that stands beside."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from tiersync.model.text import EMPTY, Text, join, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.views.figures.compared import ComparedFigures
from tiersync.views.figures.line import PERCENT, POINTS, WITH, Line, cumulated_shown, grew, remarks, shown
from tiersync.views.reports.figures import breakdown_words
from tiersync.views.table import Shown, Table
from tiersync.views.words import measured_in, n_of_m

TITLE = Text("数据", "Figures")
FIRST = (Text("单位", "unit"), Text("名称", "name"), Text("指标", "indicator"), Text("分组", "group"))
BESIDE = (Text("统计期", "period"), Text("数值", "value"), Text("计量单位", "in"), Text("报送数", "reports"))
GROWTH, GROWTH_IN = Text("增长", "growth"), Text("增长单位", "growth in")


def tables_of(found: ComparedFigures, *, in_words: bool = False) -> Table:
    """The lines as a table; growth as people say it where it is not read as a number, such as on a terminal."""
    if found.shows == {"this"}:
        return _by_period(found)
    columns = _heads(found, in_words=in_words)
    rows = (tuple(_row(found, line, in_words=in_words)) for line in found.each())
    return Table(TITLE, tuple(columns), tuple(rows))


def _named(found: ComparedFigures, line: Line) -> tuple[Shown, ...]:
    indicator = found.indicators.get(line["indicator"])
    name = Text(f"{indicator.code} {indicator.zh}", f"{indicator.code} {indicator.en}") if indicator else EMPTY
    group = breakdown_words(found.asked.latest, line["breakdown"])
    return line["unit"], found.name_of(line["unit"]), name, group


def _by_period(found: ComparedFigures) -> Table:
    periods = [str(period) for period in found.asked.pinned]
    rows = []
    for _, group in groupby(found.each(), key=itemgetter("indicator", "unit", "breakdown")):
        of = {line["period"]: line for line in group}
        line = next(iter(of.values()))
        indicator = found.indicators.get(line["indicator"])
        values = (shown(indicator, of[period]) if period in of else None for period in periods)
        unit = measured_in(indicator.measured_in) if indicator else EMPTY
        rows.append((*_named(found, line), *values, unit, _notes(found, of)))
    heads = (*FIRST, *map(plain, periods), BESIDE[2], Text("备注", "remarks"))
    return Table(TITLE, heads, tuple(rows))


def _notes(found: ComparedFigures, of: Mapping[str, Line]) -> Text:
    """The remarks on all periods of a row, each said once."""
    notes = {period: text for period, line in of.items() if any(text := remarks(found, line))}
    if len(of) == len(notes) and len(set(notes.values())) == 1:
        return next(iter(notes.values()))
    said = (Text(f"{period}：{text.zh}", f"{period}: {text.en}") for period, text in notes.items())
    return join(said, zh="；", en="; ")


def _heads(found: ComparedFigures, *, in_words: bool) -> Iterator[Text]:
    yield from (*FIRST, *BESIDE)
    for base, words in WITH.items():
        if base in found.shows:
            yield words
        if "growth" in found.shows:
            yield Text(f"比{words.zh}增长", f"growth on {words.en}")
    if "growth" in found.shows and not in_words:
        yield GROWTH_IN
    if "share" in found.shows:
        yield Text("占上级 %", "share of the parent's, %")
    if "rank" in found.shows:
        yield Text("位次", "rank")
    if "cumulated" in found.shows:
        yield Text("本年累计", "cumulated over the year")
    yield Text("备注", "remarks")


def _row(found: ComparedFigures, line: Line, *, in_words: bool) -> Iterator[Shown]:
    indicator = found.indicators.get(line["indicator"])
    yield from (*_named(found, line), line["period"], shown(indicator, line))
    yield measured_in(indicator.measured_in) if indicator else EMPTY
    yield n_of_m(line["present"], line["expected"]) if line["expected"] is not None else EMPTY
    for base in WITH:
        if base in found.shows:
            yield shown(indicator, line, f"{base}_") if line.get(f"{base}_period") else None
        if "growth" in found.shows:
            yield grew(line, base) if in_words else _number(line.get(f"{base}_growth"), line.get("growth_places"))
    if "growth" in found.shows and not in_words:
        yield POINTS if line["in_points"] else PERCENT
    if "share" in found.shows:
        yield _number(line["share"], 2)
    if "rank" in found.shows:
        yield line["rank"]
    if "cumulated" in found.shows:
        yield cumulated_shown(indicator, line)
    yield remarks(found, line)


def _number(value: int | None, places: int | None) -> Decimal | None:
    return None if value is None else Decimal(decimal_text(value, places or 0))
