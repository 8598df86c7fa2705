"""`report`, as offices use it: entered, checked, explained, submitted, accepted, returned and locked."""

import json
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.offices import Done, found_alone, here, spoken

CITY, HONGQI = "371400000000", "371402001001"
ABOUT = ("--form", "aging-quarter", "--period", "2026-Q3")
SOUND = {"P02": "1180", "P04": "700", "P05": "200", "B01": "150", "B03": "45000.00", "A01": "3"}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city that files for everybody below it."""
    return found_alone(tmp_path / "node", CITY)


def report(folder: Path, *asked: object) -> Done:
    return here("report", *asked, "--dir", folder)


def enter(folder: Path, figures: dict[str, str]) -> Done:
    sets = [word for cell, text in figures.items() for word in ("--set", f"{cell}={text}")]
    return report(folder, "enter", HONGQI, *ABOUT, *sets)


def test_a_quarter_is_entered_checked_submitted_accepted_and_locked(city: Path) -> None:
    wrong = enter(city, SOUND | {"P05": "701"})
    assert (wrong.code, "7 cells" in wrong.out or "6 cells" in wrong.out) == (0, True), wrong.err
    checked = report(city, "check", HONGQI, *ABOUT)
    assert (checked.code, "Hard findings, to be corrected: 1" in checked.out, "701" in checked.out) == (1, True, True)
    refused = report(city, "submit", HONGQI, *ABOUT)
    assert (refused.code, "V02" in refused.err, "the difference is 1" in refused.err) == (2, True, True)
    assert enter(city, {"P05": "200"}).code == 0
    assert report(city, "check", HONGQI, *ABOUT).code == 0
    tried = report(city, "submit", HONGQI, *ABOUT, "--dry-run")
    assert (tried.code, "nothing was changed" in tried.out) == (0, True)
    assert report(city, "board", "aging-quarter", "2026-Q3", "--json").json["present"] == 0
    assert report(city, "submit", HONGQI, *ABOUT).code == 0
    board = report(city, "board", "aging-quarter", "2026-Q3", "--json").json
    [row] = [row for row in board["units"] if row["unit"] == HONGQI]
    assert (row["state"], row["turn"]) == ("received", CITY)
    assert report(city, "accept", HONGQI, *ABOUT, "--part", "own").code == 0
    assert report(city, "lock", HONGQI, *ABOUT, "--part", "own").code == 0
    again = report(city, "accept", HONGQI, *ABOUT, "--part", "own")
    assert (again.code, "is locked" in again.err, "Possible now: unlocked" in again.err) == (3, True, True)
    told = report(city, "history", HONGQI, *ABOUT, "--json").json
    assert [one["what"] for one in told["happened"]] == ["filed", "accepted", "locked"]
    assert told["state"] == "locked"


def test_what_is_locked_is_not_entered_over(city: Path) -> None:
    enter(city, SOUND)
    report(city, "submit", HONGQI, *ABOUT)
    for word in ("accept", "lock"):
        assert report(city, word, HONGQI, *ABOUT, "--part", "own").code == 0
    enter(city, {"A01": "4"})
    refused = report(city, "submit", HONGQI, *ABOUT)
    assert (refused.code, "is locked by 371400000000" in refused.err) == (3, True)
    for words in (("unlock",), ("grant", "--until", "2026-12-31")):
        assert report(city, words[0], HONGQI, *ABOUT, "--part", "own", *words[1:]).code == 0
    assert report(city, "submit", HONGQI, *ABOUT).code == 0
    changed = report(city, "diff", HONGQI, *ABOUT, "--json").json["changed"]
    assert [(one["indicator"], one["before"], one["after"]) for one in changed] == [("A01", "3", "4")]


def test_figures_come_from_a_file_as_excel_writes_it(city: Path, tmp_path: Path) -> None:
    file = tmp_path / "q3.csv"
    file.write_bytes('指标,分组,数值\nP02,,"1,180"\nP02,sex=1,580\nB03,,4.5万\n'.encode("gb18030"))
    done = report(city, "enter", HONGQI, *ABOUT, "--values", file, "--json")
    cells = {(one["indicator"], one["breakdown"]): one["draft"] for one in done.json["cells"]}
    drafted = [cells[key] for key in (("P02", ""), ("P02", "sex=1"), ("B03", ""))]
    assert (done.json["entered"], drafted) == (3, ["1,180", "580", "4.5万"])
    report(city, "submit", HONGQI, *ABOUT)
    [total] = here("figures", "B03", "--unit", HONGQI, "--period", "2026-Q3", "--json", "--dir", city).json
    assert total["value"] == "45000.00"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "indicator and value"),
        ("一,二\n1,2\n".encode(), "indicator and value"),
        (b"\x00\xff\xfe\x81", "neither UTF-8 nor GB 18030"),
        ("指标,数值\nP02,一千\n".encode(), "no number"),
        ("指标,数值\nX99,1\n".encode(), "does not ask"),
    ],
)
def test_a_file_that_is_none_of_figures_is_refused_whole(city: Path, tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "q3.csv"
    file.write_bytes(content)
    done = report(city, "enter", HONGQI, *ABOUT, "--values", file)
    assert (done.code, why in done.err) == (2, True), done.err
    assert report(city, "enter", HONGQI, *ABOUT, "--json").json["drafts"] == 0


def test_figures_are_asked_one_by_one_and_an_empty_answer_keeps_what_is_there(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(city, {"B01": "150"})
    monkeypatch.setattr("sys.stdin", StringIO("3\n" + "\n" * 60))
    asked = report(city, "enter", HONGQI, *ABOUT, "--ask")
    assert asked.code == 0, asked.err
    assert "A01 Events held" in asked.out
    cells = report(city, "enter", HONGQI, *ABOUT, "--json").json["cells"]
    assert {one["indicator"]: one["draft"] for one in cells if one["draft"]} == {"A01": "3", "B01": "150"}


def test_an_odd_figure_is_explained_before_it_is_submitted(city: Path) -> None:
    enter(city, SOUND | {"P02": "3000000"})
    refused = report(city, "submit", HONGQI, *ABOUT)
    assert (refused.code, "tiersync report explain" in refused.err) == (2, True)
    named = ("--rule", "V03-most", "--indicator", "P02")
    nothing = report(city, "explain", HONGQI, *ABOUT, *named, "--text", "情况属实")
    assert (nothing.code, "set phrases" in nothing.err) == (2, True)
    person = report(city, "explain", HONGQI, *ABOUT, *named, "--text", "请致电 13812345678 核实大型社区")
    assert person.code == 2
    assert report(city, "explain", HONGQI, *ABOUT, *named, "--text", "全县集中安置区整体划入本社区").code == 0
    assert report(city, "submit", HONGQI, *ABOUT).code == 0
    held = report(city, "check", HONGQI, *ABOUT, "--held", "--json").json
    assert [one["explained"] for one in held if one["rule"] == "V03-most"] == ["全县集中安置区整体划入本社区"]


def test_what_cannot_be_said_is_refused_with_whose_turn_it_is(city: Path) -> None:
    nothing = report(city, "accept", HONGQI, *ABOUT)
    assert (nothing.code, "No report" in nothing.err) == (2, True)
    unknown = report(city, "accept", "371402001999", *ABOUT)
    assert unknown.code == 2
    form = report(city, "board", "no-such", "2026-Q3")
    assert (form.code, "no-such" in form.err) == (2, True)
    bare = report(city, "return", HONGQI, *ABOUT, "--reason", "有误", "--cell", "p5", "--until", "2026-12-01")
    assert (bare.code, "write P05" in bare.err) == (2, True)
    assert report(city, "adjust", HONGQI, *ABOUT).code == 2
    endless = report(city, "exempt", HONGQI, *ABOUT, "--reason", "拆" * 501)
    assert (endless.code, "1 to 500 characters" in endless.err) == (2, True)
    enter(city, SOUND)
    report(city, "submit", HONGQI, *ABOUT)
    recalled = report(city, "recall", HONGQI, *ABOUT)
    assert (recalled.code, "cannot be recalled" in recalled.err) == (3, True)


def test_a_returned_report_says_why_what_and_until_when(city: Path) -> None:
    enter(city, SOUND)
    report(city, "submit", HONGQI, *ABOUT)
    words = ("--reason", "与台账不符", "--cell", "P02[sex=1]", "--cell", "B03", "--until", "2026-12-15")
    assert report(city, "return", HONGQI, *ABOUT, "--part", "own", *words).code == 0
    last = report(city, "history", HONGQI, *ABOUT, "--json").json["happened"][-1]
    assert (last["what"], last["text"], last["cells"]) == ("returned", "与台账不符", ["P02[sex=1]", "B03"])
    assert last["until"] == "2026-12-15"


def test_many_are_accepted_at_once_and_as_a_file_the_board_is_whole(city: Path, tmp_path: Path) -> None:
    for unit in (HONGQI, "371402001002", "371402001004"):
        report(city, "enter", unit, *ABOUT, *(w for c, t in SOUND.items() for w in ("--set", f"{c}={t}")))
    done = report(city, "submit", *ABOUT, "--json").json
    assert (len(done["done"]), done["not_done"]) == (3, [])
    accepted = report(city, "accept", *ABOUT, "--part", "own")
    assert (accepted.code, "Accepted 4 reports." in accepted.out) == (0, True)
    board = tmp_path / "board.csv"
    assert report(city, "board", "aging-quarter", "2026-Q3", "--all", "--out", board).code == 0
    assert board.read_text("utf-8-sig").count("accepted by who filed it") == 4


def test_the_words_are_chinese_where_that_is_spoken(city: Path) -> None:
    enter(city, SOUND | {"P05": "701"})
    checked = spoken("report", "check", HONGQI, *ABOUT, "--dir", city, lang="zh")
    assert (checked.code, "强制性问题 1 处" in checked.out, "应不大于" in checked.out) == (1, True, True)
    board = spoken("report", "board", "aging-quarter", "2026-Q3", "--dir", city, lang="zh")
    assert "应报 5455 个单位，已报 0 个" in board.out
    refused = spoken("report", "submit", HONGQI, *ABOUT, "--dir", city, lang="zh")
    assert "未归档（V02）" in refused.err
    assert json.loads(spoken("report", "check", HONGQI, *ABOUT, "--json", "--dir", city, lang="zh").out)[0]["stops"]
