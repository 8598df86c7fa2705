"""What was finally refused goes again when that may help, and always as one envelope."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.held import flip_a_byte, sealed_at
from tests.stories.network import COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.exchange.renewal import renew_child
from tiersync.flow.exchange.sealing import seal_all, send_refused_again
from tiersync.flow.healing.examine import examine_all
from tiersync.flow.healing.mend import take_copies
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import Message
from tiersync.link.sound import is_sound
from tiersync.model.envelope import Envelope
from tiersync.model.report import ReportKey
from tiersync.store.links.envelopes import load
from tiersync.store.links.steps import refuse
from tiersync.store.reports.reports import current_report
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.tables import envelopes, reports
from tiersync.views.links import link_lines

KEY = ReportKey("aging-year", COMMUNITY, "2013", "own")


def refuse_at(node: Node, key: ReportKey) -> None:
    """The node above did not take it."""
    with node.store.write() as db:
        row = current_report(db, key)
        assert row
        refuse(db, row.envelope, "unknown_key")


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """The report is everywhere, and the community and the street hear that the district refuses it."""
    network = Network(tmp_path)
    network.later()
    network.file(COMMUNITY, 21)
    network.exchange_all()
    for unit in (COMMUNITY, STREET):
        refuse_at(network.nodes[unit], KEY)
    return network


def sent_again(network: Network) -> int:
    """How many go again when the community pushes; the district refuses them once more."""
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        again = send_refused_again(db, community, network.now)
    network.exchange(COMMUNITY)
    network.exchange(STREET)
    for unit in (COMMUNITY, STREET):
        refuse_at(network.nodes[unit], KEY)
    return again


def test_what_stays_refused_goes_again_at_once_and_then_once_a_day(network: Network) -> None:
    assert sent_again(network) == 1
    hours = []
    for _ in range(48):
        network.later(3600)
        hours.append(sent_again(network))
    assert (sum(hours[:12]), sum(hours[:24]), sum(hours)) == (0, 1, 2)


def test_what_goes_again_takes_the_place_of_its_older_self_at_every_tier(network: Network) -> None:
    for day in range(4):
        network.later(24 * 3600)
        assert sent_again(network) == 1, day
    for unit in (COMMUNITY, STREET):
        with network.nodes[unit].store.read() as db:
            assert db.execute(select(reports.c.envelope)).scalars().all() == sealed_at(db)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 21}


def test_what_was_refused_and_is_replaced_is_nobodys_turn_any_more(network: Network) -> None:
    network.file(COMMUNITY, 22)
    network.exchange_all()
    for unit in (COMMUNITY, STREET):  # whose report it is, and who only passed it on
        assert {(line.waiting, line.refused) for line in link_lines(network.nodes[unit], network.now)} == {(0, 0)}
    assert network.figures(DISTRICT) == {(COMMUNITY, "2013"): 22}


def sealed_once_more(network: Network) -> Envelope:
    """The community's report under a second seal, as after a refusal that a copy of its folder knows nothing of."""
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        row = current_report(db, KEY)
        report = next(report for _, report in sealed_reports(db, [row] if row else []))
        return seal_all(db, community, [report], network.now)[0].envelope


def test_a_copy_under_another_seal_is_needed_only_where_the_bytes_are_damaged(network: Network) -> None:
    copy, street = sealed_once_more(network), network.nodes[STREET]
    with street.store.write() as db:
        assert take_copies(db, street, [copy], COMMUNITY, network.now) == 0
        row = current_report(db, KEY)
        assert row
        flip_a_byte(db, row)
    examine_all(street, network.now)
    assert network.figures(STREET) == {}
    with street.store.write() as db:
        assert take_copies(db, street, [copy], COMMUNITY, network.now) == 1
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 21}


def test_what_was_refused_and_is_gone_for_good_waits_for_nobody(network: Network) -> None:
    street = network.nodes[STREET]
    with street.store.write() as db:
        row = current_report(db, KEY)
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    assert [(line.peer, line.refused) for line in link_lines(street, network.now)] == [(DISTRICT, 0), (COMMUNITY, 0)]


def test_a_charter_that_came_since_sends_what_was_refused_again_at_once(network: Network) -> None:
    sent_again(network)
    network.later(3600)
    assert sent_again(network) == 0
    district = network.nodes[DISTRICT]
    with district.store.write() as db:
        renew_child(db, district, STREET, district.known(db), network.now)
    for unit in (STREET, COMMUNITY):
        network.exchange(unit)
    network.later()
    assert [sent_again(network), sent_again(network)] == [1, 0]


def test_what_was_damaged_under_its_second_seal_is_whole_under_both_when_the_first_comes_back(network: Network) -> None:
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        assert send_refused_again(db, community, network.now) == 1
    with suppress(ConnectionError):
        network.exchange(COMMUNITY, lost)
    with community.store.write() as db:
        row = current_report(db, KEY)
        assert row
        flip_a_byte(db, row)
    network.exchange_all()
    [line] = link_lines(community, network.now)
    assert (line.waiting, line.refused) == (0, 0)
    with community.store.read() as db:
        keyring = community.known(db).keyring
        assert all(is_sound(envelope, id_, keyring) for id_, envelope in load(db, sealed_at(db)).items())


def test_a_second_seal_that_is_broken_itself_is_not_called_whole(network: Network) -> None:
    community = network.nodes[COMMUNITY]
    with community.store.write() as db:
        assert send_refused_again(db, community, network.now) == 1
        row = current_report(db, KEY)
        assert row
        seal = load(db, [row.envelope])[row.envelope].seal
        broken = f"{seal[:-9]}{'A' if seal[-9] != 'A' else 'B'}{seal[-8:]}"
        db.execute(update(envelopes).where(envelopes.c.id == row.envelope).values(seal=broken))
    network.exchange_all()
    [line] = link_lines(community, network.now)
    assert (line.waiting, line.refused) == (0, 0)
    assert network.figures(COMMUNITY) == network.figures(STREET) == {(COMMUNITY, "2013"): 21}


def lost(message: Message) -> Message:
    raise ConnectionError
