"""What is shown while work goes on: progress for somebody who watches, nothing for a pipe."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from tests.stories.office import found, register
from tiersync.cli.terminal.rich_table import drawn

WATCHED = """
import sys
from tiersync.cli import main
from tiersync.cli.terminal import output
output.SHOW_AFTER = 0.0
sys.exit(main.run(sys.argv[1:]))
"""  # As if every work took longer than two seconds.


def test_a_table_is_as_wide_as_its_values_where_nobody_limits_it() -> None:
    long = "一" * 300
    lines = drawn(("名称", "no."), [[long, "1"], ["短", "2"]], None).splitlines()
    assert lines == ["名称" + " " * 598 + "no.", f"{long}  1", "短" + " " * 600 + "2"]


def test_a_table_at_a_narrow_terminal_goes_on_in_lines_of_its_own_and_loses_nothing() -> None:
    shown = drawn(("name", "no."), [["老龄工作" * 20, "17"]], 40)
    assert all(cell_len(Text.from_ansi(line).plain) <= 40 for line in shown.splitlines())
    assert shown.count("老") == 20


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
    assert seen.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")  # The cursor is back, and the line is gone.
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
