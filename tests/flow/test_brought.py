"""A record type that a package brings without all that it needs is named, and the other sources are read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest

from tests.cli.offices import CITY, COMMUNITY, found_city
from tests.stories.test_cursors import FILES, HEAD, HEADERS, MAP, line
from tiersync.flow.reading.ingest import read_sources
from tiersync.flow.reading_node import Brought
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.records import kinds
from tiersync.model.records.field import Record
from tiersync.model.records.record import RECORDS
from tiersync.plugins.folder.trust import enable_all

RIDES = f"""
[plugin]
id = "rides"
name = "乘车"
version = "1.0.0"
api = 1
unit = "{CITY}"
[[stream]]
record = "odd_ride"
key = ["ride_id"]
[stream.source]
kind = "csv"
path = "inbox/*.csv"
[stream.map]
ride_id = "bh"
unit = "dw"
line = "xl"
"""


class OddRide(Record):
    """A record of a code list that nobody has."""

    ride_id: Annotated[str, kinds.FreeText("编号", "R", "P0", 32)]
    unit: Annotated[str, kinds.UnitRef("社区", "R", "P0", own=True)]
    line: Annotated[str, kinds.Code("线路", "R", "P0", "NOWHERE")]


@pytest.fixture
def _brought() -> Iterator[None]:
    RECORDS["odd_ride"] = OddRide
    yield
    del RECORDS["odd_ride"]


@pytest.mark.usefixtures("_brought")
def test_a_code_list_that_nobody_has_is_the_turn_of_its_package(tmp_path: Path) -> None:
    found_city(tmp_path / "city")
    for name, text, rows in (
        ("rides", RIDES, f"bh,dw,xl\n1,{COMMUNITY},7\n"),
        ("civil", HEAD + FILES.format("snapshot") + MAP, f"{HEADERS}\n{line(1)}\n"),
    ):
        inbox = tmp_path / "city" / "plugins" / name / "inbox"
        inbox.mkdir(parents=True)
        (inbox.parent / "plugin.toml").write_text(text, encoding="utf-8")
        (inbox / "1.csv").write_text(rows, encoding="utf-8")
    enable_all(tmp_path / "city" / "plugins")
    node = replace(open_with_plugins(tmp_path / "city"), brought=(Brought("punch_cards", "1.0", "odd_ride", {}),))
    done = read_sources(node, now())
    assert [run.valid for run in done.runs] == [1]
    (failed,) = done.failed
    assert "punch_cards" in failed.say("en")
    assert "odd_ride: no code list NOWHERE" in failed.say("en")
