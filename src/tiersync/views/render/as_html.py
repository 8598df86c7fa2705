"""Tables as one page that needs nothing else: no script, no file beside it."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import TextIO

from tiersync.model.hidden import escaped
from tiersync.views.chart import Chart
from tiersync.views.render.charts_svg import svg
from tiersync.views.table import Reader, Table

STYLE = """
body { font: 14px/1.5 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; margin: 2em; color: #222 }
table { border-collapse: collapse; margin: 0 0 2em }
th, td { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top }
th { background: #d9e1f2 }
figure { margin: 0 0 1.5em; break-inside: avoid }
@media print { body { margin: 0 } tr { break-inside: avoid } svg rect, svg path { print-color-adjust: exact } }
td.n { text-align: right; font-variant-numeric: tabular-nums }
"""


def write(tables: Sequence[Table], reader: Reader, file: TextIO, charts: Sequence[Chart] = ()) -> None:
    """Every table under its title; charts stand before them."""
    lang = "zh-CN" if reader.lang == "zh" else "en"
    title = _text(tables[0].title.say(reader.lang) if tables else "tiersync")
    file.write(
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n"
    )
    for chart in charts:
        file.write(f"<figure>{svg(chart, reader.lang)}</figure>\n")
    for one in tables:
        file.write(f"<h2>{_text(one.title.say(reader.lang))}</h2>\n<table>\n<tr>")
        file.write("".join(f"<th>{_text(head)}</th>" for head in one.heads_for(reader)) + "</tr>\n")
        for row in one.rows_for(reader):
            file.write(f"<tr>{''.join(map(_cell, row))}</tr>\n")
        file.write("</table>\n")


def _cell(value: str | int | Decimal) -> str:
    return f"<td>{_text(value)}</td>" if isinstance(value, str) else f'<td class="n">{value}</td>'


def _text(text: str) -> str:
    """A text that is nothing but text, whatever it holds."""
    return escape(escaped(text))
