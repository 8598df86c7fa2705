"""The health of a host's nodes: whether they can do their work now, and their figures."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock

from tiersync.errors import TiersyncError
from tiersync.host.hosted import HostedNode
from tiersync.host.keys import FILES, read_keys
from tiersync.host.opening import free_megabytes, now
from tiersync.host.reporter import Event, Reporter
from tiersync.views.running.metrics import JobCounts, MachineState, Watched, exposition
from tiersync.web.health import Readiness


class JobTally:
    """What came of the jobs that this process ended."""

    def __init__(self) -> None:
        self._results: dict[str, Counter[tuple[str, str]]] = {}
        self._seconds: dict[str, dict[str, float]] = {}
        self._counting = Lock()

    def take(self, event: Event) -> None:
        if not event.unit:
            return
        with self._counting:
            self._results.setdefault(event.unit, Counter())[event.what, event.result] += 1
            if event.seconds is not None:
                self._seconds.setdefault(event.unit, {})[event.what] = event.seconds

    def of(self, unit: str) -> JobCounts:
        with self._counting:
            return JobCounts(dict(self._results.get(unit, {})), dict(self._seconds.get(unit, {})))


def tallied(reporter_of: Callable[[str], Reporter], tally: JobTally) -> Callable[[str], Reporter]:
    """The same reporters, whose jobs are counted."""

    def counting(unit: str) -> Reporter:
        reporter = reporter_of(unit)

        def event(one: Event) -> None:
            tally.take(one)
            reporter.event(one)

        return reporter._replace(event=event)

    return counting


def figures(hosted: Iterable[HostedNode], tally: JobTally) -> bytes:
    """The figures of a host's nodes, for Prometheus."""
    return exposition([Watched(one.node, tally.of(one.node.home), machine_of(one)) for one in hosted], now())


def machine_of(hosted: HostedNode) -> MachineState:
    """What only the machine knows of a node."""
    key = hosted.folder / "keys" / FILES["private"]
    age = time.time() - key.stat().st_mtime if key.exists() else 0.0
    return MachineState(shutil.disk_usage(hosted.folder).free, max(0.0, age))


def readiness(hosted: Iterable[HostedNode], closed: Iterable[str], stopped: Iterable[str] = ()) -> Readiness:
    """Whether every node of a host can do its work: its database can be written, its keys read, its disk is above its
    floor, and its jobs are looked for; one that could not be opened cannot."""
    lines = [(f"{unit} cannot be opened", False) for unit in sorted(closed)]
    lines += [(f"{unit} jobs: nobody looks for them", False) for unit in sorted(stopped)]
    for one in hosted:
        lines += [(f"{one.node.home} {what}: {said}", is_well) for what, said, is_well in _looked_at(one)]
    return Readiness(all(is_well for _, is_well in lines), tuple(text for text, _ in lines))


def _looked_at(hosted: HostedNode) -> Iterable[tuple[str, str, bool]]:
    def database() -> None:
        with hosted.node.store.write_job():
            pass

    for what, look in (("database", database), ("keys", lambda: read_keys(hosted.folder))):
        try:
            look()
            yield what, "ok", True
        except TiersyncError as error:
            yield what, type(error).__name__, False
    try:
        free, floor = free_megabytes(hosted.folder), hosted.settings().limits.disk_floor_mb
    except (TiersyncError, OSError) as error:
        yield "settings", type(error).__name__, False
    else:
        yield "disk", f"{free} MB free, floor {floor} MB", free >= floor
