"""Reading sources: rows become records or go into quarantine, and a stream's records become its current snapshot."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from uuid_utils import uuid7

from tiersync.errors import TiersyncError, TooDirty
from tiersync.flow.node import Node
from tiersync.model.canonical import digest
from tiersync.plugins.manifest import Plugin, Stream
from tiersync.plugins.reading import Batch, Worker, fingerprint, open_worker
from tiersync.rules.check import CheckContext, check
from tiersync.rules.doubled import mark_doubled
from tiersync.rules.project import project
from tiersync.store.locked import lock
from tiersync.store.quarantine import RefusedRow, RunDone, note_run, replace_refused
from tiersync.store.snapshots import (
    Snapshot,
    current_snapshot,
    drop_streams,
    make_current,
    sweep,
    write_snapshot,
)  # fmt: skip

JUDGED_FROM = 20  # refused rows: below that a share says nothing
MOST_KEPT = 10_000  # refused rows of one stream that the quarantine keeps raw


@dataclass(frozen=True)
class Task:
    """One stream that has to be read, with what its rows are checked against."""

    plugin: Plugin
    stream: Stream
    name: str
    fingerprint: str
    context: CheckContext


@dataclass
class Reading:
    """What one stream has brought so far."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    read: int = 0


def ingest(node: Node, now: datetime) -> list[RunDone]:
    """Read every stream whose source changed; what did not change costs a digest. Each stream's outcome, in order.

    A plugin that fails harms its own streams only: the others are read, and then its error is raised.
    """
    runs: list[RunDone] = []
    failed: list[TiersyncError] = []
    for plugin in node.plugins:
        try:
            runs += _ingest_plugin(node, plugin, now)
        except TiersyncError as error:
            failed.append(error)
    with node.store.write() as db:
        drop_streams(db, [name_of(plugin, stream) for plugin in node.plugins for stream in plugin.streams])
    sweep(node.store)
    if failed:
        raise failed[0]
    return runs


def name_of(plugin: Plugin, stream: Stream) -> str:
    """A stream's name within its node."""
    return f"{plugin.id}/{stream.name}"


def _ingest_plugin(node: Node, plugin: Plugin, now: datetime) -> list[RunDone]:
    tasks = _tasks(node, plugin, now)
    changed = [task for task in tasks if not _is_current(node, task)]
    runs = [RunDone(str(uuid7()), t.name, "unchanged", 0, 0, {}, {}) for t in tasks if t not in changed]
    if changed:
        with open_worker(plugin, _names_within(node, plugin)) as worker:
            runs += [_ingest_stream(node, worker, task, now) for task in changed]
    return sorted(runs, key=lambda run: run.stream)


def _tasks(node: Node, plugin: Plugin, now: datetime) -> list[Task]:
    with node.store.read() as db:
        catalogue = node.catalogue(db)
    tree = catalogue.tree
    allowed = frozenset(tree.within(plugin.unit)) if plugin.unit in tree else frozenset((plugin.unit,))
    context = CheckContext(codes=catalogue.code_sets, today=now.date(), units=frozenset(tree.units), allowed=allowed)
    return [
        Task(plugin, stream, name_of(plugin, stream), _fingerprint(node, plugin, stream, catalogue.number), context)
        for stream in plugin.streams
    ]


def _fingerprint(node: Node, plugin: Plugin, stream: Stream, catalogue: int) -> str:
    """What a snapshot depends on: the source's bytes, the plugin, the catalogue, and the key of its person keys."""
    return digest(f"{fingerprint(plugin, stream)}|{catalogue}|{key_id(node)}".encode())


def key_id(node: Node) -> str:
    """Names the secret of the person keys without telling it."""
    return digest(b"person-key-id" + node.keys.person)[:16]


def _is_current(node: Node, task: Task) -> bool:
    with node.store.read() as db:
        row = current_snapshot(db, task.name)
    return row is not None and row.fingerprint == task.fingerprint


def _names_within(node: Node, plugin: Plugin) -> dict[str, str]:
    """Code and name of every unit that this plugin may name."""
    with node.store.read() as db:
        tree = node.tree(db)
    within = tree.within(plugin.unit) if plugin.unit in tree else ()
    return {code: tree[code].name for code in within}


def _ingest_stream(node: Node, worker: Worker, task: Task, now: datetime) -> RunDone:
    reading = Reading()
    for batch in worker.read(task.stream):
        _take_batch(node, task, reading, batch)
        node.progress(task.name, reading.read, 0)
    return _publish(node, task, reading, now)


def _take_batch(node: Node, task: Task, reading: Reading, batch: Batch) -> None:
    checked = check(task.stream.record, batch.rows, task.context)
    reading.read += batch.rows.height
    reading.frames.append(project(task.stream.record, checked.accepted, node.keys.person.hex()))
    reading.reasons.update(checked.refused["reason"])
    room = MOST_KEPT - len(reading.refused)
    if room > 0 and not checked.refused.is_empty():
        reading.refused += _locked_rows(node, task, batch, checked.refused.head(room))


def _locked_rows(node: Node, task: Task, batch: Batch, refused: pl.DataFrame) -> Iterable[RefusedRow]:
    """Refused rows with their place, and their raw values in the source's own headers, encrypted."""
    rows = refused["row"].to_list()
    places = batch.rows[rows].select("place_file", "place_sheet", "place_row").rows()
    raw = batch.raw(rows).to_dicts()
    for (file, sheet, line), values, (_, name, reason) in zip(places, raw, refused.rows(), strict=True):
        plain = json.dumps(values, ensure_ascii=False).encode()
        yield RefusedRow(file, sheet, line, name, reason, lock(node.keys.quarantine, plain, task.name))


def _publish(node: Node, task: Task, reading: Reading, now: datetime) -> RunDone:
    """Make what was read the stream's current records, unless too much of it was refused."""
    count = reading.reasons.total()
    limits = task.stream.limits
    dirty = count >= JUDGED_FROM and (count > limits.refused_rows or count > limits.refused_share * reading.read)
    records = pl.concat(reading.frames, how="vertical_relaxed") if reading.frames else pl.DataFrame()
    run = RunDone(
        str(uuid7()), task.name, "dropped" if dirty else "published", reading.read, reading.read - count,
        dict(sorted(reading.reasons.items())), _flagged(task.stream.record, records),
    )  # fmt: skip
    snapshot = None
    if not dirty:
        name = write_snapshot(node.store, records)
        snapshot = Snapshot(task.name, task.stream.record, name, records.height, key_id(node), task.fingerprint, run.id)
    with node.store.write() as db:
        replace_refused(db, task.name, run.id, reading.refused, now)
        note_run(db, run, now)
        if snapshot:
            make_current(db, snapshot, now)
    if dirty:
        raise TooDirty(plugin=task.name, refused=count, read=reading.read)
    return run


def _flagged(record: str, records: pl.DataFrame) -> dict[str, int]:
    """How many kept rows carry each flag, doubled filings among them."""
    if records.is_empty():
        return {}
    flags = records["flags"].filter(records["flags"] != "").str.split(",").explode().value_counts()
    counted = dict(flags.rows())
    if record == "senior":
        counted["doubled"] = records.height - int(mark_doubled(records)["counts"].sum())
    return {flag: count for flag, count in sorted(counted.items()) if count}


def refused_in(runs: Sequence[RunDone]) -> dict[str, int]:
    """Refused rows of several runs, by reason."""
    return dict(sorted(sum((Counter(run.refused) for run in runs), Counter()).items()))
