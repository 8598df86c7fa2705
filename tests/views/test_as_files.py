"""Tables as files: CSV, a workbook, a page; the same words in each, and no formula or script in any."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import fastexcel
import pytest

from tiersync.model.hidden import escaped_line
from tiersync.model.text import Text
from tiersync.views.render import as_csv, as_html, as_xlsx
from tiersync.views.table import Reader, Table, table

OFFICE = ZoneInfo("Asia/Shanghai")
HOSTILE = '=HYPERLINK("http://x"),<script>alert(1)</script>\u202e'
SHOWN = table(
    Text("链路：全部", "Links: all"),
    Text("单位,状态,上次,待发,金额,说明", "unit,state,last,waiting,amount,note"),
    [
        ("371402001000", Text("正常", "open"), datetime(2014, 3, 3, 20, 30, tzinfo=UTC), 3, Decimal("12.50"), HOSTILE),
        ("371402002000", Text("已吊销", "revoked"), None, 0, Decimal("-1"), ""),
    ],
)


def rows_of_csv(tables: list[Table], lang: str) -> list[list[str]]:
    text = StringIO()
    as_csv.write(tables, Reader(lang, OFFICE), text)
    return list(csv.reader(StringIO(text.getvalue())))


def test_a_table_is_read_in_either_language_and_by_the_clock_of_the_office() -> None:
    heads, first, second = rows_of_csv([SHOWN], "zh")
    assert heads == ["单位", "状态", "上次", "待发", "金额", "说明"]
    assert first[:5] == ["371402001000", "正常", "2014-03-04 04:30", "3", "12.50"]
    assert second[:5] == ["371402002000", "已吊销", "", "0", "-1"]
    assert rows_of_csv([SHOWN], "en")[1][1] == "open"


def test_no_cell_of_a_csv_is_a_formula() -> None:
    assert rows_of_csv([SHOWN], "en")[1][5].startswith("'=HYPERLINK")


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\ufeff", "\u200b", "\x00", "\ud800"])
def test_no_formula_hides_behind_what_nobody_sees(hidden: str, tmp_path: Path) -> None:
    one = table(Text("甲", "a"), Text("乙", "b"), [(f"{hidden}=1+1",)])
    [_, [cell]] = rows_of_csv([one], "zh")
    assert cell == f"{escaped_line(hidden)}=1+1"
    assert cell.isascii()
    as_xlsx.write([one], Reader("zh", OFFICE), tmp_path / "a.xlsx")
    assert fastexcel.read_excel(tmp_path / "a.xlsx").load_sheet(0).to_polars().rows() == [(cell,)]


def test_several_tables_stand_below_each_other_under_their_titles() -> None:
    rows = rows_of_csv([SHOWN, SHOWN], "en")
    assert [place for place, row in enumerate(rows) if row == ["Links: all"]] == [0, 5]
    assert rows[4] == []


def test_a_workbook_keeps_codes_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    as_xlsx.write([SHOWN, SHOWN], Reader("zh", OFFICE), tmp_path / "a.xlsx")
    book = fastexcel.read_excel(tmp_path / "a.xlsx")
    assert book.sheet_names == ["1 链路", "2 链路"]
    first, *_ = book.load_sheet(0).to_polars().rows()
    assert first == ("371402001000", "正常", "2014-03-04 04:30", 3, 12.5, escaped_line(HOSTILE))


def test_a_page_holds_no_script_and_no_sign_that_turns_a_line_around() -> None:
    page = StringIO()
    as_html.write([SHOWN], Reader("zh", OFFICE), page)
    said = page.getvalue()
    assert '<td class="n">12.50</td>' in said
    assert "&lt;script&gt;" in said
    assert "<script" not in said
    assert "\u202e" not in said
