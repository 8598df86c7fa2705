"""Whoever watches is told the phase, how much is done, and of how much."""

from dataclasses import replace
from pathlib import Path

from tests.stories.network import COMMUNITY, Network
from tests.stories.office import found, register
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.up import push
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.period import Period
from tiersync.plugins.kinds import text

Seen = list[tuple[str, int, int]]


def test_rows_are_told_of_rows_known_and_units_of_units(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(register(900))
    seen: Seen = []
    node = replace(open_with_plugins(office.folder), progress=lambda *said: seen.append(said))
    push(node, None, now(), Period("2013"))
    assert ("register/senior", 900, 900) in seen
    assert ("aging-year 2013", 1, 1) in seen
    node.store.close()


def test_the_rows_of_a_long_file_are_reckoned_from_how_much_of_it_is_read(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    lines = register(900).splitlines(keepends=True)
    office.source(b"".join([lines[0], *lines[1:] * 400]))
    assert (office.folder / "plugins" / "register" / "inbox" / "register.csv").stat().st_size > text.BLOCK
    seen: Seen = []
    node = replace(open_with_plugins(office.folder), progress=lambda *said: seen.append(said))
    push(node, None, now(), Period("2013"))
    rows = [(done, known) for phase, done, known in seen if phase == "register/senior"]
    assert len(rows) > 1
    assert rows[-1] == (360_000, 360_000)
    assert all(0.7 < known / 360_000 < 1.3 for done, known in rows[:2])
    node.store.close()


def test_envelopes_are_told_of_those_that_waited(tmp_path: Path) -> None:
    network = Network(tmp_path)
    for value in range(5):
        network.file(COMMUNITY, value, period=f"200{value}")
    seen: Seen = []
    node = replace(network.nodes[COMMUNITY], progress=lambda *said: seen.append(said))
    send_waiting(node, network.ask(COMMUNITY), network.now)
    assert seen[-1] == ("send", 5, 5)
