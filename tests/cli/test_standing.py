"""What a node says about itself: its standing, its reports with their origins, and the rows that it refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.offices import (
    BAD_ROW,
    CITY,
    COMMUNITY,
    DISTRICT,
    SENIORS,
    STREET,
    Offices,
    here,
    spoken,
    write_plugin,
)
from tests.plugins.folders import senior
from tiersync.flow.counting.counting import count_and_file
from tiersync.flow.reading.ingest import read_sources
from tiersync.host.opening import open_with_plugins
from tiersync.model.period import Period
from tiersync.views.words import MOST_CODES


def test_status_tells_links_streams_and_quarantine(offices: Offices) -> None:
    told = here("status", "--dir", offices.district, "--json").json
    assert (told["unit"], told["tier"], told["waits_for_epoch"]) == (DISTRICT, "district", False)
    assert [(link["peer"], link["role"], link["waiting"]) for link in told["links"]] == [(CITY, "parent", 0)]
    assert told["quarantine"] == {"bad_checksum": 1}
    assert [(run["read"], run["valid"]) for run in told["streams"]] == [(SENIORS + 1, SENIORS)]


def test_status_says_in_words_what_is_to_be_done(offices: Offices) -> None:
    said = here("status", "--dir", offices.district).out
    assert "the identity number's check character does not fit" in said
    assert "德城区 (371402000000), district" in said


def test_a_link_list_names_both_sides(offices: Offices) -> None:
    up = here("link", "list", "--dir", offices.district, "--json").json
    down = here("link", "list", "--dir", offices.city, "--json").json
    assert [(line["peer"], line["role"]) for line in up + down] == [(CITY, "parent"), (DISTRICT, "child")]


def test_reports_are_listed_by_form_period_and_unit(offices: Offices) -> None:
    options = ("--form", "aging-year", "--period", "2013", "--dir", offices.city, "--json")
    listed = here("report", "list", *options).json
    assert {(one["unit"], one["part"]) for one in listed} == {
        (DISTRICT, "own"), (DISTRICT, "total"), (STREET, "total"), (COMMUNITY, "own"),
    }  # fmt: skip
    of_street = here("report", "list", "--unit", STREET, *options).json
    assert {one["unit"] for one in of_street} == {STREET}
    assert here("report", "list", "--period", "2012", "--dir", offices.city, "--json").json == []


def test_a_report_names_its_node_its_parts_and_its_figures(offices: Offices) -> None:
    shown = here(
        "report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", offices.city, "--json"
    ).json
    assert (shown["node"], shown["part"], shown["rank"]) == (DISTRICT, "total", "2.1.1")
    assert [(part["unit"], part["part"]) for part in shown["parts"]] == [(DISTRICT, "own"), (STREET, "total")]
    seniors = [c["value"] for c in shown["cells"] if (c["indicator"], c["breakdown"]) == ("P02", "")]
    assert seniors == [SENIORS]


def test_a_total_says_apart_how_many_reports_came_and_which_indicators_lack(offices: Offices) -> None:
    asked = ("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", offices.city)
    shown = here(*asked, "--json").json
    assert (shown["reports_arrived"], shown["reports_expected"], shown["stale"]) == (2, 3, False)
    assert "P01" in shown["lacking"]
    assert "P02" not in shown["lacking"]
    assert (shown["present"], shown["unallocated"]) == (0, [])
    count = len(shown["lacking"])
    in_english, in_chinese = f"and {count - MOST_CODES} more", f"等 {count} 项"
    for lang, reports, lacks in (("en", "2 of 3 reports", in_english), ("zh", "应报 3 份，实报 2 份", in_chinese)):
        said = spoken(*asked, lang=lang).out
        assert reports in said
        assert lacks in said
        assert "stale" not in said
    [of_year] = here("status", "--dir", offices.district, "--json").json["totals"]
    assert (of_year["arrived"], of_year["expected"], of_year["lacking"]) == (2, 3, shown["lacking"])
    assert "2 of 3" in here("status", "--dir", offices.district).out


def test_a_total_that_is_behind_says_stale_and_whose_turn_it_is(offices: Offices, tmp_path: Path) -> None:
    behind = offices.copy_of_district(tmp_path / "district")
    write_plugin(behind, [senior(serial) for serial in range(1, SENIORS + 2)])
    node, moment = open_with_plugins(behind), datetime(2014, 1, 22, tzinfo=UTC)
    read_sources(node, moment)
    with node.store.read() as db:
        due = [(node.catalogue(db).form("aging-year"), Period("2013"))]
    assert count_and_file(node, due, moment).reports  # What a push does, broken off before it makes the totals.
    of_year = ("--form", "aging-year", "--period", "2013", "--dir", behind)
    assert here("report", "show", DISTRICT, *of_year, "--json").json["stale"] is True
    for lang, words in (("en", f"stale: newer reports are held than it adds; {DISTRICT}"), ("zh", "待重新汇总")):
        assert words in spoken("report", "show", DISTRICT, *of_year, lang=lang).out
    assert "stale" in here("status", "--dir", behind).out
    exported = tmp_path / "behind.json"
    assert here("report", "export", DISTRICT, *of_year, "--as", "json", "--out", exported).code == 0
    assert json.loads(exported.read_text(encoding="utf-8"))["report"]["stale"] == "true"


def test_a_figure_is_traced_to_a_snapshot_and_its_number_of_rows(offices: Offices) -> None:
    asked = ("report", "show", COMMUNITY, "--form", "aging-year", "--period", "2013")
    here_made = here(*asked, "--dir", offices.district, "--json").json["snapshots"]
    assert [(one["stream"], one["rows"]) for one in here_made] == [("decheng/senior", SENIORS)]
    assert here_made[0]["run"]
    elsewhere = here(*asked, "--dir", offices.city, "--json").json["snapshots"]
    assert [(one["digest"], one["rows"]) for one in elsewhere] == [(here_made[0]["digest"], None)]


def test_figures_are_shown_in_words_with_their_status(offices: Offices) -> None:
    asked = ("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", offices.city)
    of_p02 = here(*asked, "--indicator", "P02").out
    assert "Population aged 60+" in of_p02
    assert "female" in of_p02
    assert "1 of 1" in of_p02
    assert "missing" in here(*asked, "--indicator", "P01").out


def test_the_quarantine_lists_places_and_shows_raw_values_only_when_asked(offices: Offices) -> None:
    listed = here("quarantine", "list", "--dir", offices.district, "--json")
    [row] = listed.json
    assert (row["file"], row["row"], row["reason"]) == ("inbox/seniors.csv", SENIORS + 2, "bad_checksum")
    table = here("quarantine", "list", "--dir", offices.district).out
    assert not any(value in listed.out + table for value in BAD_ROW[:2])
    shown = here("quarantine", "show", row["id"], "--dir", offices.district, "--json").json
    assert shown["raw"]["身份证号"] == BAD_ROW[1]
    assert BAD_ROW[0] in here("quarantine", "show", row["id"], "--dir", offices.district).out


@pytest.mark.parametrize(
    "asked",
    [
        ("report", "show", "371499999999", "--form", "aging-year", "--period", "2013"),
        ("report", "show", DISTRICT, "--form", "aging-week", "--period", "2013"),
        ("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013-Q5"),
        ("report", "show", DISTRICT, "--form", "aging-year", "--period", "2012"),
        ("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--revision", "9"),
        ("report", "list", "--unit", "371499999999"),
        ("quarantine", "show", "999"),
        ("finding", "settle", "9", "--note", "asked"),
        ("invite", "371499999999"),
        ("notice", "show", "nowhere"),
        ("notice", "read", "nowhere"),
        ("notice", "board", "nowhere"),
        ("units", "show", "371499999999"),
        ("units", "show", "nowhere"),
        ("indicators", "list", "--form", "aging-week"),
    ],
    ids=" ".join,
)
def test_what_is_not_here_is_said_and_nothing_is_printed(offices: Offices, asked: tuple[str, ...]) -> None:
    done = here(*asked, "--dir", offices.city)
    assert done.code in (2, 3), done
    assert done.out == ""
    assert done.err.strip()
    assert "fault in tiersync" not in done.err
