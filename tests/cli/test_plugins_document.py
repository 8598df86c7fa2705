"""What docs/plugins.md shows of a terminal is what the commands say."""

import re
import shlex
import shutil
from pathlib import Path

import fastexcel
import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.cli.offices import found_alone, here
from tests.cli.test_plugin import HEADERS, PEOPLE, office, person, write_book

__all__ = ["office"]  # The fixture of that module, used here too.

DOCUMENT = Path(__file__).parents[2] / "docs" / "plugins.md"
LEFT_OUT = "…"


def shown() -> list[list[tuple[str, str]]]:
    """The terminals of the document: each command with what it says."""
    blocks = re.findall(r"^```console\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.S | re.M)
    return [re.findall(r"^\$ tiersync (.*)\n((?:(?!\$ ).*\n)*)", block, re.M) for block in blocks]


def as_pattern(text: str) -> str:
    """What was left out may be anything."""
    return "".join(".*" if part == LEFT_OUT else re.escape(part) for part in re.split(f"({LEFT_OUT})", text))


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def wrong_people() -> list[list[str]]:
    """Forty people, three of whom have something wrong."""
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    rows[4][2] = rows[4][2][:17] + ("0" if rows[4][2][17] != "0" else "1")
    rows[9][4], rows[14][5] = "1931年2月30日", ""
    return rows


def correct(back: Path, corrected: Path) -> None:
    """The district's work: every row as it should have been, in the workbook that it received."""
    sheet = fastexcel.read_excel(back).load_sheet(0, header_row=None, dtypes="string")
    note, headers, *rows = [[cell or "" for cell in row] for row in sheet.to_polars().rows()]
    corrected.parent.mkdir()
    with Workbook(corrected) as book:
        page = book.add_worksheet(sheet.name)
        for at, row in enumerate([note, headers, *(right(row) for row in rows)]):
            page.write_row(at, 0, row)


def right(row: list[str]) -> list[str]:
    return [*person(int(row[0])), *row[len(HEADERS) :]]


def test_the_journey_says_what_the_document_shows(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office)
    write_book(office / "老年人信息2013.xlsx", wrong_people())
    made, refused, closed = shown()[:3]
    for place, terminal in enumerate((made, refused, closed)):
        if place == 2:
            correct(office / "退回.xlsx", office / "plugins" / "decheng" / "corrected" / "退回.xlsx")
        for command, said in terminal:
            done = here(*shlex.split(command))
            heard = plain(done.out + done.err)
            assert (done.code, bool(re.fullmatch(as_pattern(plain(said)), heard, re.S))) == (0, True), heard
    assert [len(terminal) for terminal in (made, refused, closed)] == [4, 2, 2]


@pytest.mark.parametrize(
    "terminal", shown()[3:], ids=lambda terminal: re.sub(r".*--from (\w+).*", r"\1", terminal[0][0])
)
def test_each_usual_file_is_read_as_the_document_shows(
    terminal: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question ends a command with 2, and the next one answers it."""
    folder = found_alone(tmp_path / "node", "371402000000")
    monkeypatch.chdir(folder)
    for file in (Path(__file__).parents[1] / "cases").glob("*.xlsx"):
        shutil.copy(file, folder)
    for command, said in terminal:
        done = here(*shlex.split(command))
        heard = plain(done.out + done.err)
        code = 2 if said.startswith("This has to be decided") else 0
        assert (done.code, bool(re.fullmatch(as_pattern(plain(said)), heard, re.S))) == (code, True), heard


def test_seven_usual_files_are_shown() -> None:
    assert len(shown()[3:]) == 7
