"""Reading, filing and running by commands: a dry run files nothing, a dirty source counts for nothing."""

import shutil
from datetime import UTC
from pathlib import Path

import pytest

from tests.cli.offices import BAD_ROW, DISTRICT, SENIORS, Offices, here, write_plugin
from tests.plugins.folders import senior
from tiersync.cli.commands.status import how_it_stands, what_needs_somebody
from tiersync.cli.terminal.shown import show
from tiersync.flow.up import push
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.text import Text
from tiersync.views.links import LinkLine
from tiersync.views.node_status import NodeStatus, RefusedLine, TotalLine, totals_table
from tiersync.views.table import Reader
from tiersync.views.warnings import warnings

YEAR = ("--period", "2013")


def ranks(folder: Path) -> dict[tuple[str, str], str]:
    listed = here("report", "list", *YEAR, "--dir", folder, "--json").json
    return {(one["unit"], one["part"]): one["rank"] for one in listed}


def test_reading_counts_and_files_nothing(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    before = ranks(copy)
    write_plugin(copy, [senior(serial) for serial in range(1, SENIORS + 3)] + [BAD_ROW])
    [run] = here("ingest", "--dir", copy, "--json").json
    assert (run["read"], run["valid"], run["refused"]) == (SENIORS + 3, SENIORS + 2, {"bad_checksum": 1})
    assert "check character does not fit" in here("ingest", "--dir", copy).out
    assert ranks(copy) == before


def test_a_dry_run_names_what_it_would_file_and_files_nothing(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    before = ranks(copy)
    assert here("push", *YEAR, "--dry-run", "--dir", copy, "--json").json == {"would_file": [], "changes": []}
    write_plugin(copy, [senior(serial) for serial in range(1, SENIORS + 3)])
    planned = here("push", *YEAR, "--dry-run", "--dir", copy, "--json").json["would_file"]
    assert "nothing was filed or sent" in here("push", *YEAR, "--dry-run", "--dir", copy).out
    assert ranks(copy) == before
    push(open_with_plugins(copy), None, now(), Period("2013"))
    filed = {key for key, rank in ranks(copy).items() if rank != before[key]}
    assert ("371402001004", "own") in filed
    assert ("371402001000", "total") in filed
    assert {(key["unit"], key["part"]) for key in planned} == filed


def test_a_push_whose_parent_is_dead_says_what_was_read_and_filed_all_the_same(
    offices: Offices, tmp_path: Path
) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    write_plugin(copy, [senior(serial) for serial in range(1, SENIORS + 3)] + [BAD_ROW])
    done = here("push", *YEAR, "--dir", copy)
    assert done.code != 0
    assert "0 envelopes stored above" in done.out
    assert not done.out.startswith("0 reports filed")
    assert f"decheng/senior: 1 of {SENIORS + 3} rows were refused" in done.err
    assert "cannot be reached" in done.err
    again = here("push", *YEAR, "--json", "--dir", copy)
    assert (again.code, again.json["filed"]) == (done.code, 0)


def test_a_source_that_is_mostly_wrong_counts_for_nothing(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    write_plugin(copy, [BAD_ROW] * 30 + [senior(1)])
    done = here("push", *YEAR, "--dir", copy)
    assert (done.code, done.out.split(",")[0]) == (6, "0 reports filed")
    assert "30 of 31 rows were refused" in done.err
    told = here("status", "--dir", copy, "--json").json
    assert told["quarantine"] == {"bad_checksum": 30}
    shown = here("report", "show", DISTRICT, "--form", "aging-year", *YEAR, "--dir", copy, "--json").json
    assert [c["value"] for c in shown["cells"] if (c["indicator"], c["breakdown"]) == ("P02", "")] == [SENIORS]


def test_a_restored_node_is_marked_on_both_sides(tmp_path: Path) -> None:
    own = Offices(tmp_path)
    try:
        older = shutil.copytree(own.district, tmp_path / "older")
        write_plugin(own.district, [senior(serial) for serial in range(1, SENIORS + 2)])
        assert here("push", *YEAR, "--dir", own.district).code == 0
        shutil.rmtree(own.district)
        shutil.copytree(older, own.district)
        write_plugin(own.district, [senior(serial) for serial in range(1, SENIORS + 4)])
        assert here("push", *YEAR, "--dir", own.district).code == 0
        below, above = (here("status", "--dir", folder).out for folder in (own.district, own.city))
        assert "This node was put back to an older copy" in below
        assert "The node of 德城区 was put back to an older copy" in above
        shown = here("report", "show", DISTRICT, "--form", "aging-year", *YEAR, "--dir", own.city, "--json").json
        assert [c["value"] for c in shown["cells"] if (c["indicator"], c["breakdown"]) == ("P02", "")] == [SENIORS + 3]
    finally:
        own.end()


MOMENT = "2014-01-05T00:00:00+00:00"
STANDING = NodeStatus(
    unit=DISTRICT, name="德城区", tier="district", catalogue=1, epoch=2, waits_for_epoch=True, reports=3, quarantine={},
    held={}, doubtful={}, unreadable_notices=[], folder="", open_to_others=[],
    totals=[TotalLine("aging-year", "2013", 15, 15, ["F02", "P14"], stale=True)],
    links=[
        LinkLine(
            "371400000000", "德州市", "parent", "open", "", 2, 1, Text("没有线路", "no route"), f"parent {MOMENT}"
        )
    ],
    refused=[
        RefusedLine("371400000000", "371400000000", "01a2", "not_yours"),
        RefusedLine("371402001000", DISTRICT, "01a3", "bad_seal"),
    ],
    findings=[Finding(level="link", reason="key_changed", node=DISTRICT, unit="371402001000")],
)  # fmt: skip


def test_what_was_refused_either_way_and_what_is_open_is_shown_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    show(*how_it_stands(STANDING), *what_needs_somebody(STANDING))
    said = capsys.readouterr().out
    assert "that is not for this unit to say" in said
    assert "the seal does not fit" in said
    assert "then run tiersync finding settle" in said


def test_a_total_shows_its_reports_what_it_lacks_and_that_it_is_stale() -> None:
    [row] = totals_table(STANDING.totals).rows_for(Reader("en", UTC))
    assert row == ["aging-year", "2013", "15 of 15", "F02, P14", "stale"]


def test_lost_history_and_a_broken_line_come_first() -> None:
    said = [text.en for text in warnings(STANDING, Reader("en", UTC))]
    assert said[0].startswith("This node was put back")
    assert said[1].startswith("2014-01-05 00:00  The node of 德州市 was put back")
    assert said[2] == "德州市: no route"
