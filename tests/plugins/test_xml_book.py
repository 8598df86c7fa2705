"""XML Spreadsheet 2003 keeps every row of its sheets, or is refused as damaged."""

import pytest

from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.book import Book
from tiersync.plugins.kinds.books.xml_book import open_xml_book


def book(*sheets: str) -> Book:
    tables = "".join(f'<Worksheet ss:Name="名册"><Table>{rows}</Table></Worksheet>' for rows in sheets)
    said = f'<?xml version="1.0"?><Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{tables}</Workbook>'
    return open_xml_book(said.encode(), "a.xls")


def row(*cells: str, said: str = "", of_cell: str = "") -> str:
    filled = "".join(f"<Cell {of_cell}><Data>{cell}</Data></Cell>" for cell in cells)
    return f"<Row {said}>{filled}</Row>"


def test_sheets_of_one_name_are_all_there() -> None:
    read = book(row("甲"), row("乙"), row("丙"))
    assert read.sheets == ("名册", "名册 (2)", "名册 (3)")
    assert [read.texts(sheet)[0].rows() for sheet in read.sheets] == [[("甲",)], [("乙",)], [("丙",)]]


def test_a_row_that_spans_others_leaves_room_for_them() -> None:
    rows = row("甲") + '<Row ss:Span="2"/>' + row("乙")
    assert book(rows).texts("名册")[0].rows() == [("甲",), (None,), (None,), (None,), ("乙",)]


def test_merged_cells_leave_room_for_those_below_them() -> None:
    assert book(row("甲", "乙", of_cell='ss:MergeAcross="1"')).texts("名册")[0].rows() == [("甲", None, "乙")]


@pytest.mark.parametrize(
    "rows",
    [
        row("甲", said='ss:Index="0"'),
        row("甲", said='ss:Index="-3"'),
        row("甲") + row("乙", said='ss:Index="1"'),
        row("甲", said='ss:Index="5"') + row("乙", said='ss:Index="2"'),
        row("甲", said='ss:Span="3"') + row("乙", said='ss:Index="3"'),
        row("甲", said='ss:Span="-1"') + row("乙"),
        row("甲", of_cell='ss:Index="0"'),
        row("甲", "乙", of_cell='ss:Index="2"'),
        row("甲", "乙", of_cell='ss:MergeAcross="-1"'),
    ],
)
def test_a_place_before_the_last_one_is_damage(rows: str) -> None:
    with pytest.raises(BadSource) as error:
        book(rows)
    assert error.value.say("zh").startswith("a.xls：工作簿已损坏或不完整")
