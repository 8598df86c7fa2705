"""Commands in processes of their own that need not be loaded anew: a process that has imported all of them forks them.

They are real ones, which can be sent a signal and die: only that Python starts and imports, which is most of what most
commands do, is not done again. TIERSYNC_WORKERS=anew starts each one, as do the tests of how a command starts.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

from tests.stores import RUNNING
from tests.workers import ANEW, Asked

ROOT = Path(__file__).parents[1]
MAIN = "tiersync.cli.main"
AS_STARTED = ("TIERSYNC_LANG", "PYTHONPATH", "PYTHONUTF8")  # Python and the words look at them once.


class ReadyCommands(Asked):
    """The process that forks them, which has a language and a place for packages."""

    def __init__(self, python: str, environment: Mapping[str, str]) -> None:
        self._python = python
        super().__init__(environment)

    def begin(self, answering: socket.socket) -> None:
        self._process = subprocess.Popen(
            [self._python, "-m", "tests.ready_command", str(answering.fileno())], env=self.environment, cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[answering.fileno()],
        )  # fmt: skip

    def end(self) -> None:
        self.let_go()
        self._process.wait()


@cache
def ready(python: str, *as_started: tuple[str, str]) -> ReadyCommands:
    made = ReadyCommands(python, os.environ | dict(as_started))
    RUNNING.callback(made.end)
    return made


class Begun:
    """A command that runs: what the tests want of a `subprocess.Popen`."""

    def __init__(self, fork: Callable[[Sequence[int]], int]) -> None:
        (their_in, into), (out, their_out), (err, their_err) = os.pipe(), os.pipe(), os.pipe()
        self.stdin = os.fdopen(into, "w", encoding="utf-8")
        self.stdout, self.stderr = os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8")
        self.pid = fork([their_in, their_out, their_err])
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            self.returncode = os.waitstatus_to_exitcode(ended[1])
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        until = monotonic() + timeout
        while (code := self.poll()) is None:
            if monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            sleep(0.005)
        return code

    def communicate(self, timeout: float = 600) -> tuple[str, str]:
        """What it still says on both its pipes, once it has ended."""
        said: dict[str, str] = {}
        pipes = {"out": self.stdout, "err": self.stderr}
        hearing = [Thread(target=lambda of=of, pipe=pipe: said.update({of: pipe.read()}), daemon=True)
                   for of, pipe in pipes.items()]  # fmt: skip
        for thread in hearing:
            thread.start()
        self.stdin.close()
        self.wait(timeout)
        for thread, pipe in zip(hearing, pipes.values(), strict=True):
            thread.join()
            pipe.close()
        return said["out"], said["err"]

    def send_signal(self, sent: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sent)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def begun(
    arguments: Sequence[object],
    environment: Mapping[str, str],
    module: str = MAIN,
    python: str = sys.executable,
    alone: bool = False,
) -> "Begun | subprocess.Popen[str]":
    """A command, or another module with a `main`, that begins in this folder with this environment; `alone`, in a group
    of its own."""
    said = [str(argument) for argument in arguments]
    if ANEW or any(word.partition("=")[0] == "--lang" for word in said):
        return started(said, environment, module, python, alone)
    as_started = tuple((name, environment.get(name, "")) for name in AS_STARTED)
    asked = {"module": module, "arguments": said, "environment": dict(environment), "alone": alone}
    return Begun(partial(ready(python, *as_started).ask, asked))


def started(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    module: str = MAIN,
    python: str = sys.executable,
    alone: bool = False,
) -> "subprocess.Popen[str]":
    """The same as a process that Python starts for it."""
    found = {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))}
    return subprocess.Popen(
        [python, "-m", module, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", start_new_session=alone,
        env={**environment, **(found if module.startswith("tests.") else {})},
    )  # fmt: skip
