"""Attachments come whole, whoever else fetches them at the same time, and what is refused is said."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import BadMessage, LinkRefused
from tiersync.flow.joining.welcome import revoke
from tiersync.flow.node import Ask
from tiersync.flow.notices.attachments import file_of
from tiersync.flow.notices.fetching import Fetched, fetch_attachments
from tiersync.flow.notices.notice import new_notice_id, publish
from tiersync.link.dialogue.messages import LARGEST_CHUNK, Message
from tiersync.model.canonical import digest
from tiersync.model.notice import Audience, Notice

LARGE, SMALL = os.urandom(3 * LARGEST_CHUNK), "附表".encode()


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """A city has issued a notice with two attachments, and every unit below has the notice."""
    network, files = Network(tmp_path), [tmp_path / "large.bin", tmp_path / "small.txt"]
    for file, data in zip(files, (LARGE, SMALL), strict=True):
        file.write_bytes(data)
    notice = Notice(
        notice_id=new_notice_id(), title="t", text="t", issued_by=CITY, issuer="city", issued_on=network.now.date(),
        audience=Audience(tiers=("district", "street", "community")),
    )  # fmt: skip
    publish(network.nodes[CITY], notice, files, network.now)
    for unit in (DISTRICT, STREET, COMMUNITY):
        network.exchange(unit)
    return network


def fetch(network: Network, unit: str, ask: Ask | None = None) -> Fetched:
    return fetch_attachments(network.nodes[unit], ask or network.ask(unit))


def before_call(network: Network, number: int, do: Callable[[], object]) -> Ask:
    """A good line of the district's on which something else happens before its call of this number."""
    calls: list[Message] = []

    def ask(message: Message) -> Message:
        calls.append(message)
        if len(calls) == number:
            do()
        return network.answer(DISTRICT, message)

    return ask


def held(network: Network, unit: str) -> set[bytes]:
    """The attachments that are whole at a unit."""
    files = (file_of(network.nodes[unit], digest(data)) for data in (LARGE, SMALL))
    return {file.read_bytes() for file in files if file.exists()}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_two_fetches_at_once_do_not_spoil_each_other(network: Network, number: int) -> None:
    others: list[Fetched] = []
    first = fetch(network, DISTRICT, before_call(network, number, lambda: others.append(fetch(network, DISTRICT))))
    assert held(network, DISTRICT) == {LARGE, SMALL}
    assert first.came + others[0].came == 2
    assert not first.failed
    assert not others[0].failed


def test_a_fetch_that_another_exchange_overtakes_is_asked_for_again(network: Network) -> None:
    ask = before_call(network, 2, lambda: network.exchange(DISTRICT))
    assert fetch(network, DISTRICT, ask) == Fetched(2, 0, ())


def test_a_refusal_of_the_unit_above_is_said(network: Network) -> None:
    revoke(network.nodes[CITY], DISTRICT, network.now)
    came, _, failed = fetch(network, DISTRICT)
    assert came == 0
    assert [type(error) for error in failed] == [LinkRefused] * 2
    assert "revoked" in failed[0].say("en")


def test_an_attachment_that_arrives_damaged_is_said_and_keeps_no_other_from_coming(network: Network) -> None:
    first, second = sorted((LARGE, SMALL), key=digest)  # They are fetched in this order.
    file_of(network.nodes[CITY], digest(first)).write_bytes(bytes(len(first)))
    came, _, failed = fetch(network, DISTRICT)
    assert came == 1
    assert [type(error) for error in failed] == [BadMessage]
    assert held(network, DISTRICT) == {second}


def test_what_the_unit_above_does_not_have_yet_is_counted_and_comes_later(network: Network) -> None:
    assert fetch(network, STREET) == Fetched(0, 2, ())
    fetch(network, DISTRICT)
    assert fetch(network, STREET) == Fetched(2, 0, ())
    assert held(network, STREET) == {LARGE, SMALL}
