"""Two machines that speak as one node are found out; nothing is taken from either until a person says which counts."""

from pathlib import Path

import pytest

from tests.stores import open_again
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import LinkRefused, UnknownName
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.two_machines import resume
from tiersync.flow.reading_node import ReadingNode
from tiersync.store.findings import open_findings
from tiersync.views.links import link_lines


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    network.file(COMMUNITY, 21)
    network.exchange_all()
    return network


def twin_of(network: Network, unit: str) -> ReadingNode:
    """A second machine with a copy of a node's folder."""
    kept = network.copy(unit)
    network.start_again(unit)
    return ReadingNode(unit, open_again(kept), network.nodes[unit].keys)


def speaks(network: Network, node: ReadingNode, value: int) -> None:
    """A machine files a figure and exchanges."""
    network.later()
    usual, network.nodes[node.home] = network.nodes[node.home], node
    try:
        network.file(node.home, value)
        send_waiting(node, network.ask(node.home), network.now)
    finally:
        network.nodes[node.home] = usual


def swing(network: Network, twin: ReadingNode, first: int = 30) -> None:
    """Both machines speak by turns until one is refused."""
    with pytest.raises(LinkRefused, match="two machines"):
        by_turns(network, twin, first)


def by_turns(network: Network, twin: ReadingNode, first: int) -> None:
    for turn in range(first, first + 6):
        speaks(network, twin if turn % 2 else network.nodes[twin.home], turn)


def found_at(network: Network, unit: str) -> list[str]:
    with network.nodes[unit].store.read() as db:
        return [finding.reason for finding in open_findings(db)]


def test_it_is_named_at_both_tiers_and_above_and_no_figure_is_taken_any_more(network: Network) -> None:
    twin = twin_of(network, COMMUNITY)
    swing(network, twin)
    held = network.figures(STREET)
    for machine in (network.nodes[COMMUNITY], twin):
        with pytest.raises(LinkRefused, match="two machines"):
            speaks(network, machine, 99)
        with machine.store.read() as db:
            assert [finding.reason for finding in open_findings(db)] == ["two_places"]
    assert network.figures(STREET) == held
    for unit in (STREET, DISTRICT):
        network.exchange(unit)
    assert [found_at(network, unit) for unit in (STREET, DISTRICT, CITY)] == [["two_places"]] * 3
    (line,) = [line for line in link_lines(network.nodes[STREET], network.now) if line.peer == COMMUNITY]
    assert line.state == "twofold"


def test_when_one_is_stopped_the_other_goes_on(network: Network) -> None:
    twin = twin_of(network, COMMUNITY)
    swing(network, twin)
    twin.store.close()
    resume(network.nodes[STREET], COMMUNITY, network.now)
    speaks(network, network.nodes[COMMUNITY], 55)
    network.exchange_all()
    assert all(network.figures(unit) == {(COMMUNITY, "2013"): 55} for unit in (COMMUNITY, STREET, DISTRICT, CITY))
    assert not any(found_at(network, unit) for unit in (COMMUNITY, STREET, DISTRICT, CITY))


def test_if_both_go_on_they_are_found_again(network: Network) -> None:
    twin = twin_of(network, COMMUNITY)
    swing(network, twin)
    resume(network.nodes[STREET], COMMUNITY, network.now)
    swing(network, twin, 40)
    assert found_at(network, STREET) == ["two_places"]


def test_two_machines_of_a_node_that_has_others_below_are_found(network: Network) -> None:
    twin = twin_of(network, STREET)
    swing(network, twin)
    assert found_at(network, DISTRICT) == ["two_places"]


def test_a_node_put_back_again_and_again_is_one_machine(network: Network) -> None:
    kept = network.copy(COMMUNITY)
    network.start_again(COMMUNITY)
    for value in range(30, 35):
        speaks(network, network.nodes[COMMUNITY], value)
        network.put_back(COMMUNITY, kept)
        network.exchange_all()
        network.exchange_all()
    assert found_at(network, STREET) == []
    speaks(network, network.nodes[COMMUNITY], 50)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 50}


def test_there_is_nothing_to_resume_where_nothing_is_held(network: Network) -> None:
    with pytest.raises(UnknownName):
        resume(network.nodes[STREET], COMMUNITY, network.now)
