"""Damage to a revision that was replaced since is named and heals, and changes nothing that is counted."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.held import body_of, flip_a_byte, sealed_at
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.sealing import send_refused_again
from tiersync.flow.healing.examine import examine_all, unsound_rows
from tiersync.flow.healing.mend import compare_lists
from tiersync.link.dialogue.child import Mend
from tiersync.link.dialogue.messages import Exchanged
from tiersync.link.seal import read_head
from tiersync.model.finding import Finding
from tiersync.store.database import Connection, Row
from tiersync.store.findings import finding_rows, open_findings, settle
from tiersync.store.links.steps import refuse
from tiersync.store.reports.reports import current_reports
from tiersync.store.tables import envelopes, reports

KEEPERS = [COMMUNITY, STREET, DISTRICT, CITY]
FIGURE = {(COMMUNITY, "2013"): 21}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Four nodes that all hold the community's report of 21 seniors, and the one of 20 that it replaced."""
    network = Network(tmp_path_factory.mktemp("made"))
    for seniors in (20, 21):
        network.file(COMMUNITY, seniors)
        network.exchange_all()
    network.close()
    return network


@pytest.fixture
def network(made: Network, tmp_path: Path) -> Network:
    return made.copied(tmp_path)


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


def ever_at(network: Network, unit: str) -> list[Finding]:
    with network.nodes[unit].store.read() as db:
        return [Finding.model_validate_json(row.body) for row in finding_rows(db)]


def open_at(network: Network, unit: str) -> list[Finding]:
    with network.nodes[unit].store.read() as db:
        return open_findings(db)


def bodies(network: Network) -> list[bytes]:
    """The older revision's bytes at every tier."""
    found = []
    for unit in KEEPERS:
        with network.nodes[unit].store.read() as db:
            found.append(body_of(db, replaced(db)))
    return found


@pytest.mark.parametrize("keeper", KEEPERS)
@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_a_damaged_replaced_revision_is_named_and_comes_back_from_a_neighbour(
    network: Network, keeper: str, how: str
) -> None:
    sealed = bodies(network)
    if how == "damaged":
        spoil(network, [keeper])
    else:
        with network.nodes[keeper].store.write() as db:
            db.execute(delete(envelopes).where(envelopes.c.id == replaced(db).envelope))
    look_and_exchange(network)
    assert bodies(network) == sealed
    assert all(network.figures(unit) == FIGURE for unit in KEEPERS)
    for place, unit in enumerate(KEEPERS):
        known = {(f.reason, f.level, f.node, f.open) for f in ever_at(network, unit)}
        assert known == ({("altered", "holdings", keeper, False)} if place >= KEEPERS.index(keeper) else set())


@pytest.mark.parametrize("whole", KEEPERS)
def test_one_whole_copy_of_a_replaced_revision_mends_every_tier(network: Network, whole: str) -> None:
    sealed = bodies(network)
    spoil(network, [unit for unit in KEEPERS if unit != whole])
    for _ in range(3):
        look_and_exchange(network)
    assert bodies(network) == sealed
    assert [open_at(network, unit) for unit in KEEPERS] == [[], [], [], []]


def test_what_never_went_up_is_not_given_to_a_parent_that_asks_for_it(tmp_path: Path) -> None:
    network = Network(tmp_path)
    for seniors in (20, 21):
        network.file(COMMUNITY, seniors)
    network.exchange(COMMUNITY)
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        ids = sealed_at(db)
        asking = Exchanged(
            unit=STREET, to=COMMUNITY, link_epoch=1, counter=1, stored_up_to=0, wants=tuple(ids), clock=network.now
        )
        given = compare_lists(db, community, Mend(asking), network.now).gives
        [row] = current_reports(db)
    assert (len(ids), [read_head(envelope.seal).id for envelope in given]) == (2, [row.envelope])


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


@pytest.mark.parametrize("keeper", [STREET, CITY])
def test_a_revision_that_was_refused_before_it_was_replaced_comes_back_too(tmp_path: Path, keeper: str) -> None:
    """Its owner believes that it was refused above; it was held there."""
    network = Network(tmp_path)
    network.file(COMMUNITY, 20)
    network.exchange_all()
    refuse_at_owner(network)
    network.file(COMMUNITY, 21)
    network.exchange_all()
    spoil(network, [keeper])
    look_and_exchange(network)
    assert not open_at(network, CITY)
    assert len(set(bodies(network))) == 1


def test_where_one_seal_of_a_revision_is_damaged_the_other_counts(tmp_path: Path) -> None:
    """What was refused is sealed again; the city holds it under its first seal, and its owner only under the second."""
    network = Network(tmp_path)
    network.file(DISTRICT, 20)
    network.exchange_all()
    refuse_at_owner(network, DISTRICT)
    with network.nodes[DISTRICT].store.write() as db:
        assert send_refused_again(db, network.nodes[DISTRICT], network.now) == 1
    network.exchange(DISTRICT)
    network.file(DISTRICT, 21)
    network.exchange_all()
    spoil(network, [CITY])
    look_and_exchange(network)
    assert not open_at(network, CITY)
    with network.nodes[CITY].store.read() as db:
        assert list(unsound_rows(db, network.nodes[CITY], [replaced(db)])) == []


def refuse_at_owner(network: Network, owner: str = COMMUNITY) -> None:
    with network.nodes[owner].store.write() as db:
        refuse(db, replaced(db).envelope, "unknown_key")
