"""Damage to what is on its way: what was emptied or gone before it arrived holds nothing up and arrives when it can."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from tests.held import flip_a_byte
from tests.stories.network import COMMUNITY, DISTRICT, STREET, Network
from tiersync.flow.node import Ask
from tiersync.link.dialogue.messages import Message
from tiersync.model.report import ReportKey
from tiersync.store.database import Connection, Row
from tiersync.store.links.outbox import queue
from tiersync.store.reports.reports import current_report
from tiersync.store.tables import envelopes, outbox, reports
from tiersync.views.node_status import status

UNSTORED = outbox.c.state == "sent"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Four nodes that know one report, of 2012."""
    network = Network(tmp_path_factory.mktemp("made"))
    network.file(COMMUNITY, 40, period="2012")
    network.exchange_all()
    network.close()
    return network


@pytest.fixture
def network(made: Network, tmp_path: Path) -> Network:
    return made.copied(tmp_path)


def row_of(db: Connection, period: str) -> Row[Any]:
    row = current_report(db, ReportKey("aging-year", COMMUNITY, period, "own"))
    assert row is not None
    return row


def lost(message: Message) -> Message:
    raise ConnectionError


def lose_a_message(network: Network, unit: str) -> None:
    """What a node says gets its positions, and never arrives."""
    with suppress(ConnectionError):
        network.exchange(unit, lost)


def test_what_went_up_without_its_body_goes_again_when_a_good_copy_came(network: Network) -> None:
    network.file(COMMUNITY, 21)
    network.exchange(COMMUNITY)
    lose_a_message(network, STREET)
    with network.nodes[STREET].store.write() as db:
        flip_a_byte(db, row_of(db, "2013"))
    network.exchange(STREET)
    network.exchange_all()
    assert network.figures(STREET)[COMMUNITY, "2013"] == network.figures(DISTRICT)[COMMUNITY, "2013"] == 21


@pytest.mark.parametrize("had_a_position", [False, True])
@pytest.mark.parametrize("gone", [(envelopes,), (reports, envelopes)])
def test_what_is_gone_before_it_arrived_holds_up_neither_what_follows_nor_the_healing(
    network: Network, gone: tuple[Any, ...], had_a_position: bool
) -> None:
    network.file(COMMUNITY, 21)
    if had_a_position:
        lose_a_message(network, COMMUNITY)
    with network.nodes[COMMUNITY].store.write() as db:
        envelope = row_of(db, "2013").envelope
        for table in gone:
            db.execute(delete(table).where((table.c.id if table is envelopes else table.c.envelope) == envelope))
    network.exchange(COMMUNITY)
    network.file(COMMUNITY, 22)
    network.exchange(COMMUNITY)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 22, (COMMUNITY, "2012"): 40}
    with network.nodes[STREET].store.write() as db:
        flip_a_byte(db, row_of(db, "2012"))
    network.exchange(COMMUNITY)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 22, (COMMUNITY, "2012"): 40}


@pytest.mark.parametrize("of", ["outbox", "position"])
def test_a_gap_in_the_positions_holds_nothing_up(network: Network, of: str) -> None:
    """What had a position and was not confirmed goes again under another one, or its line of the outbox is lost."""
    for seniors in (21, 22):
        network.file(COMMUNITY, seniors)
        lose_a_message(network, COMMUNITY)
    with network.nodes[COMMUNITY].store.write() as db:
        first = outbox.c.position == db.execute(select(func.min(outbox.c.position)).where(UNSTORED)).scalar_one()
        lost_one = delete(outbox) if of == "outbox" else update(outbox).values(position=None, state="waiting")
        db.execute(lost_one.where(first))
    network.exchange(COMMUNITY)
    network.exchange(COMMUNITY)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 22, (COMMUNITY, "2012"): 40}
    [line] = status(network.nodes[COMMUNITY], network.now).links
    assert (line.waiting, line.refused, line.restored) == (0, 0, "")


@pytest.mark.parametrize("is_again", [False, True])
def test_what_the_unit_above_stored_and_nobody_heard_of_may_be_gone(network: Network, is_again: bool) -> None:
    """Its position is told as empty, which is no word against what stands there above: nobody was put back."""
    network.file(COMMUNITY, 21)
    with suppress(ConnectionError):
        network.exchange(COMMUNITY, unheard(network))
    with network.nodes[COMMUNITY].store.write() as db:
        envelope = row_of(db, "2013").envelope
        db.execute(delete(outbox).where(outbox.c.envelope == envelope))
        if is_again:
            queue(db, STREET, [(envelope, "report")])
    network.exchange(COMMUNITY)
    assert network.figures(STREET) == {(COMMUNITY, "2013"): 21, (COMMUNITY, "2012"): 40}
    assert {line.restored for node in network.nodes.values() for line in status(node, network.now).links} == {""}


def test_a_node_put_back_is_seen_though_what_it_gave_an_old_position_is_gone(network: Network) -> None:
    copy = network.copy(COMMUNITY)
    network.file(COMMUNITY, 21)
    network.exchange(COMMUNITY)
    network.put_back(COMMUNITY, copy)
    network.file(COMMUNITY, 99, period="2014")
    lose_a_message(network, COMMUNITY)
    with network.nodes[COMMUNITY].store.write() as db:
        db.execute(delete(envelopes).where(envelopes.c.id == row_of(db, "2014").envelope))
    for _ in range(2):
        network.exchange_all()
    assert network.figures(COMMUNITY)[COMMUNITY, "2013"] == 21
    [line] = status(network.nodes[COMMUNITY], network.now).links
    assert line.restored.startswith("child")


def unheard(network: Network) -> Ask:
    """A line that swallows the answer."""

    def ask(message: Message) -> Message:
        network.answer(COMMUNITY, message)
        raise ConnectionError

    return ask
