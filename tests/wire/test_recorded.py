"""Programs of every release are understood for ever: what they said is stored, and what was answered is taken in."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.stories.network import CITY, DISTRICT
from tests.wire.held import held
from tests.wire.record import keys_for
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.reading_node import ReadingNode
from tiersync.link.dialogue.messages import Exchanged, Joined, Message
from tiersync.link.wire import decode, read_message
from tiersync.store.database import open_store

HERE = Path(__file__).parent
RELEASES = sorted(path.parent for path in HERE.glob("*/messages.json.zst"))


def unpacked(path: Path) -> bytes:
    return zstandard.decompress(path.read_bytes(), max_output_size=2**26)


def node_of(release: Path, unit: str, folder: Path) -> ReadingNode:
    """A node as the old program left it, opened by this one."""
    (folder / "node.db").write_bytes(unpacked(release / f"{unit}.db.zst"))
    return ReadingNode(unit, open_store(folder), keys_for(unit))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def release(request: pytest.FixtureRequest) -> Path:
    return request.param


def lines(release: Path, child: str) -> Iterator[dict[str, Any]]:
    said = json.loads(unpacked(release / "messages.json.zst"))
    yield from (one for one in said["lines"] if one["child"] == child)


def test_there_is_a_recording_of_every_release() -> None:
    assert [path.name for path in RELEASES] == ["0.1.0"]


def test_what_children_of_every_release_said_is_answered_and_stored(release: Path, tmp_path: Path) -> None:
    city = node_of(release, CITY, tmp_path)
    for one in lines(release, DISTRICT):
        reply = read_message(answer(city, decode(bytes.fromhex(one["said"])), datetime.fromisoformat(one["at"])))
        before = read_message(decode(bytes.fromhex(one["answered"])))
        assert type(reply) is type(before)
        assert isinstance(reply, Joined | Exchanged)
    assert held(city) == json.loads(unpacked(release / "messages.json.zst"))["held"]


def test_what_parents_of_every_release_answered_is_taken_in(release: Path, tmp_path: Path) -> None:
    district = node_of(release, DISTRICT, tmp_path)
    exchanges = list(lines(release, DISTRICT))[1:]  # The first was to join.
    answers = iter(bytes.fromhex(one["answered"]) for one in exchanges)

    def ask(message: Message) -> Message:
        return decode(next(answers))

    send_waiting(district, ask, datetime.fromisoformat(exchanges[0]["at"]))
    found = held(district)
    assert len(found["positions"]) == 1
    assert found["positions"][0] > f"{CITY} 0", "what came down is stored"
