"""Copies that a neighbour gives are taken one by one, and only as far as they do no harm."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard

from tests.stories.network import COMMUNITY, STREET, Network
from tiersync.flow.healing.mend import take_copies
from tiersync.link.dialogue.receive import MOST_SPELLED
from tiersync.link.seal import read_head, seal_head
from tiersync.model.canonical import digest, spell
from tiersync.model.envelope import Envelope
from tiersync.store.links.envelopes import load
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Network:
    network = Network(tmp_path_factory.mktemp("made"))
    network.file(COMMUNITY, 21)
    network.exchange_all()
    network.close()
    return network


@pytest.fixture
def network(made: Network, tmp_path: Path) -> Network:
    return made.copied(tmp_path)


def sealed_by_hand(
    network: Network, revisions: Sequence[int], numbers: Sequence[int], padding: int = 0
) -> list[Envelope]:
    """Later revisions of the community's report, under its own seal and numbers that it chooses."""
    child = network.nodes[COMMUNITY]
    with child.store.read() as db:
        [(row, report)] = sealed_reports(db, current_reports(db))
        head = read_head(load(db, [row.envelope])[row.envelope].seal)
    copies = []
    for revision, number in zip(revisions, numbers, strict=True):
        spelled = spell(report.model_copy(update={"revision": revision})) + b" " * padding
        body = zstandard.ZstdCompressor().compress(spelled)
        said = {"id": f"{head.id[:-4]}{len(copies):04}", "number": number, "digest": digest(body), "size": len(body)}
        copies.append(Envelope(seal_head(head.model_copy(update=said), child.keys.private), body))
    return copies


def test_of_two_copies_under_one_number_the_first_is_taken(network: Network) -> None:
    street = network.nodes[STREET]
    copies = sealed_by_hand(network, (5, 6), (900, 900))
    with street.store.write() as db:
        assert take_copies(db, street, copies, COMMUNITY, network.now) == 1
        assert [row.revision for row in current_reports(db)] == [5]


def test_copies_that_fill_the_memory_are_left_away(network: Network) -> None:
    street = network.nodes[STREET]
    copies = sealed_by_hand(network, (5, 6, 7), (900, 901, 902), padding=MOST_SPELLED // 2 - 10_000)
    with street.store.write() as db:
        assert take_copies(db, street, copies, COMMUNITY, network.now) == 2
