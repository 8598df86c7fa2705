"""Refused rows of any kind of source go back as a workbook, and the corrected workbook closes them."""

from pathlib import Path

import fastexcel
import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.cli.offices import COMMUNITY, here
from tests.plugins.folders import identity
from tests.stories.test_cursors import (
    ELSEWHERE,
    FILES,
    FIRST,
    HEAD,
    HEADERS,
    LATER,
    MAP,
    SQL,
    line,
    lite,
    members,
    node,
    own,
    person,
    push,
    refused,
    send,
    seniors,
    use,
)  # fmt: skip
from tiersync.plugins.folder.trust import enable_all
from tiersync.rules.rows.returned import is_sheet_of, sheet_of

__all__ = ["node"]  # The fixture of that module, used here too.

WRONG = identity(2)[:17] + ("0" if identity(2)[17] != "0" else "1")
Sheets = dict[str, list[list[str]]]


def exported(node: Path, book: Path) -> Sheets:
    """The workbook of refused rows, as whoever filed them sees it."""
    done = here("quarantine", "export", "--out", book, "--force", "--dir", node)
    assert done.code == 0, done.err
    read = fastexcel.read_excel(book)
    frames = {name: read.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in read.sheet_names}
    return {name: [[cell or "" for cell in row] for row in frame.rows()] for name, frame in frames.items()}


def give_back(node: Path, sheets: Sheets, wrong: str, right: str, name: str = "更正.xlsx", to: str = "civil") -> None:
    """Somebody corrected it, and it lies in the plugin's folder for corrected rows."""
    folder = node / "plugins" / to / "corrected"
    folder.mkdir(exist_ok=True)
    with Workbook(folder / name) as book:
        for sheet, rows in sheets.items():
            page = book.add_worksheet(sheet)
            for at, row in enumerate(rows):
                page.write_row(at, 0, [right if cell == wrong else cell for cell in row])


@pytest.mark.parametrize("kind", ["snapshot", "file", "none"])
def test_of_a_csv_source(node: Path, tmp_path: Path, kind: str) -> None:
    use(node, HEAD + FILES.format(kind) + MAP)
    send(node, "1.csv", line(1), line(2).replace(identity(2), WRONG))
    push(node)
    give_back(node, exported(node, tmp_path / "back.xlsx"), WRONG, identity(2))
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)
    assert push(node)["outcome"] == "unchanged"
    assert (refused(node), seniors(node)) == ([], 2)
    if kind != "none":
        send(node, "1.csv", line(1), line(2).replace(identity(2), WRONG), line(3))
        push(node)
        assert (refused(node), seniors(node)) == ([], 3)


@pytest.mark.parametrize("cursor", ["snapshot", "value"])
def test_of_a_database_that_is_corrected_later(node: Path, tmp_path: Path, cursor: str) -> None:
    write = lite(node, SQL if cursor == "value" else SQL.partition("[stream.cursor]")[0])
    write(person(1, LATER) + person(2, FIRST).replace(identity(2), WRONG))
    push(node)
    give_back(node, exported(node, tmp_path / "back.xlsx"), WRONG, identity(2))
    write(person(3, LATER))
    push(node)
    assert (refused(node), seniors(node)) == ([], 3)
    write(f"UPDATE lnr SET sfz = '{identity(2)}', sq = '{ELSEWHERE}', gxsj = '{LATER}' WHERE sfz = '{WRONG}'")
    for _ in range(2):
        push(node)
        assert (refused(node), seniors(node)) == ([], 2)  # The database has the last word: she lives elsewhere.


def test_a_row_that_is_corrected_in_its_source_as_well_counts_once(node: Path, tmp_path: Path) -> None:
    own(node, FILES.format("snapshot"))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},x", headers="bh,dw,hys")
    push(node)
    give_back(node, exported(node, tmp_path / "back.xlsx"), "x", "20")
    push(node)
    assert members(node) == 30
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},25", headers="bh,dw,hys")
    push(node)
    assert (members(node), refused(node)) == (35, [])


def test_a_second_round_of_corrections_closes_too(node: Path, tmp_path: Path) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    send(node, "1.csv", line(1), line(2).replace(identity(2), WRONG))
    push(node)
    still = WRONG[:17] + ("5" if identity(2)[17] != "5" else "6")
    give_back(node, exported(node, tmp_path / "back.xlsx"), WRONG, still, "一.xlsx")
    push(node)
    assert refused(node) == ["bad_checksum", "bad_checksum"]
    again = exported(node, tmp_path / "back.xlsx")
    (rows,) = again.values()
    assert rows[1] == [*HEADERS.split(","), "错误字段", "错误原因", "位置"]
    right = [[identity(2) if cell in (WRONG, still) else cell for cell in row] for row in rows]
    give_back(node, dict.fromkeys(again, right), "", "", "二.xlsx")
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)


def test_a_source_that_has_a_column_of_places_itself(node: Path, tmp_path: Path) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    inbox = node / "plugins" / "civil" / "inbox"
    inbox.mkdir()
    rows = (f"{HEADERS},位置", f"{line(1)},东", f"{line(2).replace(identity(2), WRONG)},西")
    (inbox / "1.csv").write_text("\n".join(rows), encoding="utf-8")
    push(node)
    give_back(node, exported(node, tmp_path / "back.xlsx"), WRONG, identity(2))
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)


def associations(node: Path, tmp_path: Path, cursor: str = "snapshot") -> Sheets:
    """Two associations, of which one was refused; the workbook with it."""
    own(node, FILES.format(cursor))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},x", headers="bh,dw,hys")
    push(node)
    return exported(node, tmp_path / "back.xlsx")


def test_a_workbook_that_lies_there_twice_counts_once(node: Path, tmp_path: Path) -> None:
    sheets = associations(node, tmp_path)
    give_back(node, sheets, "x", "20", "一.xlsx")
    give_back(node, sheets, "x", "20", "一 - 副本.xlsx")
    push(node)
    assert (members(node), refused(node)) == (30, [])
    assert "1 corrected rows count no more" in here("status", "--dir", node).out


def test_of_two_rounds_the_second_counts(node: Path, tmp_path: Path) -> None:
    give_back(node, associations(node, tmp_path), "x", "y", "一.xlsx")
    push(node)
    assert refused(node) == ["not_a_number", "not_a_number"]
    (rows,) = (again := exported(node, tmp_path / "back.xlsx")).values()
    right = [["20" if cell in ("x", "y") else cell for cell in row] for row in rows]
    give_back(node, dict.fromkeys(again, right), "", "", "二.xlsx")
    push(node)
    assert (members(node), refused(node)) == (30, [])


@pytest.mark.parametrize("cursor", ["snapshot", "file"])
def test_a_workbook_that_comes_late_gives_way_to_its_source(node: Path, tmp_path: Path, cursor: str) -> None:
    sheets = associations(node, tmp_path, cursor)
    send(node, "2.csv", f"a2,{COMMUNITY},25", headers="bh,dw,hys")
    if cursor == "snapshot":
        send(node, "1.csv", f"a1,{COMMUNITY},10", headers="bh,dw,hys")
    push(node)
    assert (members(node), refused(node)) == (35, [])
    give_back(node, sheets, "x", "20")
    push(node)
    assert (members(node), refused(node)) == (35, [])


def test_one_correction_closes_one_entry_though_another_row_is_the_same(node: Path, tmp_path: Path) -> None:
    own(node, FILES.format("snapshot"))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f",{COMMUNITY},20", f",{COMMUNITY},20", headers="bh,dw,hys")
    push(node)
    ((name, rows),) = exported(node, tmp_path / "back.xlsx").items()
    one = [[*rows[2]]]
    one[0][0] = "a2"
    give_back(node, {name: [*rows[:2], *one]}, "", "")
    push(node)
    assert (members(node), refused(node)) == (30, ["missing"])


@pytest.mark.parametrize("hint", ["", "header_row = 1\n"])
def test_a_workbook_without_its_headers_tells_nobody(node: Path, tmp_path: Path, hint: str) -> None:
    use(node, HEAD + FILES.format("snapshot").replace("[stream.cursor]", f"{hint}[stream.cursor]") + MAP)
    send(node, "1.csv", line(1), line(2).replace(identity(2), WRONG))
    push(node)
    sheets = exported(node, tmp_path / "back.xlsx")
    give_back(node, {name: rows[2:] for name, rows in sheets.items()}, "", "")
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "the row of headers with 错误字段, 错误原因, 位置 is gone" in done.err) == (2, True)
    told = done.err + here("status", "--json", "--dir", node).out
    assert WRONG not in told
    assert "测" not in told.replace("测试", "")
    give_back(node, sheets, WRONG, identity(2))
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)


def test_a_sheet_that_nobody_knows_is_told(node: Path, tmp_path: Path) -> None:
    ((name, rows),) = associations(node, tmp_path).items()
    give_back(node, {name: rows, f"{name} (2)": rows}, "x", "20")
    push(node)
    assert f"corrected/更正.xlsx {name} (2)" in here("status", "--dir", node).out
    assert members(node) == 30


def test_what_programs_leave_in_a_folder_is_nobodys(node: Path, tmp_path: Path) -> None:
    give_back(node, associations(node, tmp_path), "x", "20")
    for name in ("Thumbs.db", "desktop.ini", "~$更正.xlsx", ".DS_Store"):
        (node / "plugins" / "civil" / "corrected" / name).write_bytes(b"nothing")
    push(node)
    assert members(node) == 30


def test_a_time_that_was_retyped_in_a_correction_is_not_asked_for(node: Path, tmp_path: Path) -> None:
    write = lite(node)
    write(person(1, LATER) + person(2, FIRST).replace(identity(2), WRONG))
    push(node)
    ((name, rows),) = exported(node, tmp_path / "back.xlsx").items()
    retyped = [["2013/12/1" if cell == FIRST else cell for cell in row] for row in rows]
    give_back(node, {name: retyped}, WRONG, identity(2))
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)


def test_a_stream_that_is_not_there_has_no_refused_rows(node: Path) -> None:
    done = here("quarantine", "export", "--stream", "nope/x", "--dir", node)
    assert (done.code, "There is no stream nope/x here" in done.err) == (2, True)


@pytest.mark.parametrize(("plugin", "stream"), [("a", "senior"), ("a" * 60, "senior"), ("a" * 60, "association")])
def test_a_sheet_is_known_by_its_stream_however_long_its_plugin_is_called(plugin: str, stream: str) -> None:
    name = sheet_of(12, plugin, stream)
    assert len(name) <= 31
    assert is_sheet_of(name, plugin, stream)
    assert not is_sheet_of(name, plugin, "benefit")


def test_each_plugin_has_a_workbook_of_its_own_and_takes_no_others(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("civil", "other"):
        place = use(node, HEAD + FILES.format("snapshot") + MAP)
        place = place.rename(place.with_name(name)) if name != "civil" else place
        if name == "civil":
            place.rename(place.with_name("kept"))
    (node / "plugins" / "kept").rename(node / "plugins" / "civil")
    text = (node / "plugins" / "other" / "plugin.toml").read_text(encoding="utf-8")
    (node / "plugins" / "other" / "plugin.toml").write_text(text.replace('"civil"', '"other"'), encoding="utf-8")
    for name, number in (("civil", 2), ("other", 4)):
        inbox = node / "plugins" / name / "inbox"
        inbox.mkdir()
        wrong = line(number).replace(",2,1931", ",7,1931")
        (inbox / "1.csv").write_text(f"{HEADERS}\n{line(number + 10)}\n{wrong}\n", encoding="utf-8")
    enable_all(node / "plugins")
    assert here("push", "--period", "2013", "--dir", node).code == 0
    files = here("quarantine", "export", "--json", "--dir", node).json["files"]
    assert [(row["file"].split("-")[1], row["rows"]) for row in files] == [("civil", 1), ("other", 1)]
    both = exported(node, tmp_path / "both.xlsx")
    give_back(node, both, "7", "2")
    assert here("push", "--period", "2013", "--dir", node).code == 0
    left = here("quarantine", "list", "--json", "--dir", node).json
    assert [row["stream"] for row in left] == ["other/senior"]
    give_back(node, {"Sheet1": [["x"]]}, "", "", to="other")
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "no sheet is named as the export of refused rows of other names it" in done.err) == (2, True)


@pytest.mark.parametrize(("content", "said"), [(b"", "it is empty"), (b"a,b\n1,2\n", "it is no Excel workbook")])
def test_what_is_no_workbook_is_refused(node: Path, content: bytes, said: str) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    send(node, "1.csv", line(1))
    folder = node / "plugins" / "civil" / "corrected"
    folder.mkdir()
    (folder / "更正.csv").write_bytes(content)
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, said in done.err, "corrected/更正.csv" in done.err) == (2, True, True)
