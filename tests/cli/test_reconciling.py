"""`reconcile` says 0, 1 or 2 and names every altered report; a neighbour's copy shows both values and mends it."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.offices import COMMUNITY, DISTRICT, SENIORS, Offices, apart, here
from tests.held import add_to, rewrite
from tiersync.cli.commands.reconcile import LEVELS
from tiersync.flow.agreement import reconcile
from tiersync.model.report import ReportKey
from tiersync.store.database import open_store
from tiersync.store.reports.reports import current_report

KEY = ReportKey("aging-year", COMMUNITY, "2013", "own")


@pytest.fixture
def altered(offices: Offices, tmp_path: Path) -> Path:
    """A district in whose database somebody changed one figure of a sealed report."""
    folder = offices.copy_of_district(tmp_path / "altered")
    rewrite_one(folder)
    return folder


@pytest.fixture
def altered_in_place(offices: Offices) -> Path:
    """The district that the city hears; whoever uses this heals it."""
    rewrite_one(offices.district)
    return offices.district


def rewrite_one(folder: Path) -> None:
    with closing(open_store(folder)) as store, store.write() as db:
        row = current_report(db, KEY)
        assert row
        rewrite(db, row, add_to("P02", 7))


def test_the_levels_offered_are_those_that_exist() -> None:
    assert LEVELS == reconcile.LEVELS


@pytest.mark.parametrize("asked", [(), ("2013",), ("--period", "2013"), ("--form", "aging-year", "--unit", DISTRICT)])
def test_nothing_is_unexplained_after_a_push(offices: Offices, asked: tuple[str, ...]) -> None:
    done = here("reconcile", *asked, "--dir", offices.city, "--json")
    assert (done.code, done.json["unexplained"], done.json["residual"]) == (0, 0, {})


def test_a_damaged_report_is_not_shown_and_it_is_said_what_to_do(altered: Path) -> None:
    done = here("report", "show", COMMUNITY, "--form", "aging-year", "--period", "2013", "--dir", altered)
    assert (done.code, done.out) == (3, "")
    assert "1 sealed reports are damaged, and no good copy came yet" in done.err


def test_an_altered_report_is_named_by_both_digests_until_a_good_copy_shows_the_figures(altered: Path) -> None:
    done = here("reconcile", "--level", "cells", "--dir", altered, "--json")
    assert (done.code, done.json["unexplained"]) == (1, 1)
    [finding] = done.json["findings"]
    assert "db heal" in finding.pop("next")
    sent, held = finding.pop("sent"), finding.pop("held")
    assert (len(sent), len(held), sent == held) == (16, 16, False)
    assert finding == {
        "level": "cells", "reason": "altered", "node": DISTRICT, "unit": COMMUNITY, "form": "aging-year",
        "period": "2013", "part": "own", "indicator": "", "breakdown": "", "measure": "",
    }  # fmt: skip
    said = here("reconcile", "--dir", altered)
    assert "1 differences are unexplained" in said.err


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("2013-Q4",), 0),
        (("--form", "aging-quarter"), 0),
        (("--unit", COMMUNITY), 1),
        (("--level", "transport"), 0),
        (("--level", "transport", "--level", "cells"), 1),
    ],
)
def test_only_what_is_asked_for_is_compared(altered: Path, asked: tuple[str, ...], code: int) -> None:
    assert here("reconcile", *asked, "--dir", altered).code == code


@pytest.mark.parametrize(
    "asked",
    [
        ("--unit", "371499999999"),
        ("--form", "aging-week"),
        ("2013-Q9",),
        ("2013", "--period", "2012"),
        ("--level", "moon"),
    ],
)
def test_what_cannot_be_compared_is_no_success(offices: Offices, asked: tuple[str, ...]) -> None:
    done = here("reconcile", *asked, "--dir", offices.city)
    assert (done.code, done.out) == (2, "")


def test_without_a_node_it_could_not_run(tmp_path: Path) -> None:
    done = here("reconcile", "--dir", tmp_path)
    assert done.code == 2
    assert "There is no node in" in done.err


def test_a_damaged_report_that_nobody_above_can_be_asked_for_stays_named(altered: Path) -> None:
    done = here("push", "--period", "2013", "--dir", altered)
    assert done.code == 4  # Nobody above answers; the look is taken first.
    assert "1 sealed reports were not what they were" in done.err
    [opened] = here("finding", "list", "--dir", altered, "--json").json
    assert (opened["number"], opened["state"], opened["reason"]) == (1, "open", "altered")

    in_gbk = os.fsdecode("电话核实".encode("gbk"))
    for lang, said in (("en", "is not text in UTF-8"), ("zh", "不是 UTF-8 文本")):
        refused = apart("finding", "settle", "1", "--note", in_gbk, "--dir", altered, lang=lang)
        assert (refused.code, said in refused.err) == (2, True), refused.err

    settled = here("finding", "settle", "1", "--note", "电话核实", "--dir", altered)
    assert settled.code == 0
    assert here("finding", "list", "--dir", altered, "--json").json == []
    [known] = here("finding", "list", "--all", "--dir", altered, "--json").json
    assert (known["state"], known["note"]) == ("settled", "电话核实")
    assert here("db", "heal", "--dir", altered).code == 4
    assert here("reconcile", "--level", "cells", "--dir", altered).code == 1


@pytest.mark.parametrize("command", [("db", "heal"), ("push", "--period", "2013")])
def test_a_good_copy_from_above_mends_and_says_both_values(
    offices: Offices, altered_in_place: Path, command: tuple[str, ...]
) -> None:
    assert here(*command, "--dir", altered_in_place).code == 0
    known = here("finding", "list", "--all", "--dir", offices.city, "--json").json
    [figure] = [finding for finding in known if finding["indicator"] == "P02"]
    said = (figure["state"], figure["node"], figure["unit"], figure["sent"], figure["held"])
    assert said == ("closed", DISTRICT, COMMUNITY, str(SENIORS), str(SENIORS + 7))
    assert here("reconcile", "--dir", altered_in_place).code == 0
    assert here("db", "heal", "--dir", altered_in_place, "--json").json == {
        "reports": here("status", "--dir", altered_in_place, "--json").json["reports"], "damaged": 0, "left": [],
    }  # fmt: skip
