"""A process that has imported all that commands import, and becomes as many as it is asked for: see tests/commands.py.

Each finds its working folder among its imports, as where Python runs a module, and its workers are forked, too: for
that it keeps a copy of itself from before polars starts threads, without which nobody can be forked.
"""

import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.ready_worker import READERS, be, stand_by, wait
from tests.workers import ANEW, Asked, Ready, forking
from tiersync.cli.main import COMMANDS
from tiersync.plugins.worker import process
from tiersync.plugins.worker.process import cleared_environment

LATE = (
    "tiersync.demo.story", "tiersync.host.serving", "tiersync.host.trial", "tests.stories.killable",
    "tests.stories.stopped", "tiersync.web.client", "tiersync.web.server",
    *(f"tiersync.cli.{place.partition(':')[0]}" for place, _ in COMMANDS.values()),
    *(f"tiersync.plugins.kinds.{reader}" for reader in READERS),
)  # fmt: skip


def copied(asked: Asked, standing_by: Callable[[], None]) -> None:
    """A copy of this process stands by for what it becomes now, with nothing in its hands but what it is asked by."""
    if not os.fork():
        os.setsid()  # What is sent to the group of a command is not for it.
        asked.let_go()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        os.environ.clear()
        os.environ.update(asked.environment)
        be(standing_by)


class WorkersOf(Ready):
    """The copy that becomes the workers of a command."""

    def begin(self, answering: socket.socket) -> None:
        copied(self, lambda: wait(answering))


def main() -> None:
    """Become a command whenever the tests ask for one, until they are gone."""
    tests = socket.socket(fileno=int(sys.argv[1]))
    for module in LATE:
        import_module(module)
    assert "polars-0" not in threads()
    stand_by(tests, become)


def threads() -> set[str]:
    """What this process's threads are called."""
    return {file.read_text().strip() for file in Path("/proc/self/task").glob("*/comm")}


def become(asked: dict[str, Any], pipes: list[int]) -> None:
    """Be the command that `subprocess.Popen` would have started."""
    if asked.get("alone"):
        os.setsid()
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number)
        os.close(pipe)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    tempfile.tempdir = None  # It is remembered from where somebody asked for it first.
    sys.path.insert(0, asked["folder"])
    sys.argv[:] = [asked["module"], *asked["arguments"]]
    if not ANEW:
        process.subprocess = forking(WorkersOf(cleared_environment(os.environ)))
    be(import_module(asked["module"]).main)


if __name__ == "__main__":
    main()
