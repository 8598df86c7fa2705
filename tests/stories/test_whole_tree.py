"""The packaged tree of a whole city of which one office alone has a node: nothing is filed of what nobody knows."""

from pathlib import Path

import pytest

from tests.held import held_cells
from tests.stories.network import CITY, DISTRICT, STREET, Network
from tiersync.config.packaged import packaged_catalogue, packaged_units
from tiersync.flow.up import push
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.store.reports.reports import current_report, current_reports

YEAR, LINGCHENG = Period("2013"), "371403000000"


def above(root: Path, top: str, child: str) -> Network:
    """A network of two nodes: `top` answers for everything below it but for its only child."""
    units = {unit.code: unit for unit in packaged_units(top)}
    two = (units[top], units[child].model_copy(update={"parent": top}))
    return Network(root, units=two, catalogue=packaged_catalogue(top))


@pytest.mark.parametrize(
    ("top", "street"), [(CITY, STREET), (DISTRICT, STREET), (LINGCHENG, f"{LINGCHENG[:6]}001000")],
    ids=["a city", "a district", "another district"],
)  # fmt: skip
def test_of_a_whole_tree_with_one_community_only_the_way_up_from_it_has_totals(
    tmp_path: Path, top: str, street: str
) -> None:
    child = min(unit.code for unit in packaged_units(top) if unit.parent == street)
    way = {top, f"{street[:6]}000000", street}
    network = above(tmp_path, top, child)
    network.file(child, 5)
    network.exchange(child)
    network.later()
    assert push(network.nodes[top], None, network.now, YEAR).filed == len(way) + 1
    with network.nodes[top].store.read() as db:
        held = {(row.unit, row.part) for row in current_reports(db)}
        row = current_report(db, ReportKey("aging-year", top, "2013", "total"))
        cell = next(cell for cell in held_cells(db, row) if (cell.indicator, cell.breakdown) == ("P02", ""))
    assert held == {(top, "own"), (child, "own"), *((unit, "total") for unit in way)}
    communities = sum(unit.tier == "community" for unit in packaged_units(top))
    assert (cell.value, cell.status, cell.present, cell.expected) == (5, "partial", 1, communities)
