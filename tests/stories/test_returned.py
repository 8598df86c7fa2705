"""Refused rows go back to the district as a workbook, come back corrected, and close by themselves."""

import re
import stat
from pathlib import Path

import fastexcel
import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.cli.offices import COMMUNITY, here
from tests.cli.test_plugin import office, person, sample, write_book
from tests.plugins.folders import identity

__all__ = ["office", "sample"]  # Fixtures of that module, used here too.

PEOPLE = 40
Book = list[list[str]]


@pytest.fixture
def node(office: Path, tmp_path: Path) -> Path:
    """An office whose district filed 40 people, three of them with something wrong."""
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    rows[4][2] = rows[4][2][:17] + ("0" if rows[4][2][17] != "0" else "1")
    rows[9][4] = "1931年2月30日"
    rows[14][5] = ""
    book = write_book(tmp_path / "老年人信息2013.xlsx", rows)
    made = here("plugin", "new", "decheng", "--from", book, "--record", "senior", "--dir", office)
    assert made.code == 0, made.err
    here("plugin", "enable", "decheng", "--dir", office)
    assert here("push", "--period", "2013", "--dir", office).code == 0
    return office


def export(node: Path, file: Path) -> Book:
    done = here("quarantine", "export", "--out", file, "--dir", node)
    assert done.code == 0, done.err
    sheet = fastexcel.read_excel(file).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
    return [[cell or "" for cell in row] for row in sheet.to_polars().rows()]


def send_back(node: Path, rows: Book, name: str = "更正.xlsx") -> None:
    """The district corrected the workbook and saved it; it lies in the inbox beside the first file."""
    with Workbook(node / "plugins" / "decheng" / "inbox" / name) as book:
        sheet = book.add_worksheet("1 decheng-senior")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


def corrected(rows: Book) -> Book:
    """Every coloured cell as it should have been."""
    at = {name: place for place, name in enumerate(rows[1])}
    fixed = [list(row) for row in rows]
    for row in fixed[2:]:
        number = int(row[at["序号"]])
        row[at["*身份证号码"]], row[at["所属村居"]] = identity(number), "康乐社区"
        row[at["出生\n日期"]] = "1931-02-03"
    return fixed


def standing(node: Path) -> tuple[int, int, int]:
    """Rows in quarantine, records, and what the community's report says of people aged 60 and over."""
    refused = len(here("quarantine", "list", "--dir", node, "--json").json)
    valid = here("status", "--dir", node, "--json").json["streams"][0]["valid"]
    arguments = ("--form", "aging-year", "--period", "2013", "--part", "own", "--dir", node, "--json")
    cells = here("report", "show", COMMUNITY, *arguments).json["cells"]
    return refused, valid, next(c["value"] for c in cells if (c["indicator"], c["breakdown"]) == ("P02", ""))


def test_the_workbook_has_the_sources_own_headers_and_says_what_is_wrong_where(node: Path, tmp_path: Path) -> None:
    rows = export(node, tmp_path / "back.xlsx")
    assert rows[1][-3:] == ["错误字段", "错误原因", "位置"]
    assert rows[1][1:5] == ["姓　名", "*身份证号码", "性 别", "出生\n日期"]
    assert [row[-3] for row in rows[2:]] == ["*身份证号码", "出生\n日期", "所属村居"]
    assert [row[-1].split("｜")[:3] for row in rows[2:]] == [
        ["inbox/老年人信息2013.xlsx", "花名册", str(number + 2)] for number in (5, 10, 15)
    ]
    assert stat.S_IMODE((tmp_path / "back.xlsx").stat().st_mode) == 0o600


def test_corrected_rows_close_their_entries_and_are_counted_once(node: Path, tmp_path: Path) -> None:
    before = standing(node)
    send_back(node, corrected(export(node, tmp_path / "back.xlsx")))
    assert here("push", "--period", "2013", "--dir", node).code == 0
    refused, valid, seniors = standing(node)
    assert (refused, valid) == (0, PEOPLE)
    assert (before[0], seniors - before[2]) == (3, 2)  # One of the three is dead.
    assert here("push", "--period", "2013", "--dir", node).code == 0
    assert standing(node) == (refused, valid, seniors)


def test_a_row_that_was_not_corrected_stays_and_so_does_a_new_fault_in_its_place(node: Path, tmp_path: Path) -> None:
    rows = export(node, tmp_path / "back.xlsx")
    send_back(node, [*rows[:2], corrected(rows)[2]])
    here("push", "--period", "2013", "--dir", node)
    assert standing(node)[0] == 2
    people = [person(number) for number in range(1, PEOPLE + 1)]
    people[4][4] = "1931年13月1日"  # Another fault stands now where the corrected one stood.
    write_book(node / "plugins" / "decheng" / "inbox" / "老年人信息2013.xlsx", people)
    here("push", "--period", "2013", "--dir", node)
    listed = here("quarantine", "list", "--dir", node, "--json").json
    assert [(row["row"], row["reason"]) for row in listed] == [(7, "impossible_date")]


def test_a_correction_that_is_wrong_again_closes_nothing(node: Path, tmp_path: Path) -> None:
    send_back(node, export(node, tmp_path / "back.xlsx"))
    said = here("push", "--period", "2013", "--dir", node).err
    assert f"decheng/senior: 6 of {PEOPLE + 3} rows were refused: see tiersync quarantine list" in said
    assert standing(node)[0] == 6
    assert "were refused" not in here("push", "--period", "2013", "--dir", node).err


def test_no_cell_runs_as_a_formula(office: Path, tmp_path: Path) -> None:
    rows = [person(number) for number in range(1, 9)]
    rows[2][1], rows[2][4] = "=1+1", "=HYPERLINK(1)"
    book = write_book(tmp_path / "x.xlsx", rows)
    here("plugin", "new", "decheng", "--from", book, "--record", "senior", "--dir", office)
    here("plugin", "enable", "decheng", "--dir", office)
    here("push", "--period", "2013", "--dir", office)
    (row,) = export(office, tmp_path / "back.xlsx")[2:]
    assert (row[1], row[4]) == ("=1+1", "=HYPERLINK(1)")


def test_a_file_that_is_there_is_not_written_over(node: Path, tmp_path: Path) -> None:
    file = tmp_path / "back.xlsx"
    file.write_bytes(b"mine")
    done = here("quarantine", "export", "--out", file, "--dir", node)
    assert (done.code, file.read_bytes()) == (2, b"mine")
    assert here("quarantine", "export", "--out", file, "--force", "--dir", node).code == 0


def test_nothing_refused_writes_nothing(office: Path, tmp_path: Path) -> None:
    done = here("quarantine", "export", "--out", tmp_path / "back.xlsx", "--dir", office, "--json")
    assert (done.json, (tmp_path / "back.xlsx").exists()) == ({"files": []}, False)


def waiting(node: Path, *more: str) -> list[dict[str, object]]:
    return list(here("quarantine", "list", "--json", *more, "--dir", node).json)


def test_a_row_that_will_not_be_corrected_is_settled_and_stays_so_when_it_is_read_again(
    node: Path, tmp_path: Path
) -> None:
    gone = next(row for row in waiting(node) if row["reason"] == "bad_checksum")
    settled = here("quarantine", "settle", gone["id"], "--note", "已迁出，不再更正", "--dir", node)
    assert settled.code == 0, settled.err
    assert [row["reason"] for row in waiting(node)] == ["impossible_date", "missing"]
    assert len(export(node, tmp_path / "out.xlsx")) == 2 + 2
    assert here("quarantine", "replay", "--dir", node).code == 0
    assert [row["reason"] for row in waiting(node)] == ["impossible_date", "missing"]
    (kept,) = [row for row in waiting(node, "--all") if row["note"]]
    assert (kept["reason"], kept["note"]) == ("bad_checksum", "已迁出，不再更正")
    assert here("quarantine", "settle", kept["id"], "--undo", "--dir", node).code == 0
    assert len(waiting(node)) == 3


def test_another_row_at_a_settled_place_waits(node: Path, tmp_path: Path) -> None:
    gone = next(row for row in waiting(node) if row["reason"] == "bad_checksum")
    here("quarantine", "settle", gone["id"], "--note", "不再更正", "--dir", node)
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    rows[4][2] = "37990219310203000A"
    write_book(node / "plugins" / "decheng" / "inbox" / "老年人信息2013.xlsx", rows)
    assert here("push", "--period", "2013", "--dir", node).code == 0
    (row,) = waiting(node)
    assert row["row"] == gone["row"]


def test_settling_says_what_it_needs(node: Path) -> None:
    number = str(waiting(node)[0]["id"])
    for wrong in ((number,), (number, "--note", "  "), (number, "--note", "a reason", "--undo")):
        assert here("quarantine", "settle", *wrong, "--dir", node).code == 2
    unknown = here("quarantine", "settle", "4711", "--note", "a reason", "--dir", node)
    assert unknown.code == 2
    assert "tiersync quarantine list" in unknown.err


def test_a_stream_that_is_not_there_is_not_read_again(node: Path) -> None:
    before = waiting(node)
    done = here("quarantine", "replay", "--stream", "decheng/nobody", "--dir", node)
    assert done.code == 2
    assert "There are: decheng/senior" in done.err
    assert waiting(node) == before


def test_rows_are_read_again_after_the_mapping_was_corrected(node: Path) -> None:
    manifest = node / "plugins" / "decheng" / "plugin.toml"
    text = manifest.read_text(encoding="utf-8")
    assert here("quarantine", "replay", "--json", "--dir", node).json == [
        {"stream": "decheng/senior", "before": 3, "left": 3}
    ]
    unit = f'residence_unit = {{ constant = "{COMMUNITY}" }}'
    mended = re.sub("^residence_unit = .*$", unit, text, flags=re.M)
    manifest.write_text(mended, encoding="utf-8")
    here("plugin", "enable", "decheng", "--dir", node)
    replayed = here("quarantine", "replay", "--json", "--dir", node)
    assert replayed.json == [{"stream": "decheng/senior", "before": 3, "left": 2}], replayed.err
