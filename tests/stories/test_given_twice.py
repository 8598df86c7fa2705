"""A number that was given twice: two reports under one revision are named, and their owner says it anew above both."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.stories.network import COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.restored import TWO_CONTENTS, hear_of_two
from tiersync.link.dialogue.messages import Exchange, Message
from tiersync.link.wire import read_message
from tiersync.model.finding import Finding
from tiersync.store.facts import recall
from tiersync.store.findings import finding_rows, open_findings
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.rounds import count_again
from tiersync.store.tables import envelopes, reports


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path)


def forget_everything(network: Network, unit: str) -> None:
    """A node loses its reports with their seals, and that there were any."""
    with network.nodes[unit].store.write() as db:
        ids = [row.envelope for row in db.execute(reports.select())]
        db.execute(delete(reports))
        db.execute(delete(envelopes).where(envelopes.c.id.in_(ids)))
        count_again(db, ("aging-year", "2013"))


def ever_at(network: Network, unit: str) -> set[tuple[str, bool]]:
    with network.nodes[unit].store.read() as db:
        found = [(Finding.model_validate_json(row.body), row.is_open) for row in finding_rows(db)]
    return {(finding.reason, bool(is_open)) for finding, is_open in found}


def settle(network: Network) -> None:
    for _ in range(3):
        network.exchange_all()


def agrees(network: Network, value: int) -> None:
    """Every node shows the owner's figure, and nobody has a question left."""
    for unit, node in network.nodes.items():
        assert network.figures(unit) == {(COMMUNITY, "2013"): value}
        with node.store.read() as db:
            assert open_findings(db) == []
        assert reconcile(node, Wanted(), network.now) == []


@pytest.mark.parametrize("forgetful", [[COMMUNITY], [COMMUNITY, STREET], [COMMUNITY, STREET, DISTRICT]])
def test_the_owner_outranks_what_is_held_however_far_above(network: Network, forgetful: list[str]) -> None:
    network.file(COMMUNITY, 20)
    network.exchange_all()
    for unit in forgetful:
        forget_everything(network, unit)
    network.file(COMMUNITY, 90)
    settle(network)
    agrees(network, 90)
    assert any(("two_revisions", False) in ever_at(network, unit) for unit in network.nodes)


@pytest.mark.parametrize("value", [91, 92, 93])
def test_two_numbers_that_were_given_twice_hide_nothing(network: Network, value: int) -> None:
    """The first of them is outranked where it comes, and says nothing of the second."""
    for seniors in (20, 21):
        network.file(COMMUNITY, seniors)
        network.exchange_all()
    for unit in (COMMUNITY, STREET):
        forget_everything(network, unit)
    for seniors in (90, value):
        network.file(COMMUNITY, seniors)
        network.exchange(COMMUNITY)
    network.exchange(STREET)
    named = {finding.reason for finding in reconcile(network.nodes[DISTRICT], Wanted(), network.now)}
    assert "two_revisions" in named
    settle(network)
    agrees(network, value)


def test_what_was_asked_for_and_cannot_be_taken_is_not_asked_for_without_end(network: Network) -> None:
    network.file(COMMUNITY, 20)
    network.exchange_all()
    for unit in (COMMUNITY, STREET):
        forget_everything(network, unit)
    network.file(COMMUNITY, 90)
    network.exchange(COMMUNITY)
    wanted = []
    good = network.ask(STREET)

    def counted(message: Message) -> Message:
        said = read_message(message)
        wanted.append(len(said.wants) if isinstance(said, Exchange) else 0)
        return good(message)

    network.exchange(STREET, counted)
    assert sum(wanted) <= 1


def test_what_was_lost_when_its_owner_heard_of_it_is_outranked_once_it_is_back(network: Network) -> None:
    network.file(COMMUNITY, 20)
    network.exchange(COMMUNITY)
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        [envelope] = [row.envelope for row in db.execute(reports.select())]
        db.execute(delete(reports))
        db.execute(delete(envelopes).where(envelopes.c.id == envelope))
        hear_of_two(db, community, envelope, network.now)
    settle(network)
    with community.store.read() as db:
        [row] = current_reports(db)
        assert (row.revision, recall(db, TWO_CONTENTS)) == (2, None)
    agrees(network, 20)
