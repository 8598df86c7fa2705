"""A push that is killed or stopped in the middle is done again as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.stories.office import TIERSYNC, UNIT, Office, found, register
from tiersync.store.database import open_store
from tiersync.store.reports.reports import current_reports

ROWS = 900
DELAYS = [0.3, 0.6, 0.9, 1.2]  # seconds: somewhere in starting, reading, counting, filing


def digests(office: Office) -> list[tuple[str, str]]:
    store = open_store(office.folder)
    with store.read() as db:
        found = [(row.unit, row.cells_digest) for row in current_reports(db)]
    store.close()
    return found


@pytest.fixture(scope="module")
def never_pushed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office whose register was not read yet; every test ends a push of a copy."""
    office = found(tmp_path_factory.mktemp("office") / "node")
    office.source(register(ROWS))
    return office.folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, never_pushed: Path) -> list[tuple[str, str]]:
    office = Office(shutil.copytree(never_pushed, tmp_path_factory.mktemp("undisturbed") / "node"))
    assert office.push().code == 0
    return digests(office)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("delay", DELAYS)
def test_a_push_ended_in_the_middle_is_done_again(
    sent: signal.Signals, delay: float, tmp_path: Path, never_pushed: Path, undisturbed: list[tuple[str, str]]
) -> None:
    office = Office(shutil.copytree(never_pushed, tmp_path / "node"))
    command = [*TIERSYNC, "push", "--dir", str(office.folder), "--period", "2013"]
    push = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    time.sleep(delay)
    workers = psutil.Process(push.pid).children(recursive=True) if push.poll() is None else []
    push.send_signal(sent)
    _, said = push.communicate(timeout=60)
    assert "Traceback" not in said
    assert push.returncode in (0, 130, -sent)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []
    assert office.push().code == 0
    assert digests(office) == undisturbed
    assert [row[0] for row in undisturbed] == [UNIT]
    assert not list((office.folder / "snapshots").glob(".*"))
