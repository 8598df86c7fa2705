"""Figures of nodes for monitoring, in the words of Prometheus. None of them is about persons."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

from tiersync.errors import TiersyncError
from tiersync.flow.healing.heal import SCRUBBED
from tiersync.flow.node import Node
from tiersync.store.care.manifest import BACKUP_AT
from tiersync.store.facts import recall
from tiersync.store.links.links import all_links, refused_at_inbox
from tiersync.store.links.outbox import counts, oldest_unsent
from tiersync.store.links.refused import refused
from tiersync.store.runs.quarantine import latest_runs

METRICS = {
    "tiersync_node_up": ("Whether a node's database can be read", ("unit",)),
    "tiersync_backlog_envelopes": ("Envelopes that a neighbour has not confirmed", ("unit", "peer")),
    "tiersync_backlog_oldest_seconds": ("Age of the oldest envelope that was not confirmed", ("unit", "peer")),
    "tiersync_child_last_contact_seconds": ("Seconds since a child called", ("unit", "child")),
    "tiersync_refused_envelopes": ("Envelopes that were refused, by either side", ("unit",)),
    "tiersync_job_results": ("Jobs that this process ended, by what came of them", ("unit", "what", "result")),
    "tiersync_job_seconds": ("How long the last job of a schedule took in this process", ("unit", "what")),
    "tiersync_rows_read": ("Rows of the last run of a stream that read any", ("unit", "stream")),
    "tiersync_rows_refused": ("Rows that it refused", ("unit", "stream")),
    "tiersync_backup_age_seconds": ("Seconds since the last verified backup", ("unit",)),
    "tiersync_scrub_age_seconds": ("Seconds since every sealed report was read again", ("unit",)),
    "tiersync_key_age_seconds": ("Age of the node's key", ("unit",)),
    "tiersync_disk_free_bytes": ("Free bytes where the node's folder lies", ("unit",)),
}  # fmt: skip


class JobCounts(NamedTuple):
    """What a process did for a node: how many jobs of each schedule came to what, and how long the last one took."""

    results: Mapping[tuple[str, str], int]
    seconds: Mapping[str, float]


class MachineState(NamedTuple):
    """What only the machine knows of a node: free bytes, and how old its key is."""

    free: int
    key_age: float


class Watched(NamedTuple):
    """A node that is watched, with what is known of it beside its database."""

    node: Node
    jobs: JobCounts
    machine: MachineState


Figure = tuple[str, tuple[str, ...], float]
"""A figure: its name, its labels, its value"""


def exposition(watched: Iterable[Watched], now: datetime) -> bytes:
    """The figures of nodes as the text that Prometheus reads; with them those of this process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_FigureCollector([one for each in watched for one in _figures_if_any(each, now)]))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return generate_latest(registry)


class _FigureCollector:
    """Figures as a collector of Prometheus."""

    def __init__(self, figures: list[Figure]) -> None:
        self.figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, (help_, labels) in METRICS.items():
            counts_up = name == "tiersync_job_results"
            family = (CounterMetricFamily if counts_up else GaugeMetricFamily)(name, help_, labels=labels)
            for of, values, value in self.figures:
                if of == name:
                    family.add_metric(list(values), value)
            yield family


def _figures_if_any(watched: Watched, now: datetime) -> list[Figure]:
    """Every figure of a node, and that it is up; of one whose database cannot be read only that it is not."""
    unit = watched.node.home
    try:
        return [("tiersync_node_up", (unit,), 1), *figures_of(watched, now)]
    except TiersyncError:
        return [("tiersync_node_up", (unit,), 0)]


def figures_of(watched: Watched, now: datetime) -> Iterator[Figure]:
    """Every figure of one node."""
    node, unit = watched.node, watched.node.home
    yield from _of_store(node, now)
    for (what, result), times in watched.jobs.results.items():
        yield "tiersync_job_results", (unit, what, result), times
    for what, seconds in watched.jobs.seconds.items():
        yield "tiersync_job_seconds", (unit, what), seconds
    yield "tiersync_disk_free_bytes", (unit,), watched.machine.free
    yield "tiersync_key_age_seconds", (unit,), watched.machine.key_age


def _of_store(node: Node, now: datetime) -> Iterator[Figure]:
    unit = node.home
    with node.store.read() as db:
        for link in all_links(db):
            by_state, oldest = counts(db, link.peer), oldest_unsent(db, link.peer)
            waiting = by_state.get("waiting", 0) + by_state.get("sent", 0)
            yield "tiersync_backlog_envelopes", (unit, link.peer), waiting
            yield "tiersync_backlog_oldest_seconds", (unit, link.peer), _age(oldest, now) or 0.0
            contact = _age(link.last_exchange_at, now)
            if contact is not None and link.role == "child":
                yield "tiersync_child_last_contact_seconds", (unit, link.peer), contact
        yield "tiersync_refused_envelopes", (unit,), len(refused(db)) + len(refused_at_inbox(db))
        for run in latest_runs(db):
            yield "tiersync_rows_read", (unit, run.stream), run.read
            yield "tiersync_rows_refused", (unit, run.stream), sum(run.refused.values())
        for name, fact in (("tiersync_backup_age_seconds", BACKUP_AT), ("tiersync_scrub_age_seconds", SCRUBBED)):
            if (age := _age(recall(db, fact), now)) is not None:
                yield name, (unit,), age


def _age(stored: str | None, now: datetime) -> float | None:
    """Seconds since a stored moment; None where none is stored."""
    return max(0.0, (now - datetime.fromisoformat(stored)).total_seconds()) if stored else None
