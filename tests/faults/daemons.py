"""Running nodes as processes of their own, which can be killed at any moment and are started again at once."""

import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, TextIO

from tests.cli.offices import begin
from tests.commands import Begun

PATIENCE = 150.0  # seconds after which what should have come counts as never coming
MINE = "A fault in tiersync itself"
SCHEDULE = '\n[[schedule]]\nwhat = "{what}"\nevery = "{every}"\n'


def until(holds: Callable[[], Any], what: str) -> Any:
    """What a condition says once it holds; it is asked again and again, but not for ever."""
    ends = monotonic() + PATIENCE
    while not (found := holds()):
        assert monotonic() < ends, f"never: {what}"
        sleep(0.05)
    return found


def free_ports(count: int) -> list[int]:
    """Ports that nobody has, each another."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in taken]


def schedule(folder: Path, **every: str) -> None:
    """Write schedules into a node's settings, as somebody with an editor would: what is done, and how often."""
    with (folder / "tiersync.toml").open("a", encoding="utf-8") as settings:
        settings.writelines(SCHEDULE.format(what=what, every=span) for what, span in every.items())


class Daemon:
    """A node's process, or one of several; what it says is kept, so that nobody waits for somebody to hear it."""

    def __init__(self, folder: Path, *more: object, command: str = "run") -> None:
        self.folder, self.asked = folder, (command, "--dir", folder, *more)
        self.said: list[str] = []
        self.process: Begun | subprocess.Popen[str]
        self.start()

    def start(self) -> None:
        """Start it; whoever wants to wait until it answers, waits for `serves`."""
        self.serves = False
        self.process = begin(*self.asked)
        assert self.process.stdout
        assert self.process.stderr
        self._hearing = [
            self._hear(self.process.stdout, self._note_address),
            self._hear(self.process.stderr, self._keep),
        ]

    def _hear(self, pipe: TextIO, take: Callable[[str], None]) -> Thread:
        def hear() -> None:
            with closing(pipe):
                for line in pipe:
                    take(line)

        thread = Thread(target=hear, daemon=True)
        thread.start()
        return thread

    def _note_address(self, line: str) -> None:
        self.serves = self.serves or "serves at" in line

    def _keep(self, line: str) -> None:
        self.said.append(line)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def text(self) -> str:
        return "".join(self.said)

    def wait_until_it_serves(self) -> "Daemon":
        until(lambda: self.serves or not self.is_alive, f"{self.folder.name} serves")
        assert self.is_alive, self.text
        return self

    def send(self, sent: signal.Signals) -> None:
        self.process.send_signal(sent)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self._gone()

    def end(self) -> int:
        """How it ended that was asked to."""
        if self.is_alive:
            self.process.terminate()
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(60)
        for thread in self._hearing:
            thread.join(10)
        if self.process.stdin:
            self.process.stdin.close()
        return code
