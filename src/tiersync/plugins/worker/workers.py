"""The workers of a host: plugins of declared kinds share one, one after the other; any other plugin has its own."""

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock, Timer
from typing import NamedTuple

from tiersync.model.unit import Nameable
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.secret import Secrets
from tiersync.plugins.worker.process import Process
from tiersync.plugins.worker.reading import Worker, named, records_of_packages, secrets_told

DECLARED = frozenset({"csv", "excel", "sql", "http"})  # kinds that run nothing of a plugin's own
KEPT_FOR = 60.0  # seconds: a node that idles keeps no second process.
LARGEST_KEPT = 400 * 2**20  # bytes: what a large file took is given back only when its process ends.


class IdleProcess(NamedTuple):
    """A started process that nobody uses just now, the limits that it was given, and when it ends unless it is used."""

    process: Process
    limits: tuple[int, int, int]
    ending: Timer


class Workers:
    """Opens workers, and keeps up to `most` started processes for the plugins that come next, for a minute.

    A worker is kept if its plugin's kinds are declared ones, it was told no secret, nothing failed, and it is small.
    """

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._kept: list[IdleProcess] = []
        self._lock = Lock()
        self._finalizer = weakref.finalize(self, _end_all, self._kept, self._lock)

    @contextmanager
    def open(
        self,
        plugin: Plugin,
        units: Nameable | Mapping[str, str],
        bounds: WorkerLimits = USUAL,
        secrets: Secrets | None = None,
    ) -> Iterator[Worker]:
        """A worker for one plugin (`in_zone` of its office), for one run. `units` are those that it may name, code to
        name where nothing lies above another; `secrets` finds those that its sources name, and may raise NoSecret.

        Returns while the process is still starting, so that it can be opened before it is needed.
        """
        told = secrets_told(plugin, secrets)
        is_shared = can_share(plugin)
        worker = Worker(plugin, bounds, self._take(bounds) if is_shared else None)
        try:
            worker.greet(named(units), told)
            yield worker
        except BaseException:
            worker.end()
            raise
        if is_shared and not told and worker.is_idle and worker.ended.peak <= LARGEST_KEPT:
            self._keep(worker.process, limits_of(bounds))
        else:
            worker.end()

    def end(self) -> None:
        """End what is kept; a plugin that comes later gets a new process."""
        _end_all(self._kept, self._lock)

    def _take(self, bounds: WorkerLimits) -> Process | None:
        with self._lock:
            fits = next((one for one in self._kept if one.limits == limits_of(bounds)), None)
            if fits is not None:
                self._kept.remove(fits)
                fits.ending.cancel()
        if fits is not None and fits.process.has_ended:  # Somebody killed it meanwhile, and no plugin is to blame.
            fits.process.end()
            return self._take(bounds)
        return fits.process if fits else None

    def _keep(self, process: Process, limits: tuple[int, int, int]) -> None:
        ending = Timer(KEPT_FOR, _end_one, (self._kept, self._lock, process))
        ending.daemon = True
        with self._lock:
            self._kept.append(IdleProcess(process, limits, ending))
            too_many = self._kept[: -self._most]
            del self._kept[: -self._most]
        ending.start()
        for one in too_many:
            one.ending.cancel()
            one.process.end()


def can_share(plugin: Plugin) -> bool:
    """Whether nothing in this plugin's worker is its own: neither a function that reads, nor a package's record."""
    return all(stream.source.kind in DECLARED for stream in plugin.streams) and not records_of_packages(plugin)


def limits_of(bounds: WorkerLimits) -> tuple[int, int, int]:
    """The limits that a process keeps for as long as it lives."""
    return bounds.memory, bounds.frame, bounds.log


def _end_one(kept: list[IdleProcess], lock: Lock, process: Process) -> None:
    with lock:
        found = [one for one in kept if one.process is process]
        kept[:] = [one for one in kept if one.process is not process]
    for one in found:
        one.process.end()


def _end_all(kept: list[IdleProcess], lock: Lock) -> None:
    with lock:
        ended = list(kept)
        kept.clear()
    for one in ended:
        one.ending.cancel()
        one.process.end()
