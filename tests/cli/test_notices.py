"""A policy goes down and receipts come up by commands; what may not travel is refused before it is sealed."""

from pathlib import Path

import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, STREET, Offices, here

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
        DISTRICT: "read", COMMUNITY: "delivered",
    }  # fmt: skip
    shown = here("notice", "show", id_, "--dir", offices.district).out
    held = next(Path(line.split()[-1]) for line in shown.splitlines() if line.startswith("annex.txt"))
    assert held.read_text(encoding="utf-8") == "附表"


def test_the_board_names_who_has_not_been_reached(offices: Offices, policy: Path) -> None:
    asked = ("notice", "publish", policy, "--to", "street", "--title", "另一通知", "--dir", offices.city, "--json")
    board = here("notice", "board", here(*asked).json["notice"], "--dir", offices.city).out
    assert "“另一通知”: 1 units, 0 have it, 0 have read it, 1 not reached." in board
    assert STREET in board


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
