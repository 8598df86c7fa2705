"""A form's sheet as a workbook that prints as offices print it: A3 across, its heads repeated on every page."""

from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.model.hidden import escaped_line
from tiersync.model.text import Text
from tiersync.views.figures.sheet import FormSheet, SheetCell
from tiersync.views.render.as_xlsx import LONGEST_TEXT, sheet_name
from tiersync.views.table import Reader

A3 = 8
FACTS = 4  # rows over the table: title, form number and approval, who made it, unit and period
HEADS = 3  # rows of the table's heads: name, code, measured in
TALL, WIDE, NAME_WIDE = 45, 11, 24
MOST_PLACES = 5
LARGEST = 10**15  # A spreadsheet holds fifteen digits.


class Looks(NamedTuple):
    """How the cells of the sheet look."""

    title: Any
    fact: Any
    head: Any
    text: Any
    mark: Any
    numbers: list[Any]
    least: list[Any]


def write(sheet: FormSheet, reader: Reader, path: Path) -> None:
    """The workbook, row after row, so that a city's communities take no more memory than a street's."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(path, options) as book:
        looks, page = _looks(book), book.add_worksheet(sheet_name(1, sheet.title.say(reader.lang)))
        _set_page(page, len(sheet.columns), sheet)
        _write_facts(page, sheet, reader, looks)
        _write_heads(page, sheet, reader, looks)
        for at, row in enumerate(sheet.rows, FACTS + HEADS):
            page.write_string(at, 0, row.unit, looks.text)
            page.write_string(at, 1, _text(row.name.say(reader.lang)), looks.text)
            for column, cell in enumerate(row.cells, 2):
                _write_number(page, at, column, cell, looks)
        _write_end(page, sheet, reader, looks)


def _looks(book: Workbook) -> Looks:
    framed = {"border": 1, "valign": "vcenter"}
    places = ["#,##0" + ("." + "0" * count if count else "") for count in range(MOST_PLACES)]
    return Looks(
        book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        book.add_format({"valign": "vcenter"}),
        book.add_format(framed | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#EDEDED"}),
        book.add_format(framed | {"num_format": "@"}),
        book.add_format(framed | {"align": "right"}),
        [book.add_format(framed | {"num_format": one}) for one in places],
        [book.add_format(framed | {"num_format": f'"≥ "{one}'}) for one in places],
    )


def _set_page(page: Any, columns: int, sheet: FormSheet) -> None:
    page.set_landscape()
    page.set_paper(A3)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(FACTS, FACTS + HEADS - 1)
    page.print_area(0, 0, FACTS + HEADS + len(sheet.rows) + 2, columns + 1)
    page.set_footer("&C&P / &N")
    page.freeze_panes(FACTS + HEADS, 2)
    page.set_column(0, 0, 15)
    page.set_column(1, 1, NAME_WIDE)
    page.set_column(2, columns + 1, WIDE)


def _write_facts(page: Any, sheet: FormSheet, reader: Reader, looks: Looks) -> None:
    """The title, and under it what the form is on the right and whose it is on the left."""
    last, half = len(sheet.columns) + 1, max(2, (len(sheet.columns) + 1) // 2)
    page.set_row(0, 30)
    page.merge_range(0, 0, 0, last, _text(sheet.title.say(reader.lang)), looks.title)
    filed = _said(reader, "填报单位：", "Filed by: ") + sheet.filed_by
    period = _said(reader, "报告期：", "Period: ") + sheet.period.say(reader.lang)
    facts = [f"{name.say(reader.lang)}{_said(reader, '：', ': ')}{value}" for name, value in sheet.head]
    for row, (left, right) in enumerate([("", facts[:2]), ("", facts[2:]), (f"{filed}　　{period}", [])], 1):
        page.write_string(row, 0, _text(left), looks.fact)
        page.write_string(row, half, _text("　　".join(right)), looks.fact)


def _write_heads(page: Any, sheet: FormSheet, reader: Reader, looks: Looks) -> None:
    words = [
        (_said(reader, "单位代码", "Unit"), _said(reader, "单位名称", "Name")),
        ("", _said(reader, "指标代码", "Code")),
        ("", _said(reader, "计量单位", "Measured in")),
    ]
    each = [
        [column.name.say(reader.lang) for column in sheet.columns],
        [column.code for column in sheet.columns],
        [column.measured_in.say(reader.lang) for column in sheet.columns],
    ]
    page.set_row(FACTS, TALL)
    for row, (first, rest) in enumerate(zip(words, each, strict=True), FACTS):
        for column, text in enumerate([*first, *rest]):
            page.write_string(row, column, _text(text), looks.head)


def _write_number(page: Any, row: int, column: int, cell: SheetCell, looks: Looks) -> None:
    """A number as a number with its places; what a spreadsheet would round, as text."""
    if cell.value is None:
        page.write(row, column, cell.text or None, looks.mark)
    elif cell.places < MOST_PLACES and -LARGEST < cell.value < LARGEST:
        formats = looks.least if cell.mark == "least" else looks.numbers
        page.write_number(row, column, cell.value / 10**cell.places, formats[cell.places])
    else:
        page.write_string(row, column, cell.text, looks.mark)


def _write_end(page: Any, sheet: FormSheet, reader: Reader, looks: Looks) -> None:
    at = FACTS + HEADS + len(sheet.rows)
    page.write_string(at, 0, sheet.notes.say(reader.lang), looks.fact)
    signed = "　　　　　　".join(f"{one.say(reader.lang)}{_said(reader, '：', ': ')}" for one in sheet.signed)
    page.write_string(at + 2, 0, signed, looks.fact)


def _said(reader: Reader, zh: str, en: str) -> str:
    return Text(zh, en).say(reader.lang)


def _text(text: str) -> str:
    return escaped_line(text)[:LONGEST_TEXT]
