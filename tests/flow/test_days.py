"""Days begin at midnight at the office, and a row that is dated tomorrow is refused until then."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.office import HEADS, found, row, tiersync
from tiersync.flow.node import Node
from tiersync.flow.reading.ingest import ingest
from tiersync.host.opening import open_with_plugins

ONE_IN_THE_MORNING = datetime(2026, 11, 26, 17, tzinfo=UTC)  # of the 27th in Shanghai


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """An office with two seniors, one of them dated the 27th."""
    office = found(tmp_path / "node")
    office.source("\n".join([HEADS, row(1), row(2, born="2026-11-27"), ""]).encode())
    return open_with_plugins(office.folder)


def test_a_row_dated_today_is_sound_though_it_is_yesterday_in_greenwich(node: Node) -> None:
    assert ingest(node, ONE_IN_THE_MORNING)[0].refused == {}


def test_with_another_clock_everything_is_read_again(node: Node) -> None:
    ingest(node, ONE_IN_THE_MORNING)
    assert ingest(node, ONE_IN_THE_MORNING)[0].outcome == "unchanged"
    assert ingest(replace(node, time_zone="UTC"), ONE_IN_THE_MORNING)[0].refused == {"not_yet": 1}


def test_a_row_dated_tomorrow_is_refused_today_and_accepted_tomorrow_though_its_file_stays(node: Node) -> None:
    there = replace(node, time_zone="UTC")
    assert ingest(there, ONE_IN_THE_MORNING)[0].refused == {"not_yet": 1}
    assert ingest(there, ONE_IN_THE_MORNING.replace(hour=23))[0].outcome == "unchanged"
    (run,) = ingest(there, ONE_IN_THE_MORNING.replace(day=27))
    assert (run.outcome, run.valid, run.refused) == ("published", 2, {})


def test_a_period_that_no_form_asks_for_is_said_as_such_before_anything_is_read(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(b"")
    said = tiersync("push", "--period", "2013-06", "--dir", office.folder)
    assert said.code == 2
    assert "No form asks for 2013-06" in said.err
    assert "aging-quarter 2013-Q4" in said.err
    assert "empty" not in said.err
    assert "没有报表要求 2013-06" in tiersync("push", "--period", "2013-06", "--dir", office.folder, lang="zh").err
