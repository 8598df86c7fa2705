"""Over a line that loses, doubles, delays and cuts messages, every store ends as over a good one."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores import WANTED
from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import TiersyncError
from tiersync.flow.node import Ask
from tiersync.link.dialogue.messages import Message
from tiersync.link.wire import decode, encode

CHILDREN = (COMMUNITY, STREET, DISTRICT)
EXAMPLES = 8 if WANTED == "sqlite" else 1  # Each of them makes four databases.
FATES = st.lists(
    st.sampled_from(["good", "good", "question lost", "answer lost", "doubled", "late", "cut"]), min_size=4, max_size=20
)


class BadLine:
    """A line to a parent: each message meets the next fate of the list; afterwards the line is good."""

    def __init__(self, good: Ask, fates: list[str]) -> None:
        self.good = good
        self.fates = list(fates)
        self.late: list[Message] = []

    def __call__(self, message: Message) -> Message:
        fate = self.fates.pop(0) if self.fates else "good"
        if fate == "late":
            self.late.append(message)
        if fate in ("question lost", "late"):
            raise ConnectionError
        if fate == "doubled":
            self.good(message)
        answer = self.good(message)
        while self.late:
            self.good(self.late.pop())  # What was delayed arrives behind what was said after it.
        if fate == "answer lost":
            raise ConnectionError
        return decode(encode(answer)[:-7]) if fate == "cut" else answer


def play(root: Path, fates: dict[str, list[str]]) -> Network:
    """Four rounds of filing and exchanging over bad lines, then some over good ones."""
    network = Network(root)
    lines = {unit: BadLine(network.ask(unit), fates[unit]) for unit in CHILDREN}
    for step in range(4):
        network.file(COMMUNITY, 100 + step)
        network.file(COMMUNITY, 7, period=f"20{14 + step}")
        if step % 2:
            network.file(STREET, step)
        for unit in CHILDREN:
            with suppress(ConnectionError, TiersyncError):
                network.exchange(unit, lines[unit])
    for _ in range(3):
        network.exchange_all()
    return network


class Held(NamedTuple):
    """What the nodes hold in the end, by unit."""

    figures: dict[str, dict[tuple[str, str], int | None]]
    envelopes: dict[str, list[tuple[str, str, int, int]]]


def held_after(fates: dict[str, list[str]]) -> Held:
    root = Path(tempfile.mkdtemp())
    try:
        network = play(root / "network", fates)
        figures = {unit: network.figures(unit) for unit in network.nodes}
        envelopes = {unit: network.envelopes(unit) for unit in network.nodes}
        network.close()
        return Held(figures, envelopes)
    finally:
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def over_good() -> Held:
    """The run without faults: it is the same whatever befalls the others."""
    return held_after({unit: [] for unit in CHILDREN})


@given(fates=st.fixed_dictionaries(dict.fromkeys(CHILDREN, FATES)))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_store_ends_as_over_a_good_line(over_good: Held, fates: dict[str, list[str]]) -> None:
    over_bad = held_after(fates)
    assert "finding" not in {
        kind for held in over_bad.envelopes.values() for kind, *_ in held
    }  # Nothing had to be mended.
    assert over_bad.figures == over_good.figures
    assert over_bad.envelopes[COMMUNITY] == over_good.envelopes[COMMUNITY]
    assert set(over_bad.envelopes[CITY]) <= set(over_good.envelopes[COMMUNITY]) | set(over_good.envelopes[CITY]) | {
        envelope for unit in CHILDREN for envelope in over_bad.envelopes[unit]
    }
