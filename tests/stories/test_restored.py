"""A node put back to an older copy of its folder is noticed, gets a new epoch, and loses nothing."""

from contextlib import suppress
from pathlib import Path

import pytest

from tests.held import flip_a_byte
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import WaitsForEpoch
from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.sealing import own_epoch
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import Message
from tiersync.model.finding import Finding
from tiersync.model.report import ReportKey
from tiersync.store.findings import finding_rows, open_findings
from tiersync.store.reports.reports import current_report
from tiersync.views.node_status import status

OWNERS = (COMMUNITY, STREET, DISTRICT)


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Every owner has filed, and every node above holds it."""
    network = Network(tmp_path_factory.mktemp("filed"))
    file_everywhere(network, 100)
    network.exchange_all()
    network.close()
    return network


@pytest.fixture
def network(filed: Network, tmp_path: Path) -> Network:
    return filed.copied(tmp_path)


def file_everywhere(network: Network, value: int) -> None:
    """Every owner files a figure of its own; one that waits for an epoch cannot yet."""
    for place, unit in enumerate(OWNERS):
        with suppress(WaitsForEpoch):
            network.file(unit, value + 1000 * place)


def nothing_heard(message: Message) -> Message:
    raise ConnectionError


def open_at(node: Node) -> list[Finding]:
    with node.store.read() as db:
        return open_findings(db)


def settle(network: Network) -> None:
    for _ in range(3):
        network.exchange_all()


# Whoever is put back, however many rounds are lost, it is tried offline or filed unaware: each pair of these occurs.
PAIRS = [
    (COMMUNITY, 1, 0, 0), (COMMUNITY, 2, 3, 2), (STREET, 1, 0, 2), (STREET, 2, 3, 0), (DISTRICT, 1, 3, 0),
    (DISTRICT, 2, 0, 2), (CITY, 1, 3, 2), (CITY, 2, 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("who", "lost", "attempts_offline", "filed_unaware"), PAIRS)
def test_a_node_put_back_to_an_older_copy_loses_nothing(
    network: Network, who: str, lost: int, attempts_offline: int, filed_unaware: int
) -> None:
    copy = network.copy(who)
    for step in range(lost):
        file_everywhere(network, 200 + step)
        network.exchange_all()
    network.put_back(who, copy)
    for _ in range(attempts_offline if who != CITY else 0):
        with suppress(ConnectionError):
            network.exchange(who, nothing_heard)
    for step in range(filed_unaware):
        file_everywhere(network, 300 + step)
    settle(network)
    file_everywhere(network, 400)
    settle(network)
    assert network.figures(CITY) == {(unit, "2013"): 400 + 1000 * place for place, unit in enumerate(OWNERS)}
    for node in network.nodes.values():
        stands = status(node, network.now)
        assert [(line.waiting, line.refused) for line in stands.links] == [(0, 0)] * len(stands.links)
        assert not stands.waits_for_epoch
        assert stands.refused == []


@pytest.mark.parametrize("who", OWNERS)
def test_what_the_unit_above_holds_from_the_lost_history_is_outranked(network: Network, who: str) -> None:
    copy = network.copy(who)
    network.file(who, 7777)
    network.exchange_all()
    network.put_back(who, copy)
    settle(network)
    assert network.figures(CITY)[who, "2013"] == network.figures(who)[who, "2013"] == 100 + 1000 * OWNERS.index(who)


@pytest.mark.parametrize("who", [COMMUNITY, STREET, DISTRICT])
def test_both_sides_say_whose_history_is_gone_and_a_new_epoch_begins(network: Network, who: str) -> None:
    copy = network.copy(who)
    file_everywhere(network, 200)
    network.exchange_all()
    network.put_back(who, copy)
    file_everywhere(network, 300)
    settle(network)
    above = network.above(who)
    said = {
        unit: {line.peer: line.restored for line in status(network.nodes[unit], network.now).links}
        for unit in (who, above)
    }
    assert said[who][above].startswith("child")
    assert said[above][who].startswith("child")
    with network.nodes[who].store.read() as db:
        assert own_epoch(db) > 1


def test_a_restored_city_gives_itself_a_new_epoch_that_everybody_below_learns(network: Network) -> None:
    copy = network.copy(CITY)
    file_everywhere(network, 200)
    network.exchange_all()
    network.put_back(CITY, copy)
    settle(network)
    for node in network.nodes.values():
        with node.store.read() as db:
            assert node.known(db).keyring.epoch(CITY) > 1


def test_what_a_lost_history_told_of_damage_is_closed_at_every_tier(network: Network) -> None:
    network.file(COMMUNITY, 555)
    copy = network.copy(COMMUNITY)
    with network.nodes[COMMUNITY].store.write() as db:
        row = current_report(db, ReportKey("aging-year", COMMUNITY, "2013", "own"))
        assert row
        flip_a_byte(db, row)
    network.exchange_all()
    assert [finding.reason for finding in open_at(network.nodes[CITY])] == ["altered"]
    network.put_back(COMMUNITY, copy)
    settle(network)
    assert not any(open_at(node) for node in network.nodes.values())
    assert network.figures(CITY)[COMMUNITY, "2013"] == 555


@pytest.mark.parametrize("who", [COMMUNITY, STREET, DISTRICT])
@pytest.mark.parametrize("is_empty", [False, True])
def test_what_was_filed_for_a_period_that_the_copy_does_not_know_comes_back(
    tmp_path: Path, who: str, is_empty: bool
) -> None:
    network = Network(tmp_path)
    if not is_empty:
        file_everywhere(network, 100)
        network.exchange_all()
    copy = network.copy(who)
    for period in ("2010", "2011"):
        network.file(who, 77, period=period)
    network.exchange_all()
    network.put_back(who, copy)
    settle(network)
    figures = network.figures(who)
    assert (figures[who, "2010"], figures[who, "2011"]) == (77, 77)
    assert not any(open_at(node) for node in network.nodes.values())


def test_what_a_relay_passed_on_under_a_number_used_twice_is_not_refused_for_ever(network: Network) -> None:
    """An office and the one above it are put back together: the number that the office uses again is new to both."""
    copies = {unit: network.copy(unit) for unit in (COMMUNITY, STREET)}
    say(network, COMMUNITY, "2011")
    network.exchange_all()
    for unit, copy in copies.items():
        network.put_back(unit, copy)
    network.exchange(STREET)  # It has its new epoch before the office below speaks.
    say(network, COMMUNITY, "2012")
    settle(network)
    assert known_at(network.nodes[CITY]) == {"2011", "2012"}
    for node in network.nodes.values():
        links = status(node, network.now).links
        assert [(line.waiting, line.refused) for line in links] == [(0, 0)] * len(links)


def say(network: Network, unit: str, period: str) -> None:
    """A node tells everybody above of a finding of its own."""
    node = network.nodes[unit]
    with node.store.write() as db:
        told = Finding(
            level="cells", reason="altered", node=unit, unit=unit, form="aging-year", period=period, part="own"
        )
        report_up(db, node, [told], network.now)


def known_at(node: Node) -> set[str]:
    """The periods of what was ever told here."""
    with node.store.read() as db:
        return {Finding.model_validate_json(row.body).period for row in finding_rows(db)}
