"""近1.2万人: what a community says approximately climbs four tiers with its bounds, and is never taken for exact."""

from dataclasses import replace
from pathlib import Path

from tests.held import held_cells
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.up import push
from tiersync.model.cell import Cell
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.store.reports.reports import current_report

YEAR = Period("2013")
PLUGIN = """
[plugin]
id = "figures"
name = "人口数"
version = "1.0.0"
api = 1
unit = "371402001001"

[[stream]]
record = "figure"
key = ["indicator", "unit", "period"]
[stream.source]
kind = "csv"
path = "figures.csv"
[stream.map]
indicator = "指标"
unit = "单位"
period = "统计期"
value = { from = "数值", parse = "number" }
qualifier = { from = "数值", parse = "qualifier" }
"""


def test_an_approximate_figure_climbs_four_tiers_with_its_bounds(tmp_path: Path) -> None:
    network = Network(tmp_path, catalogue=line_catalogue())
    say_of_population(network, "近1.2万人")
    push_all(network)
    assert {unit: population(network, unit) for unit in (COMMUNITY, STREET, CITY)} == {
        COMMUNITY: (12_000, "0..12000"), STREET: (12_000, "0..12000"), CITY: (12_000, "0..12000"),
    }  # fmt: skip
    say_of_population(network, "1.2万人")  # Somebody has counted: the same number, now exact, is a new revision.
    push_all(network)
    assert population(network, CITY) == (12_000, "")
    assert [f for f in reconcile(network.nodes[CITY], Wanted(YEAR), network.now) if f.reason == "unexplained"] == []


def say_of_population(network: Network, said: str) -> None:
    """The community's office writes its population into a sheet."""
    folder = network.root / COMMUNITY / "figures"
    folder.mkdir(exist_ok=True)
    (folder / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    (folder / "figures.csv").write_text(f"指标,单位,统计期,数值\nP01,{COMMUNITY},2013,{said}\n", encoding="utf-8")
    network.nodes[COMMUNITY] = replace(network.nodes[COMMUNITY], plugins=(load_plugin(folder),))


def push_all(network: Network) -> None:
    for unit in (COMMUNITY, STREET, DISTRICT, CITY):
        network.later()
        push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, network.now, YEAR)


def population(network: Network, unit: str) -> tuple[int | None, str]:
    """P01 of a unit's report, and how far it may be off."""
    part = "own" if unit == COMMUNITY else "total"
    with network.nodes[unit].store.read() as db:
        row = current_report(db, ReportKey("aging-year", unit, "2013", part))
        assert row is not None
        held: list[Cell] = held_cells(db, row)
    return next((c.value, c.bounds) for c in held if (c.indicator, c.breakdown) == ("P01", ""))
