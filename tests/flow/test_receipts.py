"""What units say about a notice comes up to its issuer; what cannot be read or sent holds nothing else up."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import BadMessage, BadNotice, PersonalData
from tiersync.flow.down import pull
from tiersync.flow.exchange.sealing import begin_epoch
from tiersync.flow.joining.welcome import revoke
from tiersync.flow.notices.notice import acknowledge, board, new_notice_id, publish, say_receipts
from tiersync.model.notice import STATES, Audience, Notice, Receipt
from tiersync.store.links.envelopes import load, read_body
from tiersync.store.links.outbox import next_batch
from tiersync.store.notices import all_notices, notice_row, read_notice
from tiersync.store.tables import envelopes, receipts
from tiersync.views.node_status import status

ZSTD_AND_NO_MORE = bytes.fromhex("28b52ffd")


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four nodes that have heard of each other."""
    network = Network(tmp_path)
    network.exchange_all()
    return network


def written(issuer: str, *tiers: str, text: str = "请遵照执行。") -> Notice:
    return Notice(
        notice_id=new_notice_id(), title="关于走访慰问的通知", text=text, issued_by=issuer, issuer="市老龄办",
        issued_on=date(2014, 1, 4), audience=Audience(tiers=tiers),
    )  # fmt: skip


def issue(network: Network, issuer: str, *tiers: str) -> str:
    return publish(network.nodes[issuer], written(issuer, *tiers), (), network.now)


def fetch(network: Network, *units: str) -> None:
    for unit in units:
        network.later()
        pull(network.nodes[unit], network.ask(unit), network.now)


def states(network: Network, issuer: str, notice: str) -> dict[str, str]:
    return {row.unit: row.state for row in board(network.nodes[issuer], notice)}


def damage(network: Network, unit: str, notice: str) -> None:
    """The disk of a node has lost what the notice says."""
    with network.nodes[unit].store.write() as db:
        envelope = notice_row(db, notice).envelope
        db.execute(update(envelopes).where(envelopes.c.id == envelope).values(body=ZSTD_AND_NO_MORE))


def test_a_unit_whose_node_is_revoked_is_answered_for_by_the_issuer(network: Network) -> None:
    notice = issue(network, CITY, "district", "street")
    assert states(network, CITY, notice) == {DISTRICT: "unreached", STREET: "unreached"}
    revoke(network.nodes[CITY], DISTRICT, network.now)
    assert states(network, CITY, notice) == {DISTRICT: "delivered", STREET: "unreached"}


def test_receipts_for_units_without_a_node_travel_up_and_those_of_the_issuer_stay(network: Network) -> None:
    revoke(network.nodes[STREET], COMMUNITY, network.now)
    notice = issue(network, CITY, "street", "community")
    for _ in range(3):
        fetch(network, STREET, DISTRICT)
    assert states(network, CITY, notice) == {STREET: "delivered", COMMUNITY: "delivered"}
    own = issue(network, STREET, "community")
    assert states(network, STREET, own) == {COMMUNITY: "delivered"}
    fetch(network, STREET)
    with network.nodes[DISTRICT].store.read() as db:
        assert db.execute(select(receipts).where(receipts.c.notice == own)).all() == []


def test_a_damaged_notice_stops_neither_the_exchange_nor_other_notices(network: Network) -> None:
    damaged, sound = (issue(network, CITY, "district") for _ in range(2))
    damage(network, CITY, damaged)
    fetch(network, DISTRICT)
    assert states(network, CITY, sound) == {DISTRICT: "delivered"}
    with network.nodes[DISTRICT].store.read() as db:
        assert [row.notice for row in all_notices(db)] == [sound]
    damage(network, DISTRICT, sound)
    later = issue(network, CITY, "district")
    fetch(network, DISTRICT)
    assert states(network, CITY, later) == {DISTRICT: "delivered"}
    assert status(network.nodes[DISTRICT], network.now).unreadable_notices == [sound]
    assert acknowledge(network.nodes[DISTRICT], network.now) == 0


def test_what_is_damaged_gets_no_new_seal_after_a_restore(network: Network) -> None:
    damaged, sound = (issue(network, DISTRICT, "street") for _ in range(2))
    damage(network, DISTRICT, damaged)
    district = network.nodes[DISTRICT]
    with district.store.write_link(STREET) as db:
        begin_epoch(db, district, 2, network.now)
        waiting = [body.notice_id for body in map(read_body, next_batch(db, STREET, 2**20).envelopes)]
    assert waiting == [sound]
    assert [(line.peer, line.reason) for line in status(district, network.now).refused] == [(STREET, "damaged")]


def test_what_its_own_model_would_refuse_is_not_sealed(network: Network, tmp_path: Path) -> None:
    before = network.envelopes(CITY)
    unreadable = written(CITY, "district").model_copy(update={"title": "长" * 201})
    with pytest.raises(BadMessage):
        publish(network.nodes[CITY], unreadable, (), network.now)
    too_many = [tmp_path / f"{number}.txt" for number in range(51)]
    with pytest.raises(BadNotice):
        publish(network.nodes[CITY], written(CITY, "district"), too_many, network.now)
    assert network.envelopes(CITY) == before
    notice = issue(network, CITY, "district")
    with pytest.raises(BadMessage):
        say(network, CITY, notice, _receipt(notice, note="长" * 201))
    assert states(network, CITY, notice) == {DISTRICT: "unreached"}


def say(network: Network, unit: str, notice: str, said: Receipt) -> None:
    node = network.nodes[unit]
    with node.store.write() as db:
        say_receipts(db, node, read_notice(db, notice_row(db, notice)), [said], network.now)


def _receipt(notice: str, **said: object) -> Receipt:
    at = "2014-01-05T08:00:00Z"
    sound = Receipt.model_validate({"notice_id": notice, "unit": DISTRICT, "state": "in_progress", "at": at})
    return sound.model_copy(update=said)


def test_how_far_a_unit_is_comes_up_with_a_word_and_is_shown_on_the_board(network: Network) -> None:
    notice = issue(network, CITY, "district")
    fetch(network, DISTRICT)
    said = _receipt(notice, progress=40, note="已完成四个街道", at=network.now)
    say(network, DISTRICT, notice, said)
    network.exchange_all()
    assert states(network, CITY, notice) == {DISTRICT: "in_progress"}
    with network.nodes[CITY].store.read() as db:
        held = db.execute(select(receipts.c.envelope).where(receipts.c.state == "in_progress")).scalar_one()
        assert read_body(load(db, [held])[held]) == said


def test_the_furthest_of_what_a_unit_said_is_its_state(network: Network) -> None:
    notice = issue(network, CITY, "district")
    for state in STATES:
        say(network, CITY, notice, _receipt(notice, state=state))
        assert states(network, CITY, notice) == {DISTRICT: state}


def test_a_word_that_looks_like_personal_data_is_not_sealed(network: Network) -> None:
    notice = issue(network, CITY, "district")
    before = network.envelopes(CITY)
    with pytest.raises(PersonalData):
        say(network, CITY, notice, _receipt(notice, note="联系人 13800001234"))
    assert network.envelopes(CITY) == before
