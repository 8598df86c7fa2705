"""Cursors: how far a stream was read, so that the next run asks only for what came since."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import polars as pl

from tiersync.errors import BadSource
from tiersync.flow.node import Node
from tiersync.flow.unread import NOT_YET, Task
from tiersync.plugins.files import digests_of
from tiersync.plugins.reading import Batch
from tiersync.plugins.rows import CURSOR
from tiersync.plugins.stream import Resume
from tiersync.rules.merged import asked_from, furthest, unusable
from tiersync.store.quarantine import newest_run, waiting_since
from tiersync.store.snapshots import current_snapshot, is_here, read_snapshot

BETWEEN = "\x1f"


@dataclass
class Advance:
    """One run's way from where the last one ended. `held` are the records that it adds to, none where it begins anew;
    `began` is how far the last run had come, and `stands` whether that was the last thing that happened."""

    task: Task
    resume: Resume
    held: pl.DataFrame | None
    began: str = ""
    since: str = ""
    files: dict[str, str] = field(default_factory=dict)
    stands: bool = False
    marks: set[str] = field(default_factory=set)

    @property
    def moves(self) -> bool:
        """Whether there is something to note, though it may bring nothing new."""
        return not self.stands or self.since != self.began or len(self.resume.read) < len(self.files)

    def take(self, batch: Batch, secret: bytes) -> None:
        """Note how far a batch reaches, and whose rows it holds; raises BadSource for a value that is no cursor."""
        if CURSOR in batch.rows.columns:
            read = batch.rows[CURSOR].drop_nulls().unique().to_list()
            values = [value for value in (self.since, *read) if value.strip()]
            if strange := unusable(values):
                raise _no_cursor(self.task, strange)
            self.since = furthest(values, self.task.context.today)
        if self.held is not None:
            self.marks.update(key_marks(self.task, batch.rows, secret))

    def spell(self) -> str:
        """What is kept beside the snapshot."""
        return json.dumps({"reads": self.task.reads, "since": self.since, "files": self.files}, ensure_ascii=False)


def begin(node: Node, task: Task) -> Advance | None:
    """Where a stream with a cursor goes on. None for a stream that is read whole each time.

    It goes on from its beginning when it is to be read anew, when the mapping or the catalogue is another one, and on
    the day after a row was refused because its date had not come. Where the source hands over each row once (`none`),
    there is no beginning to go back to, and what is held is never given up.
    """
    cursor = task.stream.cursor
    if cursor.kind == "snapshot":
        return None
    files = dict(digests_of(task.plugin, task.stream)) if cursor.kind == "file" else {}
    with node.store.read() as db:
        current, newest = current_snapshot(db, task.name), newest_run(db, task.name)
        waits = waiting_since(db, task.name, NOT_YET)
    if current is None or not is_here(node.store, current.digest):
        return Advance(task, Resume(), None, files=files)
    stands = newest is not None and newest.id == current.run
    kept = json.loads(current.cursor) if current.cursor else {}
    has_come = waits and node.day_of(datetime.fromisoformat(waits)) < task.context.today
    if cursor.kind == "none":
        return Advance(task, Resume(goes_on=True), read_snapshot(node.store, current.digest), stands=stands)
    if task.anew or has_come or kept.get("reads") != task.reads:
        return Advance(task, Resume(), None, files=files)
    known = tuple(name for name, digest in files.items() if kept["files"].get(name) == digest)
    since = kept["since"]
    resume = Resume(goes_on=True, since=asked_from(since, cursor.lag_seconds), read=known)
    return Advance(task, resume, read_snapshot(node.store, current.digest), since, since, files, stands)


def key_marks(task: Task, rows: pl.DataFrame, secret: bytes) -> list[str]:
    """For each row a mark of its key that tells nobody what it is, '' where it has none."""
    key = [name for name in task.stream.key if name in rows.columns]
    if not key:
        return [""] * rows.height
    texts = rows.select(pl.concat_str(pl.col(key).cast(pl.String), separator=BETWEEN)).to_series()
    return [hmac.new(secret, b"key" + text.encode(), sha256).hexdigest()[:24] if text else "" for text in texts]


def _no_cursor(task: Task, count: int) -> BadSource:
    field_ = task.stream.cursor.field
    return BadSource(
        place=f"{task.stream.name}, {field_}",
        why_en=f"a cursor is a moment, a day or a whole number, and as many values are none: {count}",
        why_zh=f"游标须是时间、日期或整数，有 {count} 个值不是",
    )
