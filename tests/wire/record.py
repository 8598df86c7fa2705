"""Records what a program says over its links: python -m tests.wire.record FOLDER, run once by the program of a release.

A city and a district that has a street below it join, file, correct, publish, read and find something. Kept are both
nodes as they were before they spoke (database and keys made for this alone), each message with its answer, and what the
city held in the end. `test_recorded.py` plays them to the program of today.
"""

import json
import shutil
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from tests.stores import new_store
from tests.stories.network import CITY, DISTRICT, STREET, Network, empty_catalogue, line_of_units
from tests.wire.held import held
from tiersync import __version__
from tiersync.flow.exchange.sealing import send
from tiersync.flow.joining.found import ask_to_join, found, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Ask, Keys
from tiersync.flow.notices.notice import acknowledge, mark_read, new_notice_id, publish
from tiersync.flow.reading_node import ReadingNode
from tiersync.link.dialogue.messages import Message
from tiersync.link.token import Token
from tiersync.link.wire import encode
from tiersync.model.finding import Finding
from tiersync.model.notice import Audience, Notice
from tiersync.store.notices import all_notices

SECRET = {CITY: 1, DISTRICT: 2, STREET: 3}


def keys_for(unit: str) -> Keys:
    """Keys that protect nothing."""
    return Keys(*(bytes([SECRET[unit] * 10 + place]) * 32 for place in range(3)))


class Recorded(Network):
    """A network whose lines are overheard."""

    def __post_init__(self) -> None:
        self.said: list[tuple[str, datetime, bytes, bytes]] = []
        self.parent = {unit.code: unit.parent for unit in self.units}

    def ask(self, child: str) -> Ask:
        def overheard(message: Message) -> Message:
            reply = self.answer(child, message)
            self.said.append((child, self.now, encode(message), encode(reply)))
            return reply

        return overheard


def record(folder: Path) -> None:
    """Play, and keep what was said."""
    with TemporaryDirectory() as name:
        network = Recorded(Path(name), line_of_units()[:3], anew=True)
        network.nodes_of = (CITY,)
        network_found(network)
        _publish(network)
        token = make_invitation(network.nodes[CITY], DISTRICT, "http://127.0.0.1:1", network.now)
        _keep(network, CITY, folder)
        _join(network, token)
        _keep(network, DISTRICT, folder)
        _work(network)
        lines = [
            {"child": child, "at": at.isoformat(), "said": said.hex(), "answered": answered.hex()}
            for child, at, said, answered in network.said
        ]
        kept = {"program": __version__, "lines": lines, "held": held(network.nodes[CITY])}
        packed = zstandard.compress(json.dumps(kept).encode(), 19)
        (folder / "messages.json.zst").write_bytes(packed)


def network_found(network: Recorded) -> None:
    place = network.root / CITY
    place.mkdir()
    network.nodes[CITY] = ReadingNode(CITY, new_store(place), keys_for(CITY))
    found(network.nodes[CITY], empty_catalogue(network.units), network.now)


def _publish(network: Recorded) -> None:
    notice = Notice(
        notice_id=new_notice_id(), title="关于开展敬老月活动的通知", issued_by=CITY, issuer="市老龄办",
        issued_on=network.now.date(), text="请各区县按要求开展。", audience=Audience(tiers=("district", "street")),
    )  # fmt: skip
    publish(network.nodes[CITY], notice, (), network.now)


def _join(network: Recorded, token: Token) -> None:
    keys = keys_for(DISTRICT)
    joined, envelopes = ask_to_join(keys, token, network.ask(DISTRICT))
    place = network.root / DISTRICT
    place.mkdir()
    network.nodes[DISTRICT] = ReadingNode(DISTRICT, new_store(place), keys)
    settle_in(network.nodes[DISTRICT].store, keys, token, joined, envelopes, network.now)


def _work(network: Recorded) -> None:
    """Everything that goes over a link: reports and a correction, a charter from below, a finding, receipts."""
    district = network.nodes[DISTRICT]
    network.file(DISTRICT, 100)
    network.exchange(DISTRICT)
    (network.root / STREET).mkdir()
    network.join(STREET, keys_for(STREET))
    network.file(STREET, 40)
    network.exchange(STREET)
    network.later()
    acknowledge(district, network.now)
    network.exchange(DISTRICT)
    network.file(DISTRICT, 101)
    with district.store.read() as db:
        notices = [row.notice for row in all_notices(db)]
    for notice in notices:
        mark_read(district, notice, network.now)
    with district.store.write() as db:
        wrong = Finding(level="source", reason="headers_changed", node=DISTRICT, unit=DISTRICT)
        send(db, district, wrong, network.now)
    for _ in range(2):
        network.exchange(STREET)
        network.exchange(DISTRICT)


def _keep(network: Recorded, unit: str, folder: Path) -> None:
    """A node's database as it is now."""
    store = network.nodes[unit].store
    store.close()
    place = network.root / unit / "node.db"
    packed = zstandard.compress(place.read_bytes(), 19)
    (folder / f"{unit}.db.zst").write_bytes(packed)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    record(target)
