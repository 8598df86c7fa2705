"""What was kept long enough goes; figures in force, what is open and what a neighbour may need stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.healing.examine import examine_all
from tiersync.flow.reading_node import Keeps, ReadingNode
from tiersync.flow.tidy import tidy
from tiersync.flow.up import push
from tiersync.store.database import Row
from tiersync.store.links.envelopes import spell_time
from tiersync.store.tables import audit, envelopes, outbox, reports, runs

TIERS = (COMMUNITY, STREET, DISTRICT, CITY)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four nodes that hold three revisions of a report, the last of 23 seniors, and one of another year."""
    network = Network(tmp_path)
    for value in (21, 22, 23):
        network.file(COMMUNITY, value)
        network.exchange_all()
    network.file(COMMUNITY, 30, period="2014")
    network.exchange_all()
    return network


def rows(node: ReadingNode, table: Table) -> list[Row[Any]]:
    with node.store.read() as db:
        return list(db.execute(select(table)))


def tidy_all(network: Network, days: int) -> None:
    network.later(days * 24 * 3600)
    for unit in TIERS:
        tidy(network.nodes[unit], network.now)


def test_replaced_revisions_go_at_every_tier_and_the_figures_stay(network: Network) -> None:
    tidy_all(network, 1101)
    for unit in TIERS:
        node = network.nodes[unit]
        assert sorted((row.period, row.revision) for row in rows(node, reports)) == [("2013", 3), ("2014", 1)]
        assert len([row for row in rows(node, envelopes) if row.kind == "report"]) == 2
        assert network.figures(unit) == {(COMMUNITY, "2013"): 23, (COMMUNITY, "2014"): 30}
        assert examine_all(node, network.now).is_sound
        assert reconcile(node, Wanted(), network.now) == []
    network.file(COMMUNITY, 24)
    network.exchange_all()
    assert network.figures(CITY)[COMMUNITY, "2013"] == 24


def test_nothing_goes_before_its_time(network: Network) -> None:
    held = [len(rows(network.nodes[unit], reports)) for unit in TIERS]
    tidy_all(network, 1090)
    assert [len(rows(network.nodes[unit], reports)) for unit in TIERS] == held


def test_what_waits_to_go_anywhere_stays(network: Network) -> None:
    with network.nodes[COMMUNITY].store.write() as db:
        db.execute(outbox.update().values(state="waiting", position=None))
    tidy_all(network, 1101)
    assert len(rows(network.nodes[COMMUNITY], reports)) == 4
    assert len(rows(network.nodes[CITY], reports)) == 2


def test_what_was_handed_over_is_forgotten_but_for_reports_in_force(network: Network) -> None:
    tidy_all(network, 401)
    node = network.nodes[COMMUNITY]
    current = {row.envelope for row in rows(node, reports) if row.is_current}
    assert {row.envelope for row in rows(node, outbox)} == current


def test_a_node_put_back_to_a_copy_from_before_is_as_the_others_again(network: Network) -> None:
    kept = network.copy(COMMUNITY)
    network.start_again(COMMUNITY)
    network.file(COMMUNITY, 25)
    network.exchange_all()
    tidy_all(network, 1101)
    network.put_back(COMMUNITY, kept)
    network.exchange_all()
    network.exchange_all()
    assert {network.figures(unit)[COMMUNITY, "2013"] for unit in TIERS} == {23}
    assert all(reconcile(network.nodes[unit], Wanted(), network.now) == [] for unit in TIERS)


def test_the_last_run_of_a_stream_stays_and_old_audit_lines_go(network: Network) -> None:
    node, long_ago = network.nodes[COMMUNITY], spell_time(datetime(2010, 1, 1, tzinfo=UTC))
    with node.store.write() as db:
        for id_, stream in (("1", "a"), ("2", "a"), ("3", "b")):
            db.execute(insert(runs).values(id=id_, stream=stream, started_at=long_ago, outcome="published"))
        db.execute(insert(audit).values(at=long_ago, peer=STREET, event="joined", detail=""))
    tidy_all(network, 0)
    assert [row.id for row in rows(node, runs)] == ["2", "3"]
    assert long_ago not in [row.at for row in rows(node, audit)]


def test_it_is_done_once_a_day(network: Network) -> None:
    node = network.nodes[CITY]
    assert tidy(node, network.now + timedelta(days=1101)) > 2
    with node.store.write() as db:
        db.execute(insert(audit).values(at=spell_time(network.now), peer=STREET, event="joined", detail=""))
    assert tidy(node, network.now + timedelta(days=1101, hours=23)) == 0
    assert tidy(node, network.now + timedelta(days=1103)) == 1


def test_an_office_says_how_long(network: Network) -> None:
    node = network.nodes[CITY]
    object.__setattr__(node, "keeps", Keeps(revisions=timedelta(days=500)))
    tidy(node, network.now + timedelta(days=501))
    assert len(rows(node, reports)) == 2
    with node.store.read() as db:
        assert db.execute(select(func.count()).select_from(envelopes)).scalar()


def test_nothing_is_forgotten_by_a_wrong_clock(network: Network) -> None:
    node = network.nodes[COMMUNITY]
    push(node, network.ask(COMMUNITY), network.now.replace(year=2099))
    assert len(rows(node, reports)) == 4
    network.later(1101 * 24 * 3600)
    push(node, network.ask(COMMUNITY), network.now)
    assert len(rows(node, reports)) == 2
