"""The child's and the parent's process are killed in the middle of exchanges; the stores end as without a fault.

The side that dies is a process of its own; the other one is this process.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.commands import Begun, begun
from tests.stories.network import COMMUNITY, STREET, Network
from tests.web.lines import serving
from tiersync.errors import TiersyncError
from tiersync.web.client import http_ask

PATIENCE = 60  # seconds until a process that should have ended counts as hanging


def start(network: Network, what: str, unit: str, where: object, kill_at: int) -> "Begun | subprocess.Popen[str]":
    keys = network.nodes[unit].keys
    raw = (keys.private + keys.person + keys.quarantine).hex()
    return begun((what, network.root / unit, unit, raw, where, kill_at), os.environ, "tests.stories.killable")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def the_child_dies(network: Network, at: int) -> int:
    """How the child's process ended, which had a parent that answers."""
    with serving(lambda message: network.answer(COMMUNITY, message)) as url:
        return start(network, "send", COMMUNITY, url, at).wait(PATIENCE)


def the_parent_dies(network: Network, at: int) -> int:
    """How the parent's process ended, which had a child that asks."""
    port = free_port()
    parent = start(network, "serve", STREET, port, at)
    assert parent.stdout
    assert parent.stdout.readline() == "ready\n"
    with suppress(TiersyncError):
        network.exchange(COMMUNITY, http_ask(f"http://127.0.0.1:{port}"))
    return parent.wait(PATIENCE)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    for period in ("2011", "2012", "2013"):
        network.file(COMMUNITY, 5, period=period)
    return network


FAULTS = [*((the_child_dies, at) for at in (-1, -2, -3, 3, 5)), *((the_parent_dies, at) for at in (-1, 1, 2))]


@pytest.mark.parametrize(("dies", "at"), FAULTS)
def test_a_kill_in_the_middle_of_an_exchange_loses_and_doubles_nothing(
    network: Network, dies: Callable[[Network, int], int], at: int
) -> None:
    before = network.envelopes(STREET)
    assert dies(network, at) == -signal.SIGKILL
    for unit in (COMMUNITY, STREET):
        network.start_again(unit)
    network.exchange(COMMUNITY)
    arrived = [envelope for envelope in network.envelopes(STREET) if envelope not in before]
    assert arrived == [("report", COMMUNITY, 1, number) for number in (1, 2, 3)]
    assert network.figures(STREET) == network.figures(COMMUNITY)
