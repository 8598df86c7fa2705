"""What was sealed beforehand, said by many callers at once: a load that takes little of the processor itself."""

import http.client
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil
from many_nodes import spent_by
from simulated_children import Sealed, sealed_turns

from tiersync.link.dialogue.messages import Exchanged
from tiersync.link.wire import decode, read_message
from tiersync.web.client import MEDIA, PATH

SPAWNED = multiprocessing.get_context("spawn")


class Turns(NamedTuple):
    """Where a child's parent is, and what the child says there, in this order."""

    url: str
    messages: Sequence[bytes]


class Measured(NamedTuple):
    """Exchanges, the seconds they took together, and what the watched processes took of the processor meanwhile."""

    exchanges: int
    seconds: float
    spent: float

    @property
    def a_second(self) -> float:
        return self.exchanges / self.seconds

    @property
    def milliseconds(self) -> float:
        return 1000 * self.spent / self.exchanges


def say_all(turns: Sequence[Turns]) -> float:
    """Every child says its turns, all of them at once; the seconds until the last answer."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(turns)) as pool:
        list(pool.map(_say_each, turns))
    return time.perf_counter() - began


def _say_each(turns: Turns) -> None:
    line = http.client.HTTPConnection(urlsplit(turns.url).netloc, timeout=120)
    reply = b""
    for message in turns.messages:
        line.request("POST", PATH, message, {"Content-Type": MEDIA})
        answer = line.getresponse()
        reply = answer.read()
        assert answer.status == 200, answer.status
    said = read_message(decode(reply))
    assert isinstance(said, Exchanged), said
    line.close()


def measured(turns: Sequence[Turns], watched: Sequence[psutil.Process]) -> Measured:
    """Play the turns from a process of its own, and look at those that answer."""
    with SPAWNED.Pool(1) as pool:
        before = sum(map(spent_by, watched))
        seconds = pool.apply(say_all, (turns,))
        spent = sum(map(spent_by, watched)) - before
    return Measured(sum(len(one.messages) for one in turns), seconds, spent)


def seal_all(folders: Sequence[Path], parent: str, brings: Sequence[bool]) -> list[list[Sealed]]:
    """The turns of every child, sealed by two processes."""
    with SPAWNED.Pool(2) as pool:
        return pool.starmap(_seal_of, [(folder, parent, brings) for folder in folders])


def _seal_of(folder: Path, parent: str, brings: Sequence[bool]) -> list[Sealed]:
    return list(sealed_turns(folder, parent, brings))
