"""The demo, as somebody runs it who has just cloned the repository."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.at_once import of_this_run, once
from tests.commands import Begun, begun, started
from tiersync.config.packaged import packaged_units
from tiersync.example.network import choose_network, write_network
from tiersync.example.plan.manifest import Manifest
from tiersync.store.database import open_store
from tiersync.store.files.snapshots import read_snapshot
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports

DEMO = [sys.executable, "-m", "tiersync.cli.main", "demo"]
DECLARED_WHOLE = ("G01", "G05", "F06", "F07")  # Of these the offices declare the total and no breakdown.
NOT_NOTED = ("P12",)  # Their registers do not note when somebody moved in.
ELSEWHERE = ("L01",)  # A district keeps no register of its own, so it cannot tell the registration of whom it helped.
NOBODY_LINKED = ("G04", False)  # The reports of 2012 and 2013 were due long before the demo's nodes joined each other.
Begins = Callable[..., "Begun | subprocess.Popen[str]"]
PATIENCE = 180  # seconds until the demo counts as hanging


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo is played, which is the same place for every process of the tests."""
    return of_this_run(tmp_path_factory) / "demo" / "kept"


class Ended(NamedTuple):
    """How the demo went that was played to its end and stayed: what it said until it stayed and afterwards, which of
    its nodes answered meanwhile, and whether all the processes that it had were gone."""

    story: list[str]
    served: list[bool]
    is_gone: bool
    code: int
    out: str
    rest: str


@pytest.fixture(scope="module")
def ended(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return Ended(*once(tmp_path_factory, "demo", lambda: played_to_its_end(kept)))


def played_to_its_end(kept: Path) -> Ended:
    kept.parent.mkdir()
    demo = begun(["demo", kept, "--stay", "--json"], {**os.environ, "TMPDIR": str(kept.parent)})
    assert demo.stderr
    story: list[str] = []
    while "Ctrl-C ends it." not in "".join(story[-1:]):
        story.append(demo.stderr.readline())
        assert story[-1], (story, demo.communicate())
    served = [serves(settings) for settings in kept.glob("*/tiersync.toml")]
    others = others_of(demo)
    demo.send_signal(signal.SIGINT)
    out, rest = demo.communicate(timeout=PATIENCE)
    assert demo.returncode is not None
    return Ended(story, served, is_gone(others), demo.returncode, out, rest)


@pytest.fixture(scope="module")
def told(ended: Ended) -> dict:
    assert ended.code == 0, ended.rest
    return json.loads(ended.out)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """What the generator counted, written down once more beside the demo."""
    return write_network(tmp_path_factory.mktemp("again"), choose_network(packaged_units()))


def test_its_json_has_exactly_the_promised_keys(told: dict) -> None:
    assert list(told) == ["nodes", "tiers", "rows", "receipts", "correction", "findings", "seconds"]
    assert list(told["tiers"]) == ["city", "district", "street", "community"]
    assert all(list(stands) == ["P02", "reports"] for stands in told["tiers"].values())
    assert list(told["seconds"]) == ["build", "join", "ingest", "push", "notice", "correct", "reconcile"]
    assert told["nodes"] == 15


def test_the_city_counts_whom_the_generator_counted_before_a_file_was_written(told: dict, manifest: Manifest) -> None:
    assert {stands["P02"] for stands in told["tiers"].values()} == {manifest.residents}


def test_every_row_is_valid_or_refused_for_its_planted_reason(told: dict, manifest: Manifest) -> None:
    rows = told["rows"]
    assert rows["read"] == manifest.rows == rows["valid"] + sum(rows["quarantined"].values())
    assert rows["quarantined"] == manifest.dirt["senior"].refused


def test_every_unit_of_the_audience_has_the_policy(told: dict) -> None:
    assert told["receipts"]["audience"] == told["receipts"]["delivered"] == 14
    assert told["receipts"]["read"] == 8


def test_a_death_is_one_senior_less(told: dict, manifest: Manifest) -> None:
    assert told["correction"] == {"before": manifest.residents, "after": manifest.residents - 1}


def test_the_altered_figure_is_the_only_finding_and_names_the_street(told: dict, manifest: Manifest) -> None:
    streets = {unit.code for unit in choose_network(packaged_units()) if unit.tier == "street"}
    (finding,) = told["findings"]
    assert list(finding) == ["level", "reason", "node", "unit", "indicator", "sent", "held"]
    assert (finding["reason"], finding["indicator"]) == ("altered", "P02")
    assert finding["node"] == finding["unit"]
    assert finding["node"] in streets
    assert int(finding["sent"]) == residents_below(manifest, finding["unit"])
    assert int(finding["held"]) == int(finding["sent"]) + 7


def residents_below(manifest: Manifest, street: str) -> int:
    """Residents of 60 and over of a street's communities, after the death."""
    below = [unit.code for unit in choose_network(packaged_units()) if unit.parent == street]
    return sum(manifest.seniors[code] for code in below) - (manifest.one_who_dies.unit in below)


def test_every_tier_files_an_own_and_a_total_of_each_form_and_communities_only_their_own(told: dict) -> None:
    assert [stands["reports"] for stands in told["tiers"].values()] == [4, 8, 16, 16]


def test_no_total_is_partial(told: dict, kept: Path) -> None:
    for unit in choose_network(packaged_units()):
        store = open_store(kept / unit.code)
        with store.read() as db:
            totals = [report for _, report in sealed_reports(db, current_reports(db, part="total"))]
        assert all("partial" not in report.cells.status for report in totals)
        missing = {
            (indicator, breakdown != "")
            for report in totals
            for indicator, breakdown, status in zip(
                report.cells.indicator, report.cells.breakdown, report.cells.status, strict=True
            )
            if status == "missing"
        }
        assert missing <= {(code, True) for code in (*DECLARED_WHOLE, *NOT_NOTED, *ELSEWHERE)} | {NOBODY_LINKED}


def test_a_figure_of_the_city_is_traced_down_to_the_rows_it_was_counted_from(told: dict, kept: Path) -> None:
    unit, part, rows = "371400000000", "total", 0
    while part == "total":
        store = open_store(kept / unit)
        with store.read() as db:
            found = sealed_reports(db, current_reports(db, "aging-year", "2013", part, unit))
            report = next(report for row, report in found if row.unit == unit)
        below = next(named for named in report.parts if named.unit != unit)
        unit, part = below.unit, below.part
    store = open_store(kept / unit)
    with store.read() as db:
        _, own = next(sealed_reports(db, current_reports(db, "aging-year", "2013", part, unit)))
    assert own.digest == below.digest
    rows = sum(read_snapshot(store, digest).height for digest in own.snapshots)
    assert rows >= told["tiers"]["city"]["P02"] / 8 / 2


def test_the_story_is_told_beside_the_object(ended: Ended) -> None:
    assert 11 <= len(ended.story) <= 15


def test_it_stays_until_ctrl_c_and_then_ends_well(ended: Ended, kept: Path) -> None:
    assert str(kept) in ended.story[-1]
    assert len(ended.served) == 15
    assert all(ended.served)
    assert (ended.code, ended.rest) == (0, "")
    assert ended.is_gone


def test_a_folder_that_was_given_is_kept_and_never_played_in_twice(ended: Ended, kept: Path) -> None:
    before = sorted(kept.iterdir())
    again = subprocess.run([*DEMO, str(kept)], capture_output=True, text=True, timeout=PATIENCE)
    assert again.returncode != 0
    assert "not empty" in again.stderr
    assert sorted(kept.iterdir()) == before


def others_of(demo: "Begun | subprocess.Popen[str]") -> list[psutil.Process]:
    """Every process that the demo has started, and those that they have."""
    return psutil.Process(demo.pid).children(recursive=True)


def wait_for_others(demo: "Begun | subprocess.Popen[str]") -> list[psutil.Process]:
    """The workers that the demo has by the time that it reads."""
    while not (others := others_of(demo)):
        assert demo.poll() is None
    return others


def kill_all(demo: "Begun | subprocess.Popen[str]", ends: threading.Event) -> None:
    """Kill every process that the demo starts, again and again."""
    while not ends.wait(0.01) and demo.poll() is None:
        for other in others_of(demo):
            with suppress(psutil.Error):
                other.kill()


def begin(folder: Path, begins: Begins = started) -> "Begun | subprocess.Popen[str]":
    """The demo in a group of its own, as in a terminal, with its temporary folders below `folder`."""
    return begins(["demo"], {**os.environ, "TMPDIR": str(folder)}, alone=True)


def is_gone(others: list[psutil.Process]) -> bool:
    psutil.wait_procs(others, timeout=30)
    return not any(process.is_running() for process in others)


@pytest.mark.parametrize(
    ("ending", "lines", "begins"), [(signal.SIGINT, 0, started), (signal.SIGTERM, 1, begun), (signal.SIGINT, 2, begun)]
)
def test_whoever_stops_it_ends_every_process_and_removes_its_own_folder_and_no_other(
    tmp_path: Path, ending: signal.Signals, lines: int, begins: Begins
) -> None:
    other = tmp_path / "tiersync-demo-of-somebody-else"
    other.mkdir()
    demo = begin(tmp_path, begins)
    assert demo.stdout
    while len(list(tmp_path.iterdir())) < 2:  # Until it has a folder of its own.
        assert demo.poll() is None
    for _ in range(lines):
        demo.stdout.readline()
    others = wait_for_others(demo) if lines == 2 else others_of(demo)
    os.killpg(demo.pid, ending)  # As a terminal does it: everybody in the group is told.
    _, said = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 130, said
    assert said.strip() == "Stopped. What was stored is kept; run the command again to go on."
    assert list(tmp_path.iterdir()) == [other]
    assert is_gone(others)


def test_a_demo_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    demo = begin(tmp_path)
    assert demo.stdout
    demo.stdout.readline()
    others = wait_for_others(demo)
    demo.kill()
    demo.communicate(timeout=PATIENCE)
    assert is_gone(others)


def test_workers_that_are_killed_end_the_demo_with_a_clear_word(tmp_path: Path) -> None:
    demo = begin(tmp_path)
    assert demo.stdout
    demo.stdout.readline()
    others = wait_for_others(demo)
    ends = threading.Event()
    killing = threading.Thread(target=kill_all, args=(demo, ends))
    killing.start()
    _, said = demo.communicate(timeout=PATIENCE)
    ends.set()
    killing.join()
    assert demo.returncode in (4, 6), said
    assert "SIGKILL" in said
    assert list(tmp_path.iterdir()) == []
    assert is_gone(others)


def serves(settings: Path) -> bool:
    """Whether the node of this tiersync.toml answers, if it has children to answer."""
    url = re.search(r'^url = "(http://127.0.0.1:\d+)"$', settings.read_text(encoding="utf-8").split("[serve]")[1], re.M)
    if url is None:
        return True
    with urllib.request.urlopen(f"{url[1]}/health", timeout=PATIENCE) as reply:
        return bool(reply.status == 200)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, lang: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for folder in (file, file / "below"):
        done = subprocess.run([*DEMO, str(folder), "--lang", lang], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode in (2, 3)
        assert str(file) in done.stderr
        assert "Traceback" not in done.stderr
    assert file.read_text() == "mine"
