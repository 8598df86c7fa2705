"""Charts of a workbook: their values in a sheet of their own, and beside them the charts that a spreadsheet draws."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.model.hidden import escaped_line
from tiersync.model.text import Text
from tiersync.views.chart import Chart
from tiersync.views.table import Reader

SHEET = Text("图", "Charts")
TALL = 22  # rows that a chart covers
KINDS: dict[str, dict[str, str]] = {
    "bars": {"type": "bar"}, "line": {"type": "line"}, "pyramid": {"type": "bar", "subtype": "stacked"},
}  # fmt: skip
LEFTWARD = "#,##0;#,##0"  # The side that is drawn to the left is written below nothing, and read without its sign.


def add_charts(book: Workbook, charts: Sequence[Chart], reader: Reader) -> None:
    """One sheet with all of them, each beside its values."""
    if not charts:
        return
    name = SHEET.say(reader.lang)
    page = book.add_worksheet(name)
    page.set_column(0, 0, 24)
    looks, at = book.add_format({"num_format": LEFTWARD}), 0
    for chart in charts:
        _write_values(page, chart, reader, at, looks)
        drawn = _drawn(book, chart, reader, name, at)
        page.insert_chart(at, len(chart.series) + 2, drawn, {"description": chart.title.say(reader.lang)})
        at += max(TALL, len(chart.labels) + 3)


def _write_values(page: Any, chart: Chart, reader: Reader, at: int, leftward: Any) -> None:
    page.write_string(at, 0, _text(chart.title.say(reader.lang)))
    for column, one in enumerate(chart.series, 1):
        page.write_string(at + 1, column, _text(one.name.say(reader.lang)))
    for row, label in enumerate(chart.labels, at + 2):
        page.write_string(row, 0, _text(label.say(reader.lang)))
        for column, one in enumerate(chart.series, 1):
            value = one.values[row - at - 2]
            if value is not None:
                is_left = chart.kind == "pyramid" and column == 1
                page.write_number(row, column, -value if is_left else value, leftward if is_left else None)


def _drawn(book: Workbook, chart: Chart, reader: Reader, sheet: str, at: int) -> Any:
    drawn, last = book.add_chart(KINDS[chart.kind]), at + 1 + len(chart.labels)
    for column in range(1, len(chart.series) + 1):
        gap = {"gap": 20, "overlap": 100} if chart.kind == "pyramid" else {}
        named = {"name": [sheet, at + 1, column]} if any(chart.series[column - 1].name) else {}
        drawn.add_series(
            {"categories": [sheet, at + 2, 0, last, 0], "values": [sheet, at + 2, column, last, column]} | named | gap
        )
    drawn.set_title({"name": _text(chart.title.say(reader.lang)), "name_font": {"size": 11}})
    drawn.show_blanks_as("gap")
    if chart.kind == "bars":
        drawn.set_legend({"none": True})
        drawn.set_y_axis({"reverse": True})
    if chart.kind == "pyramid":
        drawn.set_x_axis({"num_format": LEFTWARD})
        drawn.set_y_axis({"label_position": "low"})
    return drawn


def _text(text: str) -> str:
    return escaped_line(text)
