"""Before a seal is checked nothing is spent on a stranger, and a child that waits is judged before it is held."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import MetaData, func, select

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tests.web.lines import Call, serving
from tiersync.flow.exchange.parent import Listening, answer, answer_with_news, hear
from tiersync.flow.joining.strangers import Strangers
from tiersync.flow.joining.welcome import revoke
from tiersync.flow.node import Node
from tiersync.flow.notices.notice import new_notice_id
from tiersync.flow.notices.notice import publish as publish_notice
from tiersync.host.host import answering
from tiersync.link.dialogue.messages import LONGEST_WAIT, Exchange, Exchanged, Join, Message, Refusal
from tiersync.link.seal import public_of, read_head
from tiersync.link.wire import open_message, read_message, seal_message
from tiersync.model.envelope import Envelope
from tiersync.model.notice import Audience, Notice
from tiersync.store.links.charters import charter_envelopes
from tiersync.store.links.links import audited, link_to, parent_link, take_counter
from tiersync.store.links.outbox import is_waiting, newest
from tiersync.web.client import http_ask


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    network.exchange_all()
    return network


def turn(
    network: Network, child: str, /, key: bytes = b"", charters: tuple[Envelope, ...] = (), **said: object
) -> Message:
    """The next turn of a child that has nothing to bring, sealed with its own key or with another."""
    node = network.nodes[child]
    with node.store.write_link(network.above(child)) as db:
        counter, link = take_counter(db, network.above(child)), parent_link(db)
    exchange = Exchange(
        unit=child, to=network.above(child), link_epoch=link.epoch, counter=counter, origin_epoch=1,
        supplies=len(charters), written_up_to=link.written_up_to, stored_up_to=link.stored_up_to,
        acknowledged=link.acknowledged,
    ).model_copy(update=said)  # fmt: skip
    return seal_message(exchange, key or node.keys.private, charters)


def held(node: Node) -> dict[str, int]:
    """How many rows each table of a node has."""
    with node.store.read() as db:
        tables = MetaData()
        tables.reflect(db)
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.sorted_tables
        }


def refused(message: Message | Listening) -> str:
    assert isinstance(message, Message)
    said = read_message(message)
    assert isinstance(said, Refusal)
    return said.reason


def events(node: Node) -> list[tuple[str, str]]:
    with node.store.read() as db:
        return [(row.event, row.detail) for row in reversed(audited(db)) if row.event in ("bad_seal", "replay")]


@pytest.fixture
def log(network: Network) -> list[tuple[int, str]]:
    """What the street's log says of strangers."""
    said: list[tuple[int, str]] = []
    street = network.nodes[STREET]
    network.nodes[STREET] = replace(street, strangers=Strangers(lambda count, why: said.append((count, why))))
    return said


def strangers_messages(network: Network) -> Iterator[Message]:
    """What somebody may send who is no child here: in the name of a unit that is not linked, of one whose charter
    anybody can read but whose key nobody else has, and with an invitation that was never given."""
    other, key = "371403000000", os.urandom(32)
    with network.nodes[CITY].store.read() as db:
        charters = tuple(charter_envelopes(db, DISTRICT))
    yield turn(network, COMMUNITY, unit=other)
    yield turn(network, COMMUNITY, unit=other, wait=LONGEST_WAIT)
    yield turn(network, COMMUNITY, unit=DISTRICT, key=key)
    yield turn(network, COMMUNITY, unit=DISTRICT, key=key, charters=charters)
    yield seal_message(Join(unit=COMMUNITY, to=STREET, secret="x" * 32, key=public_of(key)), key)


def test_a_stranger_writes_nothing_and_the_log_has_one_line_a_minute(
    network: Network, log: list[tuple[int, str]]
) -> None:
    street, messages = network.nodes[STREET], list(strangers_messages(network))
    before = held(street)
    with street.store.write():  # Whoever wanted the lock as well would wait for it in vain.
        reasons = {refused(hear(street, message, network.now)) for message in messages * 20}
    assert reasons == {"needs", "bad_seal", "invitation"}
    assert held(street) == before
    assert log == [(1, "needs")]
    hear(street, messages[0], network.now + timedelta(minutes=1))
    assert log[1:] == [(20 * len(messages), "needs")]


def test_whoever_names_a_link_without_its_key_is_in_the_audit_once_a_minute_and_takes_no_lock_otherwise(
    network: Network,
) -> None:
    street = network.nodes[STREET]
    forged = turn(network, COMMUNITY, key=os.urandom(32), wait=LONGEST_WAIT)
    assert refused(hear(street, forged, network.now)) == "bad_seal"
    with street.store.write():
        assert {refused(hear(street, forged, network.now)) for _ in range(50)} == {"bad_seal"}
    network.later(60)
    assert refused(hear(street, forged, network.now)) == "bad_seal"
    [(first, _), (second, detail)] = events(street)
    assert (first, second) == ("bad_seal", "bad_seal")
    assert "50 more" in detail


def test_a_message_that_is_played_again_takes_no_lock_and_is_in_the_audit_once_a_minute(network: Network) -> None:
    street, again = network.nodes[STREET], turn(network, COMMUNITY)
    answer(street, again, network.now)
    assert refused(hear(street, again, network.now)) == "replay"
    with street.store.write():
        assert {refused(hear(street, again, network.now)) for _ in range(50)} == {"replay"}
    assert [event for event, _ in events(street)] == ["replay"]


def listening(network: Network, message: Message) -> Listening:
    heard = hear(network.nodes[STREET], message, network.now)
    assert isinstance(heard, Listening)
    return heard


def test_a_waiting_child_has_spent_its_counter_before_it_is_held(network: Network) -> None:
    message = turn(network, COMMUNITY, wait=LONGEST_WAIT)
    waits = listening(network, message)
    assert (waits.unit, waits.seconds) == (COMMUNITY, LONGEST_WAIT)
    with network.nodes[STREET].store.read() as db:
        assert link_to(db, COMMUNITY).counter == waits.said.counter
    assert refused(hear(network.nodes[STREET], message, network.now)) == "replay"


def test_a_push_while_a_request_of_the_same_child_waits_is_no_replay_and_neither_is_the_request(
    network: Network,
) -> None:
    waits = listening(network, turn(network, COMMUNITY, wait=LONGEST_WAIT))
    network.file(COMMUNITY, 5)
    network.exchange(COMMUNITY)
    network.file(STREET, 999, for_unit=COMMUNITY)
    said = open_message(
        answer_with_news(network.nodes[STREET], waits, network.now), public_of(network.nodes[STREET].keys.private)
    ).said
    assert isinstance(said, Exchanged)
    assert (said.counter, said.stored_up_to, said.renewal) == (waits.said.counter, 1, None)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 999}
    assert events(network.nodes[STREET]) == []
    network.exchange(COMMUNITY)
    assert events(network.nodes[STREET]) == []


def publish(network: Network) -> None:
    """The street issues a notice for its community."""
    notice = Notice(
        notice_id=new_notice_id(), title="t", text="t", issued_by=STREET, issuer="street", issued_on=network.now.date(),
        audience=Audience(units=(COMMUNITY,)),
    )  # fmt: skip
    publish_notice(network.nodes[STREET], notice, (), network.now)


def test_a_child_that_brings_something_or_has_news_already_is_not_held(network: Network) -> None:
    street = network.nodes[STREET]
    assert isinstance(hear(street, turn(network, COMMUNITY), network.now), Message)
    publish(network)
    assert isinstance(hear(street, turn(network, COMMUNITY, wait=LONGEST_WAIT), network.now), Message)


def test_a_child_that_waited_hears_what_came_meanwhile_and_one_that_was_revoked_hears_that(network: Network) -> None:
    street = network.nodes[STREET]
    waits = listening(network, turn(network, COMMUNITY, wait=LONGEST_WAIT))
    publish(network)
    told = answer_with_news(street, waits, network.now)
    assert [read_head(envelope.seal).kind for envelope in told.envelopes] == ["notice"]
    revoke(street, COMMUNITY, network.now)
    assert refused(answer_with_news(street, waits, network.now)) == "unknown_key"


@contextmanager
def running(network: Network) -> Iterator[str]:
    """The address at which the street serves its children as `tiersync run` does."""
    street = network.nodes[STREET]

    def newest_there(node: str) -> int:
        with street.store.read() as db:
            return newest(db)

    def has_news(node: str, child: str) -> bool:
        with street.store.read() as db:
            return is_waiting(db, child)

    with serving(answering(street, lambda text: None), newest_there, has_news) as url:
        yield url


def test_a_stranger_who_would_wait_hears_at_once_that_it_is_refused(network: Network) -> None:
    with running(network) as url:
        ask = http_ask(url, patience=LONGEST_WAIT / 2)
        assert refused(ask(turn(network, COMMUNITY, key=os.urandom(32), wait=LONGEST_WAIT))) == "bad_seal"
        assert refused(ask(turn(network, COMMUNITY, unit="371403000000", wait=LONGEST_WAIT))) == "needs"


def test_a_child_that_waits_and_pushes_at_once_is_heard_twice_over_real_lines(network: Network) -> None:
    with running(network) as url:
        waiting = Call(url, turn(network, COMMUNITY, wait=LONGEST_WAIT))
        with network.nodes[COMMUNITY].store.read() as db:
            counter = parent_link(db).counter
        while counter_of(network) < counter:
            sleep(0.01)
        network.file(COMMUNITY, 5)
        assert network.exchange(COMMUNITY, http_ask(url)).stored == 1
        assert waiting.heard == []
        publish(network)
        said = read_message(waiting.answer())
    assert isinstance(said, Exchanged)
    assert len(said.positions) == 1
    assert events(network.nodes[STREET]) == []


def counter_of(network: Network) -> int:
    with network.nodes[STREET].store.read() as db:
        return int(link_to(db, COMMUNITY).counter)


def test_the_unit_above_is_no_child_even_with_its_own_key(network: Network) -> None:
    key = network.nodes[DISTRICT].keys.private
    said = turn(network, COMMUNITY, unit=DISTRICT, counter=10_000, key=key)
    assert refused(hear(network.nodes[STREET], said, network.now)) == "needs"
