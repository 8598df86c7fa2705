"""The index over sealed reports is never more than an index: whatever it says, the sealed bytes decide."""

from pathlib import Path

import pytest
from sqlalchemy import update

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.healing.examine import examine_all
from tiersync.store.findings import open_findings
from tiersync.store.reports.reports import current_reports
from tiersync.store.tables import reports

KEEPERS = [COMMUNITY, STREET, DISTRICT, CITY]
FIGURE = {(COMMUNITY, "2013"): 21}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Four nodes that all hold the community's report of 21 seniors, and the one of 20 that it replaced."""
    network = Network(tmp_path_factory.mktemp("made"))
    for seniors in (20, 21):
        network.file(COMMUNITY, seniors)
        network.exchange_all()
    assert all(network.figures(unit) == FIGURE for unit in KEEPERS)
    network.close()
    return network


@pytest.fixture
def network(made: Network, tmp_path: Path) -> Network:
    return made.copied(tmp_path)


def nothing_is_open(network: Network) -> bool:
    for node in network.nodes.values():
        with node.store.read() as db:
            if open_findings(db):
                return False
    return True


@pytest.mark.parametrize("keeper", KEEPERS)
@pytest.mark.parametrize("state", ["damaged", "lost"])
def test_a_report_that_is_called_damaged_and_is_not_counts_again(network: Network, keeper: str, state: str) -> None:
    with network.nodes[keeper].store.write() as db:
        db.execute(update(reports).values(state=state))
    examine_all(network.nodes[keeper], network.now)
    network.exchange_all()
    assert network.figures(keeper) == FIGURE
    assert nothing_is_open(network)


@pytest.mark.parametrize("keeper", KEEPERS)
@pytest.mark.parametrize("called_current", [0, 1])
def test_the_newest_revision_is_the_current_one_whatever_the_index_says(
    network: Network, keeper: str, called_current: int
) -> None:
    with network.nodes[keeper].store.write() as db:
        db.execute(update(reports).values(is_current=reports.c.revision == called_current))
    examine_all(network.nodes[keeper], network.now)
    network.exchange_all()
    assert network.figures(keeper) == FIGURE
    assert nothing_is_open(network)


def test_rows_that_wait_are_as_many_as_the_seal_says(network: Network) -> None:
    node = network.nodes[STREET]
    with node.store.write() as db:
        db.execute(update(reports).values(waiting='{"senior":5}'))
    examine_all(node, network.now)
    with node.store.read() as db:
        assert [row.waiting for row in current_reports(db)] == ["{}"]
