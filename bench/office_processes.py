"""Processes that each run some offices' nodes, for a bench that wants more than one: asked over a pipe, by name."""

import itertools
import multiprocessing
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tiersync.demo.offices import Offices
from tiersync.host.hosted import AT_ONCE

SPAWNED = multiprocessing.get_context("spawn")


def run_offices(root: Path, pipe: Connection) -> None:
    """Do what is asked, two things at once, until nobody asks any more."""
    offices, saying = Offices(root), threading.Lock()

    def work(number: int, act: str, given: tuple[Any, ...]) -> None:
        try:
            done = getattr(offices, act)(*given)
        except Exception as error:
            done = error
        with saying:
            pipe.send((number, done))

    pipe.send(offices.url)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while asked := pipe.recv():
            pool.submit(work, *asked)
    offices.close()


class OfficeProcess:
    """One process with a host for some offices below `root`."""

    def __init__(self, root: Path) -> None:
        self._pipe, theirs = SPAWNED.Pipe()
        self.process = SPAWNED.Process(target=run_offices, args=(root, theirs), daemon=False)
        self.process.start()
        self.url: str = self._pipe.recv()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._saying = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, act: str, *given: Any) -> "Future[Any]":
        """Begin an act; its future holds what it returns or raises."""
        future: Future[Any] = Future()
        with self._saying:
            number = next(self._numbers)
            self._waiting[number] = future
            self._pipe.send((number, act, given))
        return future

    def _listen(self) -> None:
        try:
            while True:
                number, done = self._pipe.recv()
                future = self._waiting.pop(number)
                future.set_exception(done) if isinstance(done, Exception) else future.set_result(done)
        except (EOFError, OSError):
            for future in self._waiting.values():
                future.set_exception(EOFError("a process of the bench ended"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pipe.send(None)
        self.process.join(10)
        if self.process.is_alive():
            self.process.terminate()
