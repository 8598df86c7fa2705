"""Damage is named at every tier and heals from whichever neighbour holds the origin's seal."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.held import add_to, body_of, flip_a_byte, put_body, rewrite
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_of_units
from tiersync.flow.healing.examine import examine_all
from tiersync.flow.node import Node
from tiersync.link.seal import read_head, seal_head
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding
from tiersync.model.report import ReportKey
from tiersync.model.unit import Unit
from tiersync.store.database import Connection, Row
from tiersync.store.findings import finding_rows, open_findings, settle
from tiersync.store.reports.reports import current_report, current_reports
from tiersync.store.tables import damaged, envelopes, outbox, reports

KEY = ReportKey("aging-year", COMMUNITY, "2013", "own")
KEEPERS = [COMMUNITY, STREET, DISTRICT, CITY]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Four nodes that all hold the community's report of 21 seniors."""
    network = Network(tmp_path_factory.mktemp("made"))
    network.file(COMMUNITY, 21)
    network.exchange_all()
    assert all(network.figures(unit) == {(COMMUNITY, "2013"): 21} for unit in KEEPERS)
    network.close()
    return network


@pytest.fixture
def network(made: Network, tmp_path: Path) -> Network:
    return made.copied(tmp_path)


def row_at(db: Connection) -> Row[Any]:
    row = current_report(db, KEY)
    assert row is not None
    return row


def altered_at(network: Network, unit: str) -> list[Finding]:
    """Everything that a node ever learned of altered reports."""
    with network.nodes[unit].store.read() as db:
        found = [Finding.model_validate_json(row.body) for row in finding_rows(db)]
    return [finding for finding in found if finding.reason == "altered"]


def nothing_is_open(network: Network) -> bool:
    return not any(open_at(node) for node in network.nodes.values())


def open_at(node: Node) -> list[Finding]:
    with node.store.read() as db:
        return open_findings(db)


def bodies(network: Network) -> list[bytes]:
    """The report's bytes at every tier that has it."""
    found = []
    for unit in KEEPERS:
        with network.nodes[unit].store.read() as db:
            found.append(body_of(db, row_at(db)))
    return found


@pytest.mark.parametrize("keeper", KEEPERS)
def test_a_rewritten_figure_is_named_with_both_values_at_every_tier_above_and_heals(
    network: Network, keeper: str
) -> None:
    sealed = bodies(network)[0]
    with network.nodes[keeper].store.write() as db:
        rewrite(db, row_at(db), add_to("P02", 7))
    network.exchange_all()
    assert bodies(network) == [sealed] * 4
    for unit in KEEPERS[KEEPERS.index(keeper) :]:
        [figure] = [finding for finding in altered_at(network, unit) if finding.indicator]
        assert (figure.node, figure.unit, figure.indicator, figure.breakdown) == (keeper, COMMUNITY, "P02", "")
        assert (figure.sent, figure.held, figure.open) == ("21", "28", False)
    assert nothing_is_open(network)
    assert network.figures(keeper) == {(COMMUNITY, "2013"): 21}


@pytest.mark.parametrize("keeper", KEEPERS)
def test_a_flipped_bit_is_named_by_its_digests_and_heals(network: Network, keeper: str) -> None:
    sealed = bodies(network)[0]
    with network.nodes[keeper].store.write() as db:
        flip_a_byte(db, row_at(db))
        bad = body_of(db, row_at(db))
    network.exchange_all()
    assert bodies(network) == [sealed] * 4
    assert {finding.node for finding in altered_at(network, CITY)} == {keeper}
    assert nothing_is_open(network)
    with network.nodes[keeper].store.read() as db:
        [kept] = db.execute(select(damaged)).all()
    assert (kept.body, kept.mended_at is not None) == (bad, True)


@pytest.mark.parametrize("keeper", KEEPERS)
@pytest.mark.parametrize("gone", [(reports,), (reports, envelopes), (reports, envelopes, outbox)])
def test_a_report_whose_row_or_bytes_are_gone_comes_back(network: Network, keeper: str, gone: tuple[Any, ...]) -> None:
    with network.nodes[keeper].store.write() as db:
        envelope = row_at(db).envelope
        for table in gone:
            column = table.c.id if table is envelopes else table.c.envelope
            db.execute(delete(table).where(column == envelope))
    network.exchange_all()
    assert all(network.figures(unit) == {(COMMUNITY, "2013"): 21} for unit in KEEPERS)
    assert nothing_is_open(network)


def test_damaged_bytes_are_never_sent(tmp_path: Path) -> None:
    network = Network(tmp_path)
    network.file(COMMUNITY, 21)
    with network.nodes[COMMUNITY].store.write() as db:
        rewrite(db, row_at(db), add_to("P02", 7))
    network.exchange_all()
    assert network.figures(STREET) == {}
    [finding] = [finding for finding in altered_at(network, CITY) if finding.open]
    assert (finding.node, finding.unit) == (COMMUNITY, COMMUNITY)


def test_a_copy_counts_only_under_its_origins_seal(network: Network) -> None:
    """The street's copy is damaged, and the community's too, in another way: neither gets a false one."""
    for unit, by in ((STREET, 7), (COMMUNITY, 9)):
        with network.nodes[unit].store.write() as db:
            rewrite(db, row_at(db), add_to("P02", by))
    network.exchange(COMMUNITY)
    assert network.figures(COMMUNITY) == network.figures(STREET) == {}
    network.exchange_all()  # The district has it still.
    network.exchange_all()
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 21}


def test_a_wrong_row_over_sound_bytes_is_made_right_from_the_seal(network: Network) -> None:
    with network.nodes[STREET].store.write() as db:
        db.execute(reports.update().values(digest="0" * 64, revision=9, unit=STREET))
    network.later(24 * 3600)
    network.exchange_all()
    with network.nodes[STREET].store.read() as db:
        [row] = current_reports(db)
    assert (row.unit, row.revision) == (COMMUNITY, 1)
    assert nothing_is_open(network)


def test_the_body_of_another_report_under_this_head_is_damage(network: Network) -> None:
    network.file(COMMUNITY, 40, period="2012")
    network.exchange_all()
    with network.nodes[DISTRICT].store.write() as db:
        other = current_report(db, KEY._replace(period="2012"))
        assert other
        put_body(db, row_at(db), body_of(db, other))
    network.exchange_all()
    assert network.figures(DISTRICT) == {(COMMUNITY, "2013"): 21, (COMMUNITY, "2012"): 40}


def test_damage_that_somebody_settled_is_closed_at_every_tier_when_it_heals(network: Network) -> None:
    node = network.nodes[COMMUNITY]
    with node.store.write() as db:
        rewrite(db, row_at(db), add_to("P02", 7))
    examine_all(node, network.now)
    with node.store.write() as db:
        settle(db, 1, "seen", network.now)
    network.exchange_all()
    assert [finding for unit in KEEPERS for finding in altered_at(network, unit) if finding.open] == []


def forge_seal(db: Connection, row: Row[Any], **said: int) -> None:
    """Somebody puts a signature of his own on what stands there now."""
    body, bytes_of = body_of(db, row), envelopes.c.id == row.envelope
    head = read_head(db.execute(select(envelopes.c.seal).where(bytes_of)).scalar_one())
    forged = head.model_copy(update={"digest": digest(body), "size": len(body), **said})
    db.execute(envelopes.update().where(bytes_of).values(seal=seal_head(forged, os.urandom(32))))


@pytest.mark.parametrize("keeper", KEEPERS[:3])
def test_a_seal_in_an_epoch_that_nobody_was_given_is_damage(network: Network, keeper: str) -> None:
    with network.nodes[keeper].store.write() as db:
        row = row_at(db)
        rewrite(db, row, add_to("P02", 7))
        forge_seal(db, row, epoch=99)
    network.later(24 * 3600)
    network.exchange_all()
    assert network.figures(keeper) == {(COMMUNITY, "2013"): 21}
    assert {(finding.node, finding.open) for finding in altered_at(network, CITY)} == {(keeper, False)}
    assert nothing_is_open(network)


def test_the_index_is_never_made_from_a_forged_seal(network: Network) -> None:
    node = network.nodes[DISTRICT]
    with node.store.write() as db:
        before = row_at(db)
        rewrite(db, before, lambda said: said.update(unit=DISTRICT))
        forge_seal(db, before)
    network.later(24 * 3600)
    examine_all(node, network.now)
    with node.store.read() as db:
        row = row_at(db)
    assert (row.unit, row.digest, row.state) == (COMMUNITY, before.digest, "damaged")


def test_what_a_sibling_has_damaged_explains_no_difference(tmp_path: Path) -> None:
    sibling = "371402001002"
    network = Network(tmp_path, (*line_of_units(), Unit(code=sibling, name="other", parent=STREET, tier="community")))
    for unit in (COMMUNITY, sibling):
        network.file(unit, 21)
    network.exchange_all()
    for node in network.nodes.values():
        with node.store.write() as db:
            row = current_report(db, KEY._replace(unit=sibling))
            if row:
                flip_a_byte(db, row)
    network.exchange(sibling)
    with network.nodes[STREET].store.write() as db:  # Something else stands under the number of the community's report.
        envelope = row_at(db).envelope
        db.execute(delete(reports).where(reports.c.envelope == envelope))
        db.execute(envelopes.update().where(envelopes.c.id == envelope).values(id="0" * 36, kind="finding"))
    network.exchange(COMMUNITY)
    found = {(finding.reason, finding.unit) for finding in open_at(network.nodes[STREET])}
    assert found == {("altered", sibling), ("unexplained", COMMUNITY)}
