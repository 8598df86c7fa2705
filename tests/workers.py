"""Workers of the tests that need not be loaded anew: a process that has loaded once what a worker loads forks them.

They are the real ones, each a process of its own in a session of its own, with the same cleared environment; only that
Python starts and imports, which is most of what most workers do, is not done again. TIERSYNC_WORKERS=anew starts each
one as a node does; so do the tests of what starts and ends a worker (`anew`). Commands are forked so, too: see
tests/commands.py.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest

from tiersync.plugins.worker import process
from tiersync.plugins.worker.process import COMMAND, cleared_environment

SCRIPT = Path(__file__).with_name("ready_worker.py")
ANEW = os.environ.get("TIERSYNC_WORKERS") == "anew" or sys.platform != "linux"
PR_SET_CHILD_SUBREAPER = 36


class Forked:
    """A worker that was forked: what the node's side of it wants of a `subprocess.Popen`."""

    def __init__(self, pid: int, stdin: BinaryIO, stdout: BinaryIO, stderr: BinaryIO) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self.returncode: int | None = None

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


class Asked:
    """A process that forks whatever it is asked for; it ends when there is nobody left to ask it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._one_by_one = Lock()
        self._asking, answering = socket.socketpair()
        self._answers = self._asking.makefile("r")
        with answering:
            self.begin(answering)

    def begin(self, answering: socket.socket) -> None:
        raise NotImplementedError

    def ask(self, what: Mapping[str, object], pipes: Sequence[int]) -> int:
        """The number of a new process that has these pipes, which are closed here, and works in this folder."""
        asked = json.dumps({"folder": os.getcwd(), **what}).encode()
        with self._one_by_one, adopting():
            socket.send_fds(self._asking, [asked], pipes)
            pid = int(self._answers.readline())
            self._answers.readline()
        for pipe in pipes:
            os.close(pipe)
        return pid

    def let_go(self) -> None:
        self._answers.close()
        self._asking.close()


class Ready(Asked):
    """One that forks workers."""

    def begin(self, answering: socket.socket) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", SCRIPT, str(answering.fileno())], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[answering.fileno()],
        )  # fmt: skip

    def fork(self, records: Sequence[str]) -> Forked:
        pipes = [os.pipe() for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        ours = [os.fdopen(pipes[0][1], "wb"), os.fdopen(pipes[1][0], "rb"), os.fdopen(pipes[2][0], "rb")]
        return Forked(self.ask({"records": records}, theirs), *ours)

    def end(self) -> None:
        self.let_go()
        self._process.wait()


@contextmanager
def adopting() -> Iterator[None]:
    """Meanwhile a worker whose parent ends becomes a child of this process, as those are that it starts itself."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def forking(ready: Ready) -> Any:
    """What the node's side of a worker takes for `subprocess`, and is told of by Python's audit events as ever."""

    def start(command: Sequence[str], **how: Any) -> Any:
        if how["env"] != ready.environment:  # It finds other packages, which is decided where it starts.
            return subprocess.Popen(command, **how)
        sys.audit("subprocess.Popen", command[0], command, None, how["env"])
        return ready.fork(command[len(COMMAND) :])

    return SimpleNamespace(Popen=start, PIPE=subprocess.PIPE)


@contextmanager
def forked_workers() -> Iterator[None]:
    """Meanwhile workers are forked."""
    ready = Ready(cleared_environment(os.environ))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "subprocess", forking(ready))
        yield
    ready.end()


@contextmanager
def workers_anew() -> Iterator[None]:
    """Meanwhile each worker is started as a node starts it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "subprocess", subprocess)
        yield
