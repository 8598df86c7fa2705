"""Late and corrected rows of an old period revise the reports of that period, up to the city, and no others."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.held import held_cells
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue
from tiersync.flow.up import push
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.store.reports.reports import current_reports

BEFORE_CHRISTMAS = datetime(2013, 12, 20, tzinfo=UTC)
UPWARD = (COMMUNITY, STREET, DISTRICT, CITY)
PERIODS = ("2012", "2013-Q2", "2013-Q3", "2013-Q4", "2013")
PLUGIN = """
[plugin]
id = "activities"
name = "活动台账"
version = "1.0.0"
api = 1
unit = "371402001001"

[[stream]]
record = "activity"
key = ["activity_id"]
[stream.source]
kind = "csv"
path = "activities.csv"
from = "2012-01-01"
[stream.map]
activity_id = "编号"
kind = { constant = "event" }
unit = { constant = "371402001001" }
start_at = "日期"
sessions = "场次"
"""
HELD = {"1": ("2012-03-01", 1), "2": ("2013-05-20", 2), "3": ("2013-08-20", 3), "4": ("2013-11-20", 4)}


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Four offices that have filed the periods of two years, when the last two quarters and the year are open."""
    root = tmp_path_factory.mktemp("filed")
    network = Network(root, now=BEFORE_CHRISTMAS, catalogue=line_catalogue())
    keep(network, HELD)
    for period in PERIODS:
        push_all(network, Period(period))
    network.close()
    return network


@pytest.fixture
def network(filed: Network, tmp_path: Path) -> Network:
    network = filed.copied(tmp_path)
    keep(network, HELD)
    return network


def keep(network: Network, held: dict[str, tuple[str, int]]) -> None:
    """What stands in the community's sheet now: number, day, sessions."""
    folder = network.root / COMMUNITY / "activities"
    folder.mkdir(exist_ok=True)
    lines = [f"{number},{day},{sessions}" for number, (day, sessions) in held.items()]
    (folder / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    (folder / "activities.csv").write_text("\n".join(["编号,日期,场次", *lines, ""]), encoding="utf-8")
    network.nodes[COMMUNITY] = replace(network.nodes[COMMUNITY], plugins=(load_plugin(folder),))


def push_all(network: Network, period: Period | None = None) -> None:
    for unit in UPWARD:
        network.later()
        push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now, period)


def events(network: Network) -> dict[str, int | None]:
    """A01 of the city's totals, by period."""
    with network.nodes[CITY].store.read() as db:
        totals = [row for row in current_reports(db) if (row.unit, row.part) == (CITY, "total")]
        cells = {row.period: held_cells(db, row) for row in totals}
    return {p: next(c.value for c in held if c[:2] == ("A01", "")) for p, held in cells.items() if p in PERIODS}


def revisions(network: Network) -> dict[ReportKey, int]:
    """The current revision of every report that the city holds."""
    with network.nodes[CITY].store.read() as db:
        return {ReportKey(r.form, r.unit, r.period, r.part): r.revision for r in current_reports(db)}


@pytest.mark.parametrize(
    ("changed", "revised", "now"),
    [
        ({"5": ("2013-09-30", 10)}, {"2013-Q3", "2013"}, {"2013-Q3": 13, "2013": 19}),  # came in late
        ({"4": ("2013-11-20", 7)}, {"2013-Q4", "2013"}, {"2013-Q4": 7, "2013": 12}),  # was corrected
        ({"3": ("2013-10-01", 3)}, {"2013-Q3", "2013-Q4"}, {"2013-Q3": 0, "2013-Q4": 7}),  # had the wrong date
        ({}, set(), {}),
    ],
)
def test_late_and_corrected_rows_revise_only_the_reports_of_their_period(
    network: Network, changed: dict[str, tuple[str, int]], revised: set[str], now: dict[str, int]
) -> None:
    figures, before = events(network), revisions(network)
    keep(network, HELD | changed)
    push_all(network)
    after = revisions(network)
    newer = {key for key in before if after[key] != before[key]}
    assert {key.period for key in newer} == revised
    assert {key.unit for key in newer} == (set(UPWARD) if revised else set())
    assert all(after[key] == 2 for key in newer)
    assert events(network) == figures | now


def test_a_row_that_is_gone_revises_the_reports_of_its_period(network: Network) -> None:
    before = revisions(network)
    keep(network, {number: row for number, row in HELD.items() if number != "4"} | {"5": ("2013-08-21", 1)})
    push_all(network)
    newer = {key.period for key, revision in revisions(network).items() if revision != before.get(key, revision)}
    assert newer == {"2013-Q3", "2013-Q4", "2013"}


def test_a_closed_period_is_revised_when_a_person_names_it_and_not_before(network: Network) -> None:
    keep(network, HELD | {"2": ("2013-05-20", 7)})
    push_all(network)
    assert events(network) == {"2012": 1, "2013-Q2": 2, "2013-Q3": 3, "2013-Q4": 4, "2013": 14}
    push_all(network, Period("2013-Q2"))
    assert events(network)["2013-Q2"] == 7
