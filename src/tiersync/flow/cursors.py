"""Cursors: how far a stream was read, so that the next run asks only for what came since."""

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

import polars as pl

from tiersync.errors import BadSource
from tiersync.flow.node import Node
from tiersync.flow.unread import Task
from tiersync.plugins.files import digests_of
from tiersync.plugins.reading import Batch
from tiersync.plugins.rows import CURSOR
from tiersync.plugins.stream import Resume
from tiersync.rules.merged import furthest, is_usable, stepped_back
from tiersync.store.snapshots import current_snapshot, is_here, read_snapshot

BETWEEN = "\x1f"


@dataclass
class Advance:
    """One run's way from where the last one ended. `held` are the records that it adds to, none where it begins anew;
    `began` is how far the last run had come."""

    task: Task
    resume: Resume
    held: pl.DataFrame | None
    began: str = ""
    since: str = ""
    files: dict[str, str] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

    @property
    def moves(self) -> bool:
        """Whether it goes beyond where the last one ended, though it may bring nothing new."""
        return self.since != self.began or len(self.resume.read) < len(self.files)

    def take(self, batch: Batch, secret: bytes) -> None:
        """Note how far a batch reaches, and whose rows it holds; raises BadSource for a value that is no cursor."""
        if CURSOR in batch.rows.columns:
            values = batch.rows[CURSOR].drop_nulls().unique().to_list()
            if strange := [value for value in values if not is_usable(value)]:
                raise _no_cursor(self.task, len(strange))
            self.since = furthest([*filter(None, [self.since]), *values])
        if self.held is not None:
            self.marks.update(key_marks(self.task, batch.rows, secret))

    def spell(self) -> str:
        """What is kept beside the snapshot."""
        return json.dumps({"reads": self.task.reads, "since": self.since, "files": self.files}, ensure_ascii=False)


def begin(node: Node, task: Task, *, anew: bool) -> Advance | None:
    """Where a stream with a cursor goes on; from its beginning when the mapping or the catalogue is another one, or it
    is to be read anew. None for a stream that is read whole each time."""
    cursor = task.stream.cursor
    if cursor.kind == "snapshot":
        return None
    files = dict(digests_of(task.plugin, task.stream)) if cursor.kind == "file" else {}
    with node.store.read() as db:
        current = current_snapshot(db, task.name)
    kept = json.loads(current.cursor) if current and current.cursor else {}
    if anew or current is None or kept.get("reads") != task.reads or not is_here(node.store, current.digest):
        return Advance(task, Resume(), None, files=files)
    known = tuple(name for name, digest in files.items() if kept["files"].get(name) == digest)
    resume = Resume(since=stepped_back(kept["since"], cursor.lag_seconds), read=known)
    held = read_snapshot(node.store, current.digest)
    return Advance(task, resume, held, kept["since"], kept["since"], files)


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
        place=f"{task.name}, {field_}",
        why_en=f"{count} values of the cursor are neither moments nor whole numbers",
        why_zh=f"游标列有 {count} 个值既不是时间也不是整数",
    )
