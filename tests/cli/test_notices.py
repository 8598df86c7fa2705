"""A policy goes down and receipts come up by commands; what may not travel is refused before it is sealed."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, STREET, Offices, apart, found_city, here, spoken
from tiersync.config.packaged import schemas_dir
from tiersync.model.report import Report
from tiersync.store.database import open_store
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.views.words import GENRES

TEXT = "# 关于做好走访慰问工作的通知\n\n各单位：请于月底前完成走访慰问。\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.md"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_a_policy_goes_down_and_its_receipts_come_up(offices: Offices, policy: Path) -> None:
    annex = policy.with_name("annex.txt")
    annex.write_text("附表", encoding="utf-8")
    published = here(
        "notice", "publish", policy, "--to", f"district,{COMMUNITY}", "--attach", annex,
        "--number", "德老发〔2014〕1号", "--due", "2014-01-31", "--urgency", "urgent", "--dir", offices.city, "--json",
    ).json  # fmt: skip
    assert published["audience"] == [DISTRICT, COMMUNITY]
    id_ = published["notice"]
    board = ("notice", "board", id_, "--dir", offices.city)
    assert here(*board, "--json").json["unreached"] == 2

    assert here("pull", "--dir", offices.district).code == 0
    told = here(*board, "--json").json
    assert (told["audience"], told["delivered"], told["read"], told["unreached"]) == (2, 2, 0, 0)

    read = here("notice", "read", id_[:23], "--dir", offices.district)
    assert TEXT.rstrip() in read.out
    assert "2014-01-31 23:59" in read.out
    [line] = [one for one in here("notice", "list", "--dir", offices.district, "--json").json if one["notice"] == id_]
    assert (line["title"], line["state"]) == ("关于做好走访慰问工作的通知", "read")

    assert here("pull", "--dir", offices.district).code == 0
    assert {one["unit"]: one["state"] for one in here(*board, "--json").json["units"]} == {
        DISTRICT: "read", COMMUNITY: "read",
    }  # fmt: skip
    shown = here("notice", "show", id_, "--dir", offices.district).out
    held = next(Path(line.split()[-1]) for line in shown.splitlines() if line.startswith("annex.txt"))
    assert held.read_text(encoding="utf-8") == "附表"


def test_the_board_names_who_has_not_been_reached(offices: Offices, policy: Path) -> None:
    asked = ("notice", "publish", policy, "--to", "street", "--title", "另一通知", "--dir", offices.city, "--json")
    board = here("notice", "board", here(*asked).json["notice"], "--dir", offices.city).out
    assert "“另一通知”: 1 units, 0 have it, 0 have read it, 1 not reached." in board
    assert STREET in board


def test_a_notice_for_a_unit_without_a_node_waits_to_be_read_at_the_office_that_answers_for_it(
    offices: Offices, policy: Path
) -> None:
    asked = ("notice", "publish", policy, "--to", "community", "--dir", offices.city, "--json")
    id_ = here(*asked).json["notice"]
    here("pull", "--dir", offices.district)
    for state in ("delivered", "read"):
        listed = {
            one["notice"]: one["state"] for one in here("notice", "list", "--dir", offices.district, "--json").json
        }
        assert listed[id_] == state
        here("notice", "read", id_, "--dir", offices.district)
    assert here("pull", "--dir", offices.district).code == 0


def test_a_dry_run_publishes_nothing(offices: Offices, policy: Path) -> None:
    before = here("notice", "list", "--dir", offices.city, "--json").json
    done = here("notice", "publish", policy, "--to", "community", "--dry-run", "--dir", offices.city, "--json").json
    assert (done["notice"], done["audience"]) == (None, [COMMUNITY])
    assert here("notice", "list", "--dir", offices.city, "--json").json == before


REFUSED = {
    "a mark of secrecy in the text": ("机密★1年\n" + TEXT, ("--to", "street"), "is marked 机密"),
    "a mark of secrecy as an option": (TEXT, ("--to", "street", "--security", "secret"), "is marked secret"),
    "an identity number": (TEXT + "联系人证件号 11010519491231002X\n", ("--to", "street"), "identity number"),
    "a unit that does not exist": (TEXT, ("--to", "371499999999"), "There is no unit 371499999999"),
    "a tier that does not exist": (TEXT, ("--to", "citty"), "--to citty: that is no tier"),
    "nobody below": (TEXT, ("--to", CITY), "nobody below this unit"),
    "no title": ("请于月底前完成。\n", ("--to", "street"), "it has no heading"),
    "too long a title": (TEXT, ("--to", "street", "--title", "长" * 201), "more than 200 characters"),
    "nothing": ("\n", ("--to", "street"), "it is empty"),
    "a mark of secrecy in the number": (TEXT, ("--to", "street", "--number", "【机密】1号"), "is marked 机密"),
    "a mark of secrecy in the title": (TEXT, ("--to", "street", "--title", "秘密★2年 通知"), "is marked 秘密"),
    "an identity number in the title": (
        TEXT,
        ("--to", "street", "--title", "关于11010519491231002X的函"),
        "identity number",
    ),
    "a roster in the text": (TEXT + "姓名,身份证号\n", ("--to", "street"), "the headings of a roster"),
    "a mobile number in the number": (TEXT, ("--to", "street", "--number", "13800001234"), "a mobile number"),
    "a title that turns round": (TEXT, ("--to", "street", "--title", "通知\u202e"), "invisible character U+202E"),
    "a heading with nothing in it": ("# 通\u200b知\n\n正文\n", ("--to", "street"), "invisible character U+200B"),
    "a number that moves the cursor": (
        TEXT,
        ("--to", "street", "--number", "1\x1b[2J号"),
        "invisible character U+001B",
    ),
    "a rule that ends before it begins": (
        TEXT,
        ("--to", "street", "--effective-from", "2014-02-01", "--effective-to", "2014-01-31"),
        "that is before --effective-from 2014-02-01",
    ),
    "a paper of tomorrow": (TEXT, ("--to", "street", "--issued-on", "2999-01-01"), "that day is still to come"),
    "a day that does not exist": (TEXT, ("--to", "street", "--due", "2014-02-30"), "2014-02-30"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["publish", "dry run"])
def test_what_may_not_go_down_is_refused(offices: Offices, policy: Path, case: str, dry: tuple[str, ...]) -> None:
    text, options, why = REFUSED[case]
    policy.write_text(text, encoding="utf-8")
    before = here("notice", "list", "--dir", offices.city, "--json").json
    done = here("notice", "publish", policy, *options, *dry, "--dir", offices.city)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert here("notice", "list", "--dir", offices.city, "--json").json == before


def test_a_file_that_is_no_text_is_refused(offices: Offices, policy: Path) -> None:
    policy.write_bytes(TEXT.encode("gb18030"))
    done = here("notice", "publish", policy, "--to", "street", "--dir", offices.city)
    assert done.code == 2
    assert "save it as UTF-8" in done.err


HELD = {
    "an identity number": ("联系人证件号 11010519491231002X\n", "identity number"),
    "a roster": ("单位,德城区\n姓名,身份证号,住址\n", "the headings of a roster"),
    "a mark of secrecy": ("000123\n机　密★1年\n\n附表\n", "is marked 机密"),
}


@pytest.mark.parametrize("case", HELD)
def test_a_file_that_holds_too_much_goes_with_no_notice(offices: Offices, policy: Path, case: str) -> None:
    text, why = HELD[case]
    file = policy.with_name("附表.csv")
    file.write_bytes(text.encode("gb18030"))
    before = here("notice", "list", "--dir", offices.city, "--json").json
    done = here("notice", "publish", policy, "--to", "street", "--attach", file, "--dir", offices.city)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert here("notice", "list", "--dir", offices.city, "--json").json == before


FILES = {
    "an identity number": ("11010519491231002X.txt", "identity number"),
    "a mark of secrecy": ("机密.txt", "is marked 机密"),
    "a character that turns the name round": ("附件\u202etxt.exe", "invisible character U+202E"),
    "a character that moves the cursor": ("附件\x1b[2J.txt", "invisible character U+001B"),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["publish", "dry run"])
def test_a_file_goes_with_no_name_that_says_too_much_or_hides_something(
    offices: Offices, policy: Path, case: str, dry: tuple[str, ...]
) -> None:
    name, why = FILES[case]
    file = policy.with_name(name)
    file.write_text("附表", encoding="utf-8")
    done = here("notice", "publish", policy, "--to", "street", "--attach", file, *dry, "--dir", offices.city)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert name not in done.err


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["publish", "dry run"])
def test_more_attachments_than_a_notice_carries_are_refused(
    offices: Offices, policy: Path, dry: tuple[str, ...]
) -> None:
    files = [policy.with_name(f"附件{number}.txt") for number in range(51)]
    for file in files:
        file.write_text(file.name, encoding="utf-8")
    before = here("notice", "list", "--dir", offices.city, "--json").json
    attached = [word for file in files for word in ("--attach", str(file))]
    done = here("notice", "publish", policy, "--to", "street", *attached, *dry, "--dir", offices.city)
    assert done.code == 2
    assert "there are 51 attachments, and a notice carries 50" in done.err
    assert here("notice", "list", "--dir", offices.city, "--json").json == before
    fifty = here("notice", "publish", policy, "--to", "street", *attached[2:], "--dry-run", "--dir", offices.city)
    assert fifty.code == 0


def test_a_notice_says_what_kind_of_paper_it_is_and_is_counted_by_it(
    offices: Offices, policy: Path, tmp_path: Path
) -> None:
    district = offices.copy_of_district(tmp_path / "district")

    def publish(genre: str, *more: str) -> str:
        options = ("--to", "community", "--genre", genre, *more, "--dir", district, "--json")
        return str(here("notice", "publish", policy, *options).json["notice"])

    publish("scheme_rule", "--issued-on", "2013-05-01", "--effective-to", "2013-11-30")
    publish("plan", "--issued-on", "2013-11-04")
    publish("circular")
    assert pushed(district) == {"B07": 0, "G01": 1, "G01 genre=plan": 1}
    in_force = publish("scheme_rule", "--issued-on", "2013-05-01", "--effective-from", "2013-06-01")
    assert pushed(district)["B07"] == 1
    listed = {one["notice"]: one["genre"] for one in here("notice", "list", "--dir", district, "--json").json}
    assert listed[in_force] == "scheme_rule"
    assert "待遇规定" in spoken("notice", "list", "--dir", district, lang="zh").out
    said = spoken("notice", "show", in_force, "--dir", district, lang="zh").out
    assert "待遇规定" in said
    assert "2013-06-01" in said


def pushed(folder: Path) -> dict[str, int]:
    """What the district counts of its notices of 2013, pushed by a copy that reaches nobody."""
    assert here("push", "--period", "2013", "--dir", folder).code == 4
    rows = [cell for report in held_reports(folder, "own") if report.unit == DISTRICT for cell in report.cells.rows()]
    values = {f"{cell.indicator} {cell.breakdown}".strip(): cell.value or 0 for cell in rows}
    return {name: values[name] for name in ("B07", "G01", "G01 genre=plan") if name in values}


def held_reports(folder: Path, part: str, period: str | None = "2013") -> list[Report]:
    """The current reports that a node holds."""
    with closing(open_store(folder)) as store, store.read() as db:
        return [report for _, report in sealed_reports(db, current_reports(db, period=period, part=part))]


def test_every_kind_of_paper_is_named_as_the_code_list_names_it() -> None:
    lines = (schemas_dir() / "codes" / "genre.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {code: (zh, en) for code, zh, en in (line.split(",") for line in lines)} == GENRES
    said = here("notice", "publish", "--help").out
    assert all(code in said for code in GENRES)


def test_the_issuer_answers_for_the_units_below_it_that_have_no_node(policy: Path, tmp_path: Path) -> None:
    found_city(tmp_path / "city")
    asked = ("notice", "publish", policy, "--to", "district,community", "--dir", tmp_path / "city", "--json")
    id_ = here(*asked).json["notice"]
    board = ("notice", "board", id_, "--dir", tmp_path / "city", "--json")
    assert {one["unit"]: one["state"] for one in here(*board).json["units"]} == {
        DISTRICT: "delivered", COMMUNITY: "delivered",
    }  # fmt: skip
    read = here("notice", "read", id_, "--dir", tmp_path / "city")
    assert (read.code, read.out.splitlines()[-1]) == (0, "Read.")
    told = here(*board).json
    assert (told["delivered"], told["read"], told["unreached"]) == (2, 2, 0)


def test_one_notice_that_cannot_be_read_stops_nothing_else(policy: Path, tmp_path: Path) -> None:
    city, year = tmp_path / "city", str(datetime.now(UTC).year)
    found_city(city)
    asked = ("notice", "publish", policy, "--to", "community", "--genre", "plan", "--dir", city, "--json")
    damaged, sound = (here(*asked).json["notice"] for _ in range(2))
    with sqlite3.connect(city / "node.db") as db:
        of_notice = "id = (SELECT envelope FROM notices WHERE notice = ?)"
        db.execute(f"UPDATE envelopes SET body = x'28b52ffd' WHERE {of_notice}", (damaged,))
    assert {one["notice"] for one in here("notice", "list", "--dir", city, "--json").json} == {damaged, sound}
    assert here("notice", "board", sound, "--dir", city).code == 0
    for command in ("board", "show", "read"):
        done = here("notice", command, damaged, "--dir", city)
        assert done.code == 3
        assert f"The notice {damaged} (关于做好走访慰问工作的通知) cannot be read here any more" in done.err
    assert here("push", "--period", year, "--dir", city).code == 0
    assert here("notice", "publish", policy, "--to", "street", "--dir", city).code == 0
    assert here("invite", DISTRICT, "--dir", city).code == 0
    said = here("status", "--dir", city)
    assert f"The notice {damaged} cannot be read here any more" in said.out
    assert here("status", "--dir", city, "--json").json["unreadable_notices"] == [damaged]
    cells = [cell for report in held_reports(city, "own", period=None) for cell in report.cells.rows()]
    assert 2 in {cell.value for cell in cells if (cell.indicator, cell.breakdown) == ("G01", "genre=plan")}


HIDING = "\x1b[2J\u202e\x9b\x7f"
SPELLED = r"\x1b[2J\u202e\x9b\x7f"


def test_a_text_that_hides_something_shows_it(policy: Path, tmp_path: Path) -> None:
    found_city(tmp_path / "city")
    policy.write_text(f"# 通知\n\n第一行{HIDING}\n第二行\n", encoding="utf-8")
    at = ("--dir", tmp_path / "city")
    id_ = here("notice", "publish", policy, "--to", "street", *at, "--json").json["notice"]
    assert f"第一行{SPELLED}\n第二行" in here("notice", "show", id_, *at).out
    told = apart("notice", "show", id_, *at, "--json").out
    assert not set(HIDING.replace("[2J", "")) & set(told)
    assert HIDING in json.loads(told)["text"]
