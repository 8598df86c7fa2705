"""Text tables are read as offices save them, and what is no text table is refused in words."""

import csv
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.folders import CSV, HEADERS, as_csv, identity, read_here, senior, write_plugin
from tiersync.errors import BadSource
from tiersync.plugins.kinds import text
from tiersync.plugins.kinds.csv_layout import CsvLayout
from tiersync.plugins.kinds.csv_source import Block, _pieces
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.rows import TextLines
from tiersync.rules.rows.returned import BEYOND

PEOPLE = [senior(serial) for serial in range(1, 4)]


def names(rows: pl.DataFrame) -> list[str]:
    return rows["name"].to_list()


def places(rows: pl.DataFrame) -> list[int]:
    return rows["place_row"].to_list()


def read_bytes(folder: Path, content: bytes, source: str = CSV) -> pl.DataFrame:
    plugin = write_plugin(folder, source)
    (folder / "a.csv").write_bytes(content)
    return read_here(plugin)[0]


def why_not(folder: Path, content: bytes) -> str:
    with pytest.raises(BadSource) as error:
        read_bytes(folder, content)
    assert "a.csv" in error.value.say("zh")
    return error.value.say("en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_separator_and_line_end_is_found_out(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    written = as_csv(*PEOPLE).replace(",", separator).replace("\n", line_end)
    rows = read_bytes(tmp_path, written.encode(encoding))
    assert names(rows) == ["测1", "测2", "测3"]
    assert rows["id_number"].to_list() == [identity(1), identity(2), identity(3)]
    assert rows["residence_unit"].to_list() == ["371402001004"] * 3
    assert places(rows) == [2, 3, 4]


def test_rare_characters_of_gb18030_are_kept(tmp_path: Path) -> None:
    rows = read_bytes(tmp_path, as_csv(("㐂𠮷·甲", *PEOPLE[0][1:])).encode("gb18030"))
    assert names(rows) == ["㐂𠮷·甲"]


def test_titles_blank_rows_and_footers_are_no_records(tmp_path: Path) -> None:
    title = "康乐社区老年人花名册,,,,\n\n"
    footer = "合 计,3人,,,\n填表人：测甲,,审核：测乙,,\n"
    written = (
        title
        + as_csv(PEOPLE[0])
        + '\n , ,,,\n"","","","",""\n'
        + as_csv(PEOPLE[1])[as_csv().index("\n") + 1 :]
        + footer
    )
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(written, encoding="utf-8")
    rows, end = read_here(plugin)
    assert names(rows) == ["测1", "测2"]
    assert places(rows) == [4, 8]
    assert (end.rows, end.blank, end.footers) == (2, 3, 2)


def test_a_person_whose_name_begins_like_a_footer_is_a_record(tmp_path: Path) -> None:
    assert names(read_bytes(tmp_path, as_csv(("合计", *PEOPLE[0][1:]), ("审核", *PEOPLE[1][1:])).encode())) == [
        "合计",
        "审核",
    ]


def test_quoted_cells_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    out = StringIO()
    csv.writer(out).writerows([HEADERS, ('测"一",\n二', *PEOPLE[0][1:]), PEOPLE[1]])
    rows = read_bytes(tmp_path, out.getvalue().encode())
    assert names(rows) == ['测"一",\n二', "测2"]
    assert places(rows) == [2, 3]


def test_headers_may_be_broken_into_lines(tmp_path: Path) -> None:
    written = "老年人,\n" + as_csv(PEOPLE[0]).replace("出生日期", '"出生\n日期"')
    rows = read_bytes(tmp_path, written.encode())
    assert rows["birth_date"].to_list() == ["1931-02-03"]
    assert places(rows) == [3]


def test_blocks_end_where_records_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'"a\n\nb","c"\n' * (text.BLOCK // 6))
    with (tmp_path / "a.csv").open("rb") as file:
        blocks = list(text.utf8_blocks(file, "a.csv", ""))
    assert len(blocks) > 1
    assert all(block.startswith(b'"a\n') and block.endswith(b'"c"\n') for block in blocks)


def test_a_crooked_quote_is_read_as_it_stands(tmp_path: Path) -> None:
    rows = read_bytes(tmp_path, as_csv(('测5"一', *PEOPLE[0][1:]), *PEOPLE[1:]).encode())
    assert names(rows) == ['测5"一', "测2", "测3"]
    assert places(rows) == [2, 3, 4]


def test_a_quote_that_is_never_closed_is_told_with_its_row(tmp_path: Path) -> None:
    assert "the quotation marks do not match, up to about row 4" in why_not(
        tmp_path, as_csv(PEOPLE[0], ('"测2', *PEOPLE[1][1:]), PEOPLE[2]).encode()
    )


def test_a_row_with_more_cells_than_headers_fills_no_field_and_is_kept_raw(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(as_csv(PEOPLE[0], ("测", "二", *PEOPLE[1][1:]), (*PEOPLE[2], "")), encoding="utf-8")
    rows, end = read_here(plugin)
    assert rows["id_number"].to_list() == [identity(1), None, identity(3)]
    assert end.overlong == 1


def test_a_header_may_be_called_what_cells_beyond_the_last_one_are_called(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    written = as_csv(*((*person, "", "多") for person in PEOPLE[:2]), headers=(*HEADERS, "表头右侧1"))
    (tmp_path / "a.csv").write_text(written, encoding="utf-8")
    read, end = read_here(plugin)
    assert (read["id_number"].to_list(), end.overlong) == ([None, None], 2)


def test_a_short_row_lacks_what_it_does_not_say(tmp_path: Path) -> None:
    rows = read_bytes(tmp_path, (as_csv(PEOPLE[0]) + f"测2,{identity(2)}\n").encode())
    assert rows.row(1) == ("测2", identity(2), None, None, None, 3)


def test_several_files_are_one_stream_and_each_row_knows_its_own(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    (tmp_path / "b.csv").write_bytes(as_csv(PEOPLE[0]).encode("gb18030"))
    (tmp_path / "a.csv").write_bytes(as_csv(*PEOPLE[1:]).replace(",", ";").encode())
    rows, end = read_here(plugin)
    assert names(rows) == ["测2", "测3", "测1"]
    assert end.files == {"a.csv": 2, "b.csv": 1}


def test_headers_without_a_row_are_a_source_of_nothing(tmp_path: Path) -> None:
    rows = read_bytes(tmp_path, as_csv().encode())
    assert rows.height == 0
    assert rows.columns == ["name", "id_number", "sex", "birth_date", "residence_unit", "place_row"]


def test_columns_that_no_field_takes_are_told(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(as_csv((*PEOPLE[0], "x"), headers=(*HEADERS, "备注")), encoding="utf-8")
    assert read_here(plugin)[1].unknown == ("备注",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_hint_gives_way_to_what_a_file_says_of_itself(tmp_path: Path, encoding: str) -> None:
    plugin = write_plugin(tmp_path, CSV + '\nencoding = "gb18030"')
    (tmp_path / "a.csv").write_bytes(as_csv(senior(1), senior(2)).encode(encoding))
    assert read_here(plugin)[0]["name"].to_list() == ["测1", "测2"]


def test_hints_settle_what_cannot_be_found_out(tmp_path: Path) -> None:
    hints = CSV + '\nseparator = ";"\nencoding = "gb18030"\nheader_row = 2'
    written = as_csv(PEOPLE[0]).replace(",", ";")
    rows = read_bytes(tmp_path, (as_csv() + written).encode("gb18030"), hints)
    assert names(rows) == ["测1"]
    assert places(rows) == [3]


REFUSED = {
    "an empty file": (b"", "it is empty"),
    "nothing but blank lines": (b"\r\n \n", "it is empty"),
    "half a workbook by another name": (b"PK\x03\x04" + bytes(100), "the workbook is damaged"),
    "half an old workbook by another name": (b"\xd0\xcf\x11\xe0" + bytes(100), "the workbook is damaged"),
    "a PDF by another name": (b"%PDF-1.7\n", "it is a PDF, no table"),
    "binary rubbish": (as_csv().encode() + b"\x00\x01\x02", "it is no text file"),
    "UTF-16 that breaks off in a character": (as_csv(*PEOPLE).encode("utf-16")[:-1], "its encoding is unknown"),
    "neither UTF-8 nor GB18030": (as_csv(*PEOPLE).encode() + b"\xff\xff\n", "its encoding is unknown"),
    "UTF-8 with a broken character": (
        as_csv(*PEOPLE).encode().replace("测2".encode(), b"\xe6\xb5"),
        "its encoding is unknown",
    ),
    "a missing column": (
        as_csv(headers=HEADERS[:4]).encode(),
        "no column is headed 社区; there are: 姓名、身份证号、性别、出生日期",
    ),
    "a doubled column": (as_csv(headers=(*HEADERS, "性 别")).encode(), "2 columns could be the sex"),
    "no header at all": (as_csv(*PEOPLE).partition("\n")[2].encode(), "no header row was found"),
    "one endless line": (b"x" * (text.LONGEST_LINE + 3 * text.BLOCK), "it has no lines"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_is(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in why_not(tmp_path, content)


def test_no_refusal_tells_a_name_or_number(tmp_path: Path) -> None:
    for content, _ in REFUSED.values():
        said = why_not(tmp_path, content)
        assert not any(value in said for person in PEOPLE for value in person[:2])


def test_a_file_of_many_blocks_is_read_to_the_end_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    latin = [(f"n{serial}", identity(serial % 1000), "x" * 60, "1931-02-03", "y" * 60) for serial in range(60_000)]
    written = as_csv(*latin).replace("\nn7,", '\n"n\n7",').encode("gb18030") + as_csv(PEOPLE[0]).encode("gb18030")
    assert len(written) > text.BLOCK
    rows = read_bytes(tmp_path, written)
    assert rows.height == 60_001  # The header row stands there twice, as where two files were joined.
    assert places(rows) == [*range(2, 60_002), 60_003]
    assert names(rows)[7] == "n\n7"
    assert names(rows)[-1] == "测1"


def test_bytes_of_another_encoding_far_down_are_seen(tmp_path: Path) -> None:
    far_down = as_csv(*[PEOPLE[0]] * 150_000).encode() + b"\xff\xff\n"
    assert "its encoding is unknown" in why_not(tmp_path, far_down)


CELLS = st.text(st.sampled_from('ab,"\n\r ;测'), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=8))
def test_what_a_csv_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    out = StringIO()
    csv.writer(out).writerows(rows)
    block = Block(out.getvalue().encode(), CsvLayout(",", Header(("a", "b", "c"), {}, ()), 2, 0), "a.csv", 2, 1.0)
    tables = [piece.parse(None) if isinstance(piece, TextLines) else piece for piece in _pieces(block, iter(()))]
    read = pl.concat(table.frame for table in tables).drop(*BEYOND)
    expected = [[*row, *[""] * (3 - len(row))] for row in rows]
    assert [[cell or "" for cell in row] for row in read.rows()] == expected
