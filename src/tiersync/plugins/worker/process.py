"""A worker's process as its parent sees it: started with a cleared environment, heard for a while, surely ended."""

import os
import re
import signal
import site
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import BinaryIO, Final, cast

import tiersync
from tiersync.plugins.worker.pipe import Frame, FrameTooLarge, Request, read_frame

WORKER = "import gc; gc.disable(); from tiersync.plugins.worker.worker import main; main()"
"""Nothing that is imported is garbage: to look for some meanwhile is an eighth of a worker's start."""
COMMAND: Final = (sys.executable, "-P", "-X", "utf8", "-c", WORKER)
KEPT = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ"),
    *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "APPDATA", "POLARS_MAX_THREADS"),
)
LOG_KEPT = 64 * 2**10
PIECE = 64 * 2**10
GLANCE = 0.5  # seconds between two looks at whether the process still lives
PATIENCE = 2.0  # seconds that an ended process and its pipes get to go


def cleared_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What Python and the platform need of `environ`, and nothing else: no secret enters a worker."""
    kept = {name: environ[name] for name in KEPT if name in environ}
    home = str(Path(tiersync.__file__).parents[1])
    if home not in site.getsitepackages():
        kept["PYTHONPATH"] = os.pathsep.join(path for path in (home, kept.get("PYTHONPATH", "")) if path)
    return kept


class Silent(Exception):
    """The process said nothing for too long."""


class Gone(Exception):
    """The process ended, or closed its end of the pipe."""


class Flooded(Exception):
    """The process said more than was agreed."""


class Process:
    """A running worker, told the `records` that packages bring before it hears of their streams. Three threads keep its
    pipes moving, so that neither side can block the other for ever."""

    def __init__(self, records: Iterable[str], largest_frame: int, largest_log: int) -> None:
        self._child = subprocess.Popen(
            [*COMMAND, *records], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=cleared_environment(os.environ), start_new_session=True,
        )  # fmt: skip
        self._requests: SimpleQueue[bytes] = SimpleQueue()
        self._heard: Queue[Frame | type[Exception]] = Queue(maxsize=4)
        self._log: deque[bytes] = deque(maxlen=LOG_KEPT // PIECE)
        self._flooded = False
        self._largest_log = self._log_left = largest_log
        self._threads = [
            Thread(target=self._write, daemon=True),
            Thread(target=self._read, args=(largest_frame,), daemon=True),
            Thread(target=self._keep_log, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def forget_log(self) -> None:
        """What was logged so far is of the plugin before, and counts for no other."""
        self._log.clear()
        self._log_left = self._largest_log

    def ask(self, request: Request) -> None:
        """Send a request; returns at once."""
        self._requests.put(request.model_dump_json().encode() + b"\n")

    def hear(self, patience: float) -> Frame:
        """The next frame. Raises Silent after `patience` seconds, Gone or Flooded."""
        until = monotonic() + patience
        while (left := until - monotonic()) > 0:
            ended = _has_ended(self._child)  # Something that it left behind may still hold its pipes.
            with suppress(Empty):
                return self._frame(self._heard.get(timeout=min(left, GLANCE)))
            if ended:
                raise Gone
        raise Silent

    def _frame(self, heard: Frame | type[Exception]) -> Frame:
        if isinstance(heard, Frame):
            return heard
        raise Flooded if self._flooded else heard

    @property
    def pid(self) -> int:
        """Which process of the system it is."""
        return self._child.pid

    @property
    def has_ended(self) -> bool:
        """Whether it lives no more, by itself or by somebody else."""
        return _has_ended(self._child)

    def end(self) -> None:
        """Kill the process and whatever it started, and wait until it is gone."""
        if self._child.returncode is None:
            _kill_group(self._child)
            self._child.wait()
        self._requests.put(b"")
        for thread in self._threads:
            self._join(thread)

    def last_words(self) -> str:
        """End a process that is gone, and say how it came to that.

        Of its log only the kind of error is told: the rest may name people.
        """
        until = monotonic() + PATIENCE
        while not (ended := _has_ended(self._child)) and monotonic() < until:
            sleep(0.02)
        self.end()
        log = b"".join(self._log).decode(errors="replace")
        if "memory allocation of" in log or "MemoryError" in log:
            return "MemoryError"
        named = re.findall(r"^([\w.]*(?:Error|Exception))\b", log, re.MULTILINE)
        return ", ".join([_spell_exit(self._child.returncode) if ended else "pipe closed", *named[-1:]])

    def _write(self) -> None:
        pipe = cast(BinaryIO, self._child.stdin)
        with suppress(OSError), pipe:
            for line in iter(self._requests.get, b""):
                pipe.write(line)
                pipe.flush()

    def _read(self, largest: int) -> None:
        with cast(BinaryIO, self._child.stdout) as pipe:
            try:
                while frame := read_frame(pipe, largest):
                    self._heard.put(frame)
                self._heard.put(Gone)
            except FrameTooLarge:
                self._heard.put(Flooded)

    def _keep_log(self) -> None:
        with cast(BufferedReader, self._child.stderr) as pipe:
            while piece := pipe.read1(PIECE):
                self._log.append(piece)
                self._log_left -= len(piece)
                if self._log_left < 0 and not self._flooded:
                    self._flooded = True
                    _kill_group(self._child)

    def _join(self, thread: Thread) -> None:
        """Wait for a thread whose pipe has ended; what it still has to say is not heard any more."""
        deadline = monotonic() + PATIENCE
        while thread.is_alive() and monotonic() < deadline:
            with suppress(Empty):
                self._heard.get_nowait()
            thread.join(0.02)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End a process, where the platform knows groups with all that it started."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended; it stays unburied, so that its number still means its group."""
    if sys.platform == "win32" or child.returncode is not None:
        return child.poll() is not None
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _spell_exit(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
