"""The child's and the parent's process are killed in the middle of exchanges; the stores end as without a fault."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.network import COMMUNITY, STREET, Network

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds until a process that should have ended counts as hanging


def start(network: Network, what: str, unit: str, where: object, kill_at: int) -> "subprocess.Popen[str]":
    keys = network.nodes[unit].keys
    raw = (keys.private + keys.person + keys.quarantine).hex()
    command = [sys.executable, "-m", "tests.stories.killable", what, network.root / unit, unit, raw, where, kill_at]
    return subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def exchange_over_http(network: Network, child_dies: int, parent_dies: int) -> tuple[int, int]:
    """One exchange of two processes; how each ended, the parent ended by us unless it died."""
    port = free_port()
    parent = start(network, "serve", STREET, port, parent_dies)
    assert parent.stdout
    assert parent.stdout.readline() == "ready\n"
    child = start(network, "send", COMMUNITY, f"http://127.0.0.1:{port}", child_dies)
    ended = child.wait(PATIENCE)
    if parent_dies == 0:
        parent.terminate()
    else:
        parent.kill()
    return ended, parent.wait(PATIENCE)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network(tmp_path)
    for period in ("2011", "2012", "2013"):
        network.file(COMMUNITY, 5, period=period)
    return network


FAULTS = [(-1, 0), (-2, 0), (-3, 0), (3, 0), (5, 0), (0, -1), (0, 1), (0, 2)]


@pytest.mark.parametrize(("child_dies", "parent_dies"), FAULTS)
def test_a_kill_in_the_middle_of_an_exchange_loses_and_doubles_nothing(
    network: Network, child_dies: int, parent_dies: int
) -> None:
    before = network.envelopes(STREET)
    ended = exchange_over_http(network, child_dies, parent_dies)
    assert any(code != 0 for code in ended)
    exchange_over_http(network, 0, 0)
    arrived = [envelope for envelope in network.envelopes(STREET) if envelope not in before]
    assert arrived == [("report", COMMUNITY, 1, number) for number in (1, 2, 3)]
    assert network.figures(STREET) == network.figures(COMMUNITY)
