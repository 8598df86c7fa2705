"""Damage to a revision that was replaced since is named and heals, and changes nothing that is counted."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.held import flip_a_byte
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.examine import examine_all
from tiersync.flow.reconcile import Wanted, reconcile
from tiersync.model.finding import Finding
from tiersync.store.database import Connection, Row
from tiersync.store.findings import open_findings, settle
from tiersync.store.reports import current_reports
from tiersync.store.tables import envelopes, reports

KEEPERS = [COMMUNITY, STREET, DISTRICT, CITY]
FIGURE = {(COMMUNITY, "2013"): 21}


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four nodes that all hold the community's report of 21 seniors, and the one of 20 that it replaced."""
    network = Network(tmp_path)
    for seniors in (20, 21):
        network.file(COMMUNITY, seniors)
        network.exchange_all()
    return network


def replaced(db: Connection) -> Row[Any]:
    return db.execute(select(reports).where(reports.c.revision == 1)).one()


def spoil(network: Network, keepers: Iterable[str]) -> None:
    """The older revision is damaged there."""
    for keeper in keepers:
        with network.nodes[keeper].store.write() as db:
            flip_a_byte(db, replaced(db))


def look_and_exchange(network: Network) -> None:
    """A day later every node looks at everything that it holds."""
    network.later(24 * 3600)
    examine_all(network.nodes[CITY], network.now)
    network.exchange_all()


def open_at(network: Network, unit: str) -> list[Finding]:
    with network.nodes[unit].store.read() as db:
        return open_findings(db)


def test_a_replaced_revision_that_nobody_holds_any_more_is_named_at_every_tier(network: Network) -> None:
    spoil(network, KEEPERS)
    for _ in range(2):
        look_and_exchange(network)
    for place, unit in enumerate(KEEPERS):
        assert network.figures(unit) == FIGURE
        found = open_at(network, unit)
        assert {(f.reason, f.level, f.unit) for f in found} == {("altered", "holdings", COMMUNITY)}
        assert {f.node for f in found} == set(KEEPERS[: place + 1])
        assert {f.node for f in reconcile(network.nodes[unit], Wanted(), network.now)} == set(KEEPERS[: place + 1])
        with network.nodes[unit].store.read() as db:
            assert [row.revision for row in current_reports(db)] == [2]


def test_a_replaced_revision_that_somebody_settled_stays_settled(network: Network) -> None:
    spoil(network, KEEPERS)
    look_and_exchange(network)
    with network.nodes[COMMUNITY].store.write() as db:
        settle(db, 1, "the disk was old", network.now)
    look_and_exchange(network)
    assert open_at(network, COMMUNITY) == []


def test_damage_to_a_replaced_revision_explains_no_difference(network: Network) -> None:
    spoil(network, KEEPERS)
    look_and_exchange(network)
    with network.nodes[STREET].store.write() as db:  # Something else stands under the number of the current one.
        [row] = current_reports(db)
        db.execute(delete(reports).where(reports.c.envelope == row.envelope))
        db.execute(envelopes.update().where(envelopes.c.id == row.envelope).values(id="0" * 36, kind="finding"))
        db.execute(reports.update().values(is_current=True))
    network.exchange(COMMUNITY)
    assert ("unexplained", COMMUNITY) in {(f.reason, f.unit) for f in open_at(network, STREET)}


def test_bytes_of_a_replaced_revision_that_are_right_again_are_no_damage(network: Network) -> None:
    spoil(network, KEEPERS)
    look_and_exchange(network)
    spoil(network, KEEPERS)  # The same bit once more.
    look_and_exchange(network)
    assert [open_at(network, unit) for unit in KEEPERS] == [[], [], [], []]
