"""A form's sheet as one page that prints as offices print it, and needs nothing else."""

from html import escape
from typing import TextIO

from tiersync.model.hidden import escaped
from tiersync.model.text import Text
from tiersync.views.figures.sheet import FormSheet, SheetCell
from tiersync.views.table import Reader

STYLE = """
@page { size: A3 landscape; margin: 10mm }
body { font: 12px/1.4 "SimSun", "Songti SC", "Noto Serif CJK SC", serif; color: #000; margin: 1em }
h1 { font-size: 22px; text-align: center; margin: 0 0 .5em }
dl { display: flex; flex-wrap: wrap; justify-content: space-between; margin: 0 0 .5em }
dl div { display: flex; margin-right: 2em }
dt::after { content: "：" }
html[lang=en] dt::after { content: ": " }
dd { margin: 0; min-width: 6em }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #000; padding: .2em .35em }
thead { display: table-header-group }
thead th { background: #ededed; font-weight: bold; vertical-align: middle }
tr { break-inside: avoid }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tr.sum { font-weight: bold }
.signed { display: flex; justify-content: space-between; margin-top: 2em }
.signed span { min-width: 14em }
@media print { body { margin: 0 } thead th { print-color-adjust: exact } }
"""
FILED_BY, PERIOD = Text("填报单位", "Filed by"), Text("报告期", "Period")
UNIT, NAME = Text("单位代码", "Unit"), Text("单位名称", "Name")
CODE, MEASURED = Text("指标代码", "Code"), Text("计量单位", "Measured in")


def write(sheet: FormSheet, reader: Reader, file: TextIO) -> None:
    """The page: what stands over the table, the table, and who signs."""
    lang = "zh-CN" if reader.lang == "zh" else "en"
    title = _text(sheet.title.say(reader.lang))
    facts = [*sheet.head, (FILED_BY, sheet.filed_by), (PERIOD, sheet.period.say(reader.lang))]
    file.write(
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n<h1>{title}</h1>\n<dl>\n"
    )
    for name, value in facts:
        file.write(f"<div><dt>{_text(name.say(reader.lang))}</dt><dd>{_text(value)}</dd></div>\n")
    file.write("</dl>\n<table>\n" + _heads(sheet, reader) + "<tbody>\n")
    for row in sheet.rows:
        cells = "".join(map(_cell, row.cells))
        kind = ' class="sum"' if row.is_sum else ""
        file.write(f"<tr{kind}><td>{row.unit}</td><td>{_text(row.name.say(reader.lang))}</td>{cells}</tr>\n")
    signed = "".join(f"<span>{_text(one.say(reader.lang))}：</span>" for one in sheet.signed)
    file.write(
        f'</tbody>\n</table>\n<p>{_text(sheet.notes.say(reader.lang))}</p>\n<div class="signed">{signed}</div>\n'
    )


def _heads(sheet: FormSheet, reader: Reader) -> str:
    """Three rows, which every printed page repeats."""
    rows = [
        [UNIT.say(reader.lang), NAME.say(reader.lang), *(one.name.say(reader.lang) for one in sheet.columns)],
        ["", CODE.say(reader.lang), *(one.code for one in sheet.columns)],
        ["", MEASURED.say(reader.lang), *(one.measured_in.say(reader.lang) for one in sheet.columns)],
    ]
    lines = ("<tr>" + "".join(f'<th scope="col">{_text(text)}</th>' for text in row) + "</tr>\n" for row in rows)
    return f"<thead>\n{''.join(lines)}</thead>\n"


def _cell(cell: SheetCell) -> str:
    return f'<td class="n">{_text(cell.text)}</td>'


def _text(text: str) -> str:
    """A text that is nothing but text, whatever it holds."""
    return escape(escaped(text))
