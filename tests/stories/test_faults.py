"""A plugin that exits, hangs, floods, eats memory or closes its pipe harms its own run only, and is left alone when it
keeps doing so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.cli.offices import CITY, found_city, here, write_plugin
from tests.plugins.folders import senior
from tiersync.errors import PluginPaused, WorkerFailed
from tiersync.flow.jobs.patiently import read_patiently
from tiersync.flow.node import Node
from tiersync.flow.reading.ingest import Ingested, read_sources
from tiersync.host.opening import open_with_plugins
from tiersync.plugins.folder.bounds import WorkerLimits
from tiersync.plugins.folder.trust import enable_all

pytestmark = pytest.mark.anew
BOUNDS = WorkerLimits(silence=8, memory=2 * 2**30, frame=2**20, log=2**20)
FAULTS = ("exits", "crashes", "hangs", "floods", "eats", "closes", "bloats")
START = datetime(2014, 1, 6, 1, 0, tzinfo=UTC)


def add(folder: Path, kind: str) -> None:
    place = folder / "plugins" / kind
    place.mkdir(parents=True)
    text = (folder / "plugins" / "decheng" / "plugin.toml").read_text(encoding="utf-8")
    text = text.replace('id = "decheng"', f'id = "{kind}"').replace('path = "inbox/*.csv"\n', "")
    (place / "plugin.toml").write_text(text.replace('kind = "csv"', f'kind = "{kind}"'), encoding="utf-8")
    enable_all(folder / "plugins")


@pytest.fixture
def folder(tmp_path: Path, _odd_package: None) -> Path:
    place = tmp_path / "city"
    found_city(place)
    write_plugin(place, [senior(serial) for serial in range(1, 31)])
    return place


def opened(folder: Path) -> Node:
    return replace(open_with_plugins(folder), bounds=BOUNDS)


def outcomes(done: Ingested) -> tuple[dict[str, int], set[str]]:
    """The rows of the streams that counted, and the plugins that failed."""
    failed = {str(error.fields["plugin"]) for error in done.failed if isinstance(error, WorkerFailed)}
    return {run.stream: run.valid for run in done.runs}, failed


def test_faults_of_every_kind_end_within_their_limits_and_the_other_plugin_counts(folder: Path) -> None:
    for kind in FAULTS:
        add(folder, kind)
    before = set(psutil.Process().children(recursive=True))
    counted, failed = outcomes(read_sources(opened(folder), START))
    assert (counted, failed) == ({"decheng/senior": 30}, set(FAULTS))
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_plugin_that_keeps_failing_is_left_alone_until_its_next_probe(folder: Path) -> None:
    add(folder, "exits")
    node, at = opened(folder), START
    for _ in range(3):
        assert outcomes(read_patiently(node, at))[1] == {"exits"}
        at += timedelta(minutes=15)
    left_alone = read_patiently(node, at)
    (paused,) = left_alone.failed
    assert isinstance(paused, PluginPaused)
    assert "paused until 2014-01-06 10:30" in paused.say("en")
    assert [run.stream for run in left_alone.runs] == ["decheng/senior"]
    assert outcomes(read_sources(node, at))[1] == {"exits"}, "a person is not kept from trying"
    assert isinstance(read_patiently(node, at + timedelta(hours=1)).failed[0], PluginPaused)
    assert outcomes(read_patiently(node, at + timedelta(hours=2, minutes=1)))[1] == {"exits"}


def test_a_plugin_that_is_well_again_is_not_paused(folder: Path) -> None:
    add(folder, "exits")
    node, at = opened(folder), START
    for _ in range(3):
        read_patiently(node, at)
        at += timedelta(minutes=1)
    manifest = folder / "plugins" / "exits" / "plugin.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"exits"\n[', '"prints"\n['), encoding="utf-8")
    enable_all(folder / "plugins")
    assert outcomes(read_sources(opened(folder), at))[1] == set()
    assert not any(isinstance(error, PluginPaused) for error in read_patiently(opened(folder), at).failed)


def test_what_failed_is_told_with_its_plugin(folder: Path) -> None:
    add(folder, "exits")
    done = here("ingest", "--dir", folder)
    assert done.code == 6
    assert "The plugin exits ended without finishing" in done.err
    assert CITY not in done.err
