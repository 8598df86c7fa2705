"""Values as offices write them: taken where they can be read, and what was done to them is said."""

import json
from datetime import date
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.stories.office import HEADS, found, identity, register, row, tiersync
from tiersync.plugins.folder.trust import enable_all


def test_an_unreadable_field_that_no_figure_needs_refuses_nobody(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    lines = register(6).decode().splitlines()
    office.source(
        (
            "\n".join([f"{lines[0]},建档日期", f"{lines[1]},不详", *(f"{line},2012-05-01" for line in lines[2:])])
        ).encode()
    )
    manifest = office.folder / "plugins" / "register" / "plugin.toml"
    manifest.write_text(
        manifest.read_text("utf-8") + 'file_opened_on = { from = "建档日期", parse = "date" }\n', "utf-8"
    )
    enable_all(office.folder / "plugins")
    office.push()
    assert office.seniors() == 6
    assert json.loads(tiersync("quarantine", "list", "--dir", office.folder, "--json").out) == []
    assert "按未知处理" in tiersync("quarantine", "list", "--doubtful", "--dir", office.folder, lang="zh").out


def test_a_workbook_that_counts_from_1904_raises_no_false_doubts_and_is_said(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    with Workbook(tmp_path / "花名册.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS.split(","))
        for at in range(1, 7):
            name, number, sex, born, unit = row(at).split(",")
            days = (date.fromisoformat(born) - date(1904, 1, 1)).days
            sheet.write_row(at, 0, [name, number, sex, days, unit])
    office.source((tmp_path / "花名册.xlsx").read_bytes(), "花名册.xlsx", "excel")
    said = office.push("zh")
    assert "其中的日期是从1904年起算的天数" in said.err + said.out
    assert office.seniors() == 6
    doubtful = tiersync("quarantine", "list", "--doubtful", "--dir", office.folder, "--json")
    assert json.loads(doubtful.out)["counts"] == {}


def test_a_line_that_comes_later_is_dated_as_the_lines_before_it(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    opened = since_1904("2012-05-01")
    lines = [row(at, born=since_1904(f"1940-01-{at % 28 + 1:02}")) + f",{opened}" for at in range(1, 8)]
    office.source("\n".join([f"{HEADS},建档日期", *lines[:6], ""]).encode())
    manifest = office.folder / "plugins" / "register" / "plugin.toml"
    manifest.write_text(
        manifest.read_text("utf-8") + 'file_opened_on = { from = "建档日期", parse = "date" }\n', "utf-8"
    )
    enable_all(office.folder / "plugins")
    office.push()
    with (manifest.parent / "inbox" / "register.csv").open("a", encoding="utf-8") as file:
        file.write(lines[6] + "\n")
    office.push()
    assert office.seniors() == 7
    doubtful = tiersync("quarantine", "list", "--doubtful", "--dir", office.folder, "--json")
    assert json.loads(doubtful.out)["counts"] == {}


def since_1904(day: str) -> str:
    return str((date.fromisoformat(day) - date(1904, 1, 1)).days)


def test_numbers_with_signs_among_their_digits_are_counted_and_said(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    spaced = row(5, id=f"{identity(5)[:6]} {identity(5)[6:14]}-{identity(5)[14:]}")
    quoted = row(6, id=f'="{identity(6)}"')
    office.source(register(4, spaced, quoted, row(7, id=f"{identity(7)}（已故）")))
    said = office.push("zh")
    assert "有 2 个证件号码去掉其中的空格、横线等字符后采用" in said.err + said.out
    assert office.seniors() == 6
    listed = json.loads(tiersync("quarantine", "list", "--dir", office.folder, "--json").out)
    assert [(one["row"], one["reason"]) for one in listed] == [(8, "signs_inside")]
    assert "号码中夹有空格或其他字符" in tiersync("quarantine", "list", "--dir", office.folder, lang="zh").out
