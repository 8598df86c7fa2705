"""What is shown while work goes on: progress for somebody who watches, nothing for a pipe."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.office import found, register
from tiersync.cli.terminal.output import how_much

WATCHED = """
import sys
from tiersync.cli import main
from tiersync.cli.terminal import output
output.SHOW_AFTER = 0.0
sys.exit(main.run(sys.argv[1:]))
"""  # As if every work took longer than two seconds.


@pytest.mark.parametrize(
    ("spent", "done", "known", "said"),
    [
        (10.0, 250, 1000, " / 1,000, 30 s"), (10.0, 1000, 1000, " / 1,000, 0 s"), (0.0, 1, 10, " / 10"),
        (10.0, 0, 1000, " / 1,000"), (10.0, 500, 0, ""),
    ],
)  # fmt: skip
def test_the_time_left_is_reckoned_from_the_phase_alone(spent: float, done: int, known: int, said: str) -> None:
    assert how_much(spent, done, known) == said


def test_somebody_at_a_terminal_sees_phase_and_rows_and_the_line_is_cleared_in_the_end(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(register(900))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", WATCHED, "--lang", "en", "push", "--dir", str(office.folder), "--period", "2013"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, timeout=120)
    os.close(theirs)
    seen = read_all(ours)
    assert done.returncode == 0
    assert "register/senior: 900 / 900" in seen
    assert "aging-year 2013: 1 / 1" in seen
    assert seen.endswith("\r\x1b[K")
    assert b"register/senior:" not in done.stdout


def test_a_pipe_gets_no_progress(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    office.source(register(900))
    command = [sys.executable, "-c", WATCHED, "--lang", "en", "push", "--dir", str(office.folder), "--period", "2013"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout


def read_all(terminal: int) -> str:
    """What was written to a terminal whose other side is closed."""
    seen = b""
    try:
        while some := os.read(terminal, 65536):
            seen += some
    except OSError:  # How Linux says that nobody writes any more.
        pass
    os.close(terminal)
    return seen.decode()
