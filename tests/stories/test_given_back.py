"""What a node put back to an older copy got again of its own stays known to be with its neighbour, and goes again when
that neighbour loses it in its turn."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, TIERS, Network
from tiersync.flow.down import pull
from tiersync.flow.notices.notice import mark_read, new_notice_id, publish
from tiersync.model.notice import Audience, Notice
from tiersync.store.notices import all_notices, receipts_of
from tiersync.views.node_status import status

UNITS = (CITY, DISTRICT, STREET, COMMUNITY)
LINKS = list(pairwise(UNITS))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    network.exchange_all()
    return network


def issue(network: Network, issuer: str) -> str:
    """An office publishes a policy for everybody below."""
    notice = Notice(
        notice_id=new_notice_id(), title="通知", text="请遵照执行。", issued_by=issuer, issuer="市老龄办",
        issued_on=date(2014, 1, 4), audience=Audience(tiers=TIERS[UNITS.index(issuer) + 1 :]),
    )  # fmt: skip
    return publish(network.nodes[issuer], notice, (), network.now)


def settle(network: Network) -> None:
    for _ in range(3):
        network.exchange_all()


def pull_all(network: Network) -> None:
    for unit in UNITS[1:]:
        network.later()
        pull(network.nodes[unit], network.ask(unit), network.now)


def lose_in_turn(network: Network, copies: dict[str, Path]) -> None:
    """One node after the other goes on from its older copy."""
    for unit, copy in copies.items():
        network.put_back(unit, copy)
        settle(network)


@pytest.mark.parametrize(("issuer", "below"), LINKS)
def test_a_notice_goes_down_again_to_whom_its_issuer_had_it_from(network: Network, issuer: str, below: str) -> None:
    copies = {unit: network.copy(unit) for unit in (issuer, below)}
    notice = issue(network, issuer)
    settle(network)
    lose_in_turn(network, copies)
    for unit in UNITS[UNITS.index(issuer) :]:
        with network.nodes[unit].store.read() as db:
            assert [row.notice for row in all_notices(db)] == [notice], unit


@pytest.mark.parametrize(("above", "reader"), LINKS)
def test_a_receipt_goes_up_again_to_whom_its_reader_had_it_from(network: Network, above: str, reader: str) -> None:
    notice = issue(network, CITY)
    pull_all(network)
    copies = {unit: network.copy(unit) for unit in (reader, above)}
    mark_read(network.nodes[reader], notice, network.now)
    settle(network)
    lose_in_turn(network, copies)
    for unit in UNITS[: UNITS.index(reader) + 1]:
        with network.nodes[unit].store.read() as db:
            assert "read" in receipts_of(db, notice)[reader], unit
    assert all(
        (line.waiting, line.refused) == (0, 0)
        for node in network.nodes.values()
        for line in status(node, network.now).links
    )


@pytest.mark.parametrize(("above", "below"), LINKS[:2])
def test_two_neighbours_put_back_together_are_heard_below_again(network: Network, above: str, below: str) -> None:
    """Each finds the other where it left it, and only who is below them knows what they forgot."""
    copies = {unit: network.copy(unit) for unit in (above, below)}
    issue(network, above)
    settle(network)
    for unit, copy in copies.items():
        network.put_back(unit, copy)
    settle(network)
    settle(network)
    issued = {unit: issue(network, unit) for unit in (above, below)}
    network.file(COMMUNITY, 77)
    settle(network)
    for issuer, notice in issued.items():
        for unit in UNITS[UNITS.index(issuer) :]:
            with network.nodes[unit].store.read() as db:
                assert notice in [row.notice for row in all_notices(db)], (issuer, unit)
    assert network.figures(CITY) == {(COMMUNITY, "2013"): 77}
    assert all(
        (line.waiting, line.refused) == (0, 0)
        for node in network.nodes.values()
        for line in status(node, network.now).links
    )
