"""Workers of the tests that need not be loaded anew: a process that has loaded once what a worker loads forks them.

They are the real ones, each a process of its own in a session of its own, with the same cleared environment; only that
Python starts and imports, which is most of what most workers do, is not done again. TIERSYNC_WORKERS=anew starts each
one as a node does; so do the tests of what starts and ends a worker (`anew`), and every command that is a process.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
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


class Ready:
    """The process that forks them; it ends when there is nobody left to ask it."""

    def __init__(self) -> None:
        self.environment = cleared_environment(os.environ)
        self._one_by_one = Lock()
        self._asking, answering = socket.socketpair()
        self._answers = self._asking.makefile("r")
        with answering:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-X", "utf8", SCRIPT, str(answering.fileno())], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[answering.fileno()],
            )  # fmt: skip

    def fork(self, records: Sequence[str]) -> Forked:
        pipes = [os.pipe() for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        ours = [os.fdopen(pipes[0][1], "wb"), os.fdopen(pipes[1][0], "rb"), os.fdopen(pipes[2][0], "rb")]
        asked = json.dumps({"folder": os.getcwd(), "records": records}).encode()
        with self._one_by_one, adopting():
            socket.send_fds(self._asking, [asked], theirs)
            pid = int(self._answers.readline())
            self._answers.readline()
        for pipe in theirs:
            os.close(pipe)
        return Forked(pid, *ours)

    def end(self) -> None:
        self._answers.close()
        self._asking.close()
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


@contextmanager
def forked_workers() -> Iterator[None]:
    """Meanwhile workers are forked."""
    ready = Ready()

    def start(command: Sequence[str], **how: Any) -> Any:
        if how["env"] != ready.environment:  # It finds other packages, which is decided where it starts.
            return subprocess.Popen(command, **how)
        return ready.fork(command[len(COMMAND) :])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "subprocess", SimpleNamespace(Popen=start, PIPE=subprocess.PIPE))
        yield
    ready.end()


@contextmanager
def workers_anew() -> Iterator[None]:
    """Meanwhile each worker is started as a node starts it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "subprocess", subprocess)
        yield
