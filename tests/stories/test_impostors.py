"""No one speaks for another: each attempt is refused, and both sides can see why."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.network import BEGAN, CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import BadToken, JoinRefused, LinkRefused, MayNotInvite
from tiersync.flow.joining.found import ask_to_join
from tiersync.flow.joining.welcome import make_invitation, revoke
from tiersync.flow.node import Keys
from tiersync.flow.reading_node import ReadingNode
from tiersync.link.dialogue.messages import Message
from tiersync.link.token import read_token
from tiersync.store.findings import finding_rows, open_findings, settle
from tiersync.store.links.links import audited
from tiersync.views.node_status import status


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    network.exchange_all()
    return network


def new_keys() -> Keys:
    return Keys(os.urandom(32), os.urandom(32), os.urandom(32))


def events(network: Network, unit: str) -> list[str]:
    with network.nodes[unit].store.read() as db:
        return [row.event for row in audited(db)]


def test_a_base_report_that_a_street_seals_in_a_communitys_name_is_refused_as_not_yours(network: Network) -> None:
    network.file(STREET, 999, for_unit=COMMUNITY)
    network.exchange(STREET)
    assert (COMMUNITY, "2013") not in network.figures(DISTRICT)
    assert [(line.peer, line.by, line.reason) for line in status(network.nodes[STREET], network.now).refused] == [
        (DISTRICT, DISTRICT, "not_yours")
    ]
    assert [(line.peer, line.by, line.reason) for line in status(network.nodes[DISTRICT], network.now).refused] == [
        (STREET, DISTRICT, "not_yours")
    ]


def test_a_message_sealed_with_another_key_changes_nothing_and_is_in_the_audit(network: Network) -> None:
    honest = network.nodes[COMMUNITY]
    network.file(COMMUNITY, 5)
    network.nodes[COMMUNITY] = ReadingNode(COMMUNITY, honest.store, new_keys())
    with pytest.raises(LinkRefused, match="seal"):
        network.exchange(COMMUNITY)
    assert network.figures(STREET) == {}
    assert "bad_seal" in events(network, STREET)


def test_a_replayed_message_changes_nothing_and_is_in_the_audit(network: Network) -> None:
    heard: list[Message] = []

    def overheard(message: Message) -> Message:
        heard.append(message)
        return network.answer(COMMUNITY, message)

    network.file(COMMUNITY, 5)
    network.exchange(COMMUNITY, overheard)
    before = network.envelopes(STREET)
    for message in heard:
        network.answer(COMMUNITY, message)
    assert network.envelopes(STREET) == before
    assert events(network, STREET).count("replay") == len(heard)


def test_a_revoked_key_is_refused_from_its_next_message_on(network: Network) -> None:
    revoke(network.nodes[STREET], COMMUNITY, network.now)
    network.file(COMMUNITY, 5)
    with pytest.raises(LinkRefused, match="revoked"):
        network.exchange(COMMUNITY)
    assert network.figures(STREET) == {}
    assert {"revoked", "unknown_key"} <= set(events(network, STREET))


def test_a_used_token_opens_nothing_for_another_key_and_again_for_its_own(network: Network) -> None:
    token = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now)
    keys = new_keys()
    ask_to_join(keys, token, network.ask(COMMUNITY))
    ask_to_join(keys, token, network.ask(COMMUNITY))
    with pytest.raises(JoinRefused, match="used this invitation"):
        ask_to_join(new_keys(), token, network.ask(COMMUNITY))
    assert "join:used" in events(network, STREET)


def test_a_token_for_one_unit_opens_nothing_for_another(network: Network) -> None:
    token = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now)
    with pytest.raises(JoinRefused, match="another unit"):
        ask_to_join(new_keys(), token.model_copy(update={"unit": STREET}), network.ask(COMMUNITY))


def test_a_token_that_is_too_old_or_damaged_is_refused_before_anything_is_asked(network: Network) -> None:
    text = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now).text()
    with pytest.raises(BadToken, match="expired"):
        read_token(text, BEGAN + timedelta(days=30))
    with pytest.raises(BadToken, match="damaged"):
        read_token(text[:-20], BEGAN)


def test_only_the_nearest_node_invites(network: Network) -> None:
    with pytest.raises(MayNotInvite, match=STREET):
        make_invitation(network.nodes[CITY], COMMUNITY, "http://127.0.0.1:1", network.now)
    with pytest.raises(MayNotInvite, match="does not lie below"):
        make_invitation(network.nodes[STREET], DISTRICT, "http://127.0.0.1:1", network.now)


def test_a_child_set_up_again_from_nothing_is_heard_and_its_new_key_is_a_finding_until_settled(
    network: Network, tmp_path: Path
) -> None:
    network.file(COMMUNITY, 5)
    network.exchange_all()
    network.nodes[COMMUNITY].store.close()
    (tmp_path / COMMUNITY).rename(tmp_path / "gone")
    (tmp_path / COMMUNITY).mkdir()
    token = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now)
    keys = new_keys()
    joined, _ = ask_to_join(keys, token, network.ask(COMMUNITY))
    assert joined.held_before == ("aging-year 2013 own r1",)
    network.join(COMMUNITY, keys)
    network.file(COMMUNITY, 6)
    network.exchange_all()
    for unit in (STREET, DISTRICT, CITY):
        assert network.figures(unit) == {(COMMUNITY, "2013"): 6}
        with network.nodes[unit].store.write() as db:
            assert [finding.reason for finding in open_findings(db)] == ["key_changed"]
            number = 1 + [row.is_open for row in finding_rows(db)].index(True)
            settle(db, number, "the office's computer was replaced", network.now)
            assert open_findings(db) == []
