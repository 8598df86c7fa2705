"""`reconcile` says 0, 1 or 2, names every altered figure with both values, and `db reindex` mends it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.offices import COMMUNITY, DISTRICT, SENIORS, Offices, here
from tiersync.cli.reconciling import LEVELS
from tiersync.flow import reconcile

ALTER = """UPDATE cells SET value = value + 7 WHERE indicator = 'P02' AND breakdown = '' AND report =
    (SELECT id FROM reports WHERE is_current AND form = 'aging-year' AND unit = ? AND part = ?)"""


@pytest.fixture
def altered(offices: Offices, tmp_path: Path) -> Path:
    """A district in whose database somebody changed one figure."""
    folder = offices.copy_of_district(tmp_path / "altered")
    with closing(sqlite3.connect(folder / "node.db")) as db, db:
        assert db.execute(ALTER, (COMMUNITY, "own")).rowcount == 1
    return folder


def test_the_levels_offered_are_those_that_exist() -> None:
    assert LEVELS == reconcile.LEVELS


@pytest.mark.parametrize("asked", [(), ("2013",), ("--period", "2013"), ("--form", "aging-year", "--unit", DISTRICT)])
def test_nothing_is_unexplained_after_a_push(offices: Offices, asked: tuple[str, ...]) -> None:
    done = here("reconcile", *asked, "--dir", offices.city, "--json")
    assert (done.code, done.json["unexplained"], done.json["residual"]) == (0, 0, {})


def test_an_altered_figure_is_named_with_both_values(altered: Path) -> None:
    done = here("reconcile", "--dir", altered, "--json")
    assert done.code == 1
    assert (done.json["unexplained"], done.json["residual"]) == (1, {"P02": "7"})
    [finding] = done.json["findings"]  # None of the street, of which this node files nothing, for it knows nothing.
    assert "db reindex" in finding.pop("next")
    assert finding == {
        "level": "cells", "reason": "altered", "node": DISTRICT, "unit": COMMUNITY, "form": "aging-year",
        "period": "2013", "part": "own", "indicator": "P02", "breakdown": "", "measure": "value",
        "sent": str(SENIORS), "held": str(SENIORS + 7),
    }  # fmt: skip
    said = here("reconcile", "--dir", altered)
    assert "1 differences, 1 unexplained. Unexplained residual: P02 7" in said.out
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


def test_a_reindex_mends_and_closes_and_a_person_can_settle(altered: Path) -> None:
    assert (
        here("push", "--period", "2013", "--dir", altered).code == 4
    )  # Nobody above answers; the look is taken first.
    [opened] = here("finding", "list", "--dir", altered, "--json").json
    assert (opened["number"], opened["state"], opened["reason"]) == (1, "open", "altered")

    settled = here("finding", "settle", "1", "--note", "电话核实", "--dir", altered)
    assert settled.code == 0
    assert here("finding", "list", "--dir", altered, "--json").json == []
    [known] = here("finding", "list", "--all", "--dir", altered, "--json").json
    assert (known["state"], known["note"]) == ("settled", "电话核实")

    mended = here("db", "reindex", "--dir", altered, "--json").json
    assert mended["cells"] > 0
    assert here("reconcile", "--level", "cells", "--dir", altered).code == 0


def test_a_reindex_closes_what_it_mends(altered: Path) -> None:
    here("push", "--period", "2013", "--dir", altered)
    assert here("db", "reindex", "--dir", altered, "--json").json["closed"] == 1
    [known] = here("finding", "list", "--all", "--dir", altered, "--json").json
    assert known["state"] == "closed"
