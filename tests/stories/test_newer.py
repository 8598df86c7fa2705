"""Old and new programs talk: what is too new for a node is kept unread or waits, and is never taken for a forgery."""

import json
import os
from datetime import UTC, date
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from uuid_utils import uuid7

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import JoinRefused, LinkRefused, TooNew
from tiersync.flow.joining.found import ask_to_join, check_chain
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Keys
from tiersync.link.dialogue.messages import Message
from tiersync.link.pack import pack
from tiersync.link.seal import read_head, read_unopened, seal_text
from tiersync.model.canonical import canonical, digest, spell
from tiersync.model.envelope import VERSIONS, Body, Envelope, Head, Version
from tiersync.model.finding import MOST_CELLS, CellNamed, Finding, ReportNamed, Verdict
from tiersync.model.period import Period
from tiersync.store.links.envelopes import Stored, keep, load, read_body, unread_ids
from tiersync.store.links.numbers import take_numbers
from tiersync.store.links.outbox import queue
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.tables import envelopes
from tiersync.views.node_status import status
from tiersync.views.table import Reader
from tiersync.views.warnings import warnings

WRONG = Finding(level="source", reason="headers_changed", node=COMMUNITY, unit=COMMUNITY)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    network.file(COMMUNITY, 100)
    network.exchange_all()
    return network


def seal(network: Network, body: Body, version: int, **more: object) -> Stored:
    """A program seals a body at the community's node in a version of its own, and may say more of it in the head."""
    node, packed = network.nodes[COMMUNITY], pack(body)
    with node.store.write() as db:
        head = Head(
            id=str(uuid7()), kind=body.kind, version=version, origin=COMMUNITY, epoch=1,
            number=take_numbers(db, COMMUNITY, 1, 1), written_at=network.now, catalogue=1, digest=digest(packed),
            size=len(packed),
        )  # fmt: skip
        text = canonical(head.model_dump(mode="json") | more)
        stored = Stored(head, Envelope(seal_text(text, node.keys.private), packed), COMMUNITY)
        keep(db, [stored], network.now)
    return stored


def seal_newer(network: Network, body: Body, **more: object) -> str:
    """A newer program seals a body at the community's node and queues it; returns the envelope's id."""
    sealed = seal(network, body, 2, **more).head
    with network.nodes[COMMUNITY].store.write() as db:
        queue(db, STREET, [(sealed.id, sealed.kind)])
    return sealed.id


def unread(network: Network, unit: str) -> list[str]:
    with network.nodes[unit].store.read() as db:
        return unread_ids(db)


def found_at(network: Network, unit: str) -> list[str]:
    return [finding.reason for finding in status(network.nodes[unit], network.now).findings]


def test_a_newer_version_counts_as_stored_and_is_read_after_the_upgrade(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal_newer(network, WRONG)
    assert network.exchange(COMMUNITY).stored == 1
    assert unread(network, STREET) == [sealed]
    above = status(network.nodes[STREET], network.now)
    assert (above.unread, above.refused) == (1, [])
    assert any("upgrade tiersync here" in said.en for said in warnings(above, Reader("en", UTC)))
    assert network.exchange(COMMUNITY).stored == 0  # It does not go again.
    monkeypatch.setitem(VERSIONS, "finding", Version(2, 2))
    for unit in (COMMUNITY, STREET, DISTRICT):
        network.exchange(unit)
    assert unread(network, STREET) == []
    assert [found_at(network, unit) for unit in (STREET, DISTRICT, CITY)] == [["headers_changed"]] * 3


def test_a_newer_head_that_says_more_is_no_forgery_and_one_of_this_version_that_does_is(network: Network) -> None:
    sealed = seal_newer(network, WRONG, sealed_for="somebody")
    network.exchange(COMMUNITY)
    assert (unread(network, STREET), status(network.nodes[STREET], network.now).refused) == ([sealed], [])
    forged = seal(network, WRONG, 1, sealed_for="somebody").head
    with network.nodes[COMMUNITY].store.write() as db:
        queue(db, STREET, [(forged.id, forged.kind)])
    network.exchange(COMMUNITY)
    assert [line.reason for line in status(network.nodes[STREET], network.now).refused] == ["bad_seal"]


def test_an_unknown_kind_counts_as_stored_and_is_read_after_the_upgrade(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.delitem(VERSIONS, "finding")  # A program from before there were findings.
        sealed = seal_newer(network, WRONG)
        assert network.exchange(COMMUNITY).stored == 1
        assert unread(network, STREET) == [sealed]
        network.file(COMMUNITY, 200)
        network.exchange(COMMUNITY)  # It stands in the way of nothing.
        assert network.figures(STREET)[COMMUNITY, "2013"] == 200
    monkeypatch.setitem(VERSIONS, "finding", Version(2, 2))
    network.exchange(STREET)
    assert (unread(network, STREET), found_at(network, DISTRICT)) == ([], ["headers_changed"])


def test_what_turns_out_after_the_upgrade_not_to_be_its_origins_to_say_comes_back_as_a_verdict(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal_newer(network, WRONG.model_copy(update={"node": CITY}))
    network.exchange(COMMUNITY)
    monkeypatch.setitem(VERSIONS, "finding", Version(2, 2))
    network.exchange(STREET)
    network.exchange(COMMUNITY)
    [refused] = status(network.nodes[COMMUNITY], network.now).refused
    assert (refused.envelope, refused.reason) == (sealed, "not_yours")
    assert found_at(network, STREET) == []


def test_what_an_older_version_spelled_keeps_its_version_when_it_is_sealed_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = network.copy(COMMUNITY)
    network.file(COMMUNITY, 200)
    network.exchange(COMMUNITY)
    network.put_back(COMMUNITY, copy)
    network.file(COMMUNITY, 300)
    monkeypatch.setitem(VERSIONS, "report", Version(2, 2))
    network.exchange(COMMUNITY)
    network.file(COMMUNITY, 400)
    with network.nodes[COMMUNITY].store.read() as db:
        rows = db.execute(select(envelopes).where(envelopes.c.origin == COMMUNITY, envelopes.c.epoch == 2))
        assert [read_head(row.seal).version for row in rows] == [1, 2]


def said_by_a_newer_program(message: Message, private: bytes, **more: object) -> Message:
    """The same message in the next version, with what this program does not know."""
    outer = json.loads(read_unopened(message.seal))
    outer["said"] |= {"version": 2, **more}
    return Message(seal_text(canonical(outer), private), message.envelopes)


@pytest.mark.parametrize("more", [{}, {"mood": "good"}, {"type": "greeting"}], ids=["same", "more", "another type"])
def test_a_newer_childs_message_is_too_new_for_its_parent_and_all_of_it_waits(
    network: Network, more: dict[str, str]
) -> None:
    private = network.nodes[COMMUNITY].keys.private
    network.file(COMMUNITY, 200)

    def newer(message: Message) -> Message:
        return network.answer(COMMUNITY, said_by_a_newer_program(message, private, **more))

    with pytest.raises(LinkRefused) as refused:
        network.exchange(COMMUNITY, newer)
    assert "older than the one here" in refused.value.say("en")
    above = status(network.nodes[STREET], network.now)
    below = status(network.nodes[COMMUNITY], network.now)
    assert (above.refused, below.refused, below.links[0].waiting) == ([], [], 1)
    assert network.exchange(COMMUNITY).stored == 1  # Once the parent was upgraded.
    assert network.figures(STREET)[COMMUNITY, "2013"] == 200


def test_a_newer_parents_answer_says_that_it_is_this_nodes_turn(network: Network) -> None:
    private = network.nodes[STREET].keys.private
    network.file(COMMUNITY, 200)

    def newer(message: Message) -> Message:
        return said_by_a_newer_program(network.answer(COMMUNITY, message), private, mood="good")

    with pytest.raises(TooNew, match="Upgrade tiersync on this machine"):
        network.exchange(COMMUNITY, newer)
    [line] = status(network.nodes[COMMUNITY], network.now).links
    assert line.last_error
    assert "Upgrade tiersync" in line.last_error.en
    network.exchange(COMMUNITY)
    assert network.figures(STREET)[COMMUNITY, "2013"] == 200


def test_a_newer_program_that_joins_an_older_one_hears_whose_turn_it_is(network: Network) -> None:
    keys = Keys(os.urandom(32), os.urandom(32), os.urandom(32))
    token = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now)

    def newer(message: Message) -> Message:
        return network.answer(COMMUNITY, said_by_a_newer_program(message, keys.private))

    with pytest.raises(JoinRefused, match="ask it to upgrade"):
        ask_to_join(keys, token, newer)


def test_a_welcome_that_is_too_new_is_no_forgery(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(os.urandom(32), os.urandom(32), os.urandom(32))
    token = make_invitation(network.nodes[STREET], COMMUNITY, "http://127.0.0.1:1", network.now)
    _, welcome = ask_to_join(keys, token, network.ask(COMMUNITY))
    monkeypatch.setitem(VERSIONS, "catalogue", Version(0, 0))  # An older program than any.
    with pytest.raises(TooNew, match="catalogue 1"):
        check_chain(token, welcome)


def test_every_message_says_its_version(network: Network) -> None:
    overheard: list[Message] = []

    def overhear(message: Message) -> Message:
        reply = network.answer(COMMUNITY, message)
        overheard.extend((message, reply))
        return reply

    network.exchange(COMMUNITY, overhear)
    assert {json.loads(read_unopened(one.seal))["said"]["version"] for one in overheard} == {1}


def test_a_report_that_is_refused_further_up_comes_back_by_its_revision(network: Network) -> None:
    with network.nodes[COMMUNITY].store.read() as db:
        [(_, report)] = sealed_reports(db, current_reports(db))
    strange = report.model_copy(update={"unit": DISTRICT})
    sealed = seal(network, strange, version=1)
    with network.nodes[STREET].store.write() as db:  # A street that passes on what it should have refused.
        keep(db, [Stored(sealed.head, sealed.envelope, COMMUNITY)], network.now)
        queue(db, DISTRICT, [(sealed.head.id, "report")])
    for unit in (STREET, STREET, COMMUNITY):
        network.exchange(unit)
    with network.nodes[COMMUNITY].store.read() as db:
        ids = list(db.execute(select(envelopes.c.id).where(envelopes.c.kind == "verdict")).scalars())
        [verdict] = [read_body(one) for one in load(db, ids).values()]
    assert isinstance(verdict, Verdict)
    assert (verdict.envelope, verdict.revision) == (sealed.head.id, strange.digest)
    assert verdict.reasons == ("not_yours",)


def test_a_verdict_names_cells_and_a_date_and_no_more_cells_than_it_may() -> None:
    named = CellNamed(indicator="P02", breakdown="sex=1")
    report = ReportNamed(form="aging-year", unit=COMMUNITY, period=Period("2013"), part="own", revision="0" * 64)
    verdict = Verdict(
        to=COMMUNITY, envelope="", verdict="returned", reasons=("分组之和与合计不符",), cells=(named,),
        due_on=date(2014, 1, 15), reports=(report,),
    )  # fmt: skip
    assert Verdict.model_validate_json(spell(verdict)) == verdict
    with pytest.raises(ValidationError):
        Verdict.model_validate(verdict.model_dump() | {"cells": [named] * (MOST_CELLS + 1)})
