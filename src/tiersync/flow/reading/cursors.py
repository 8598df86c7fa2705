"""Where a stream with a cursor goes on, and how far a run brings it."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tiersync.errors import BadPlugin, BadSource
from tiersync.flow.node import Node
from tiersync.flow.reading.unread import NOT_YET, Task
from tiersync.plugins.folder.manifest import MANIFEST
from tiersync.plugins.folder.stream import Resume
from tiersync.plugins.kinds.files import corrected_digests, digests_of
from tiersync.plugins.rows.rows import CURSOR
from tiersync.plugins.worker.reading import RowsRead
from tiersync.rules.rows.merged import are_alike, asked_from, furthest, order_of, read_cursors
from tiersync.store.files.snapshots import current_snapshot, is_here, read_snapshot
from tiersync.store.runs.quarantine import newest_run, waiting_since

BETWEEN = "\x1f"
ORDER = "since_order"  # Beside a record while it is read: by what its source's rows of one key are sorted.
Digests = Mapping[str, str]
BEGINNING: dict[str, Any] = {"files": {}, "corrected": {}, "closed": [], "since": ""}  # Where nothing was noted.


@dataclass
class Advance:
    """One run's way from where the last one ended. `held` are the records that it adds to, none where it begins anew;
    `began` is how far the last run had come, and `stands` whether that was the last thing that happened and no file is
    new; `closed` are places of refused rows that came back corrected, in a workbook that is not read again."""

    task: Task
    now: datetime
    resume: Resume
    held: pl.DataFrame | None
    files: Digests
    corrected: Digests
    began: str = ""
    since: str = ""
    stands: bool = False
    closed: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)

    @property
    def moves(self) -> bool:
        """Whether there is something to note, though it may bring nothing new."""
        return not self.stands or self.since != self.began

    def take(self, batch: RowsRead, secret: bytes) -> None:
        """Note how far a batch reaches, and whose rows it holds; raises BadSource for a value that is no cursor."""
        if CURSOR in batch.rows.columns:
            read = read_cursors(batch.rows[CURSOR].drop_nulls().unique())
            if strange := sum(one is None for one in read.values()):
                raise _no_cursor(self.task, strange)
            reached = {value: one for value, one in (read | read_cursors([self.since])).items() if one is not None}
            if not are_alike(reached.values()):
                raise _unlike(self.task)
            self.since = furthest(reached, self.now)
        if self.held is not None:
            self.marks.update(key_marks(self.task, batch.rows, secret))

    def spell(self) -> str:
        """What is kept beside the snapshot."""
        task = self.task
        kept = {"reads": task.reads, "key": task.stream.key, "since": self.since, "files": dict(self.files)}
        return json.dumps(kept | {"corrected": dict(self.corrected), "closed": sorted(self.closed)}, ensure_ascii=False)


def begin(node: Node, task: Task, now: datetime) -> Advance | None:
    """Where a stream with a cursor goes on. None for a stream that is read whole each time.

    It goes on from its beginning when it is to be read anew, when the mapping or the catalogue is another one, and on
    the day after a row was refused because its date had not come. Where the source hands over each row once (`none`),
    there is no beginning to go back to, and what is held is never given up; nor is there while every file that was
    read is taken away. Raises BadPlugin where what is held cannot be added to.
    """
    kind = task.stream.cursor.kind
    if kind == "snapshot":
        return None
    local = now.astimezone(ZoneInfo(node.time_zone))
    files = dict(digests_of(task.plugin, task.stream)) if kind == "file" else {}
    corrected = dict(corrected_digests(task.plugin))
    with node.store.read() as db:
        current, newest = current_snapshot(db, task.name), newest_run(db, task.name)
        waits = waiting_since(db, task.name, NOT_YET)
    if current is None or newest is None or not is_here(node.store, current.digest):
        return Advance(task, local, Resume(), None, files, corrected)
    kept = BEGINNING | (json.loads(current.cursor) if current.cursor else {})
    has_come = waits and node.day_of(datetime.fromisoformat(newest.started_at)) < task.context.today
    if kind == "none":
        _refuse_others(task, current.record, kept)
    elif kind == "file" and not files:  # By what rules the records came stays noted, for when a file comes.
        task = replace(task, reads=kept.get("reads", ""))
    elif task.anew or has_come or kept.get("reads") != task.reads:
        return Advance(task, local, Resume(), None, files, corrected)
    read = (*_read_so_far(kept["files"], files), *_known(kept["corrected"], corrected))
    since = kept["since"]
    return Advance(
        task, local, Resume(goes_on=True, since=asked_from(since, task.stream.cursor.lag_seconds), read=read),
        read_snapshot(node.store, current.digest), kept["files"] | files, kept["corrected"] | corrected, since, since,
        stands=newest.id == current.run and len(read) == len(files) + len(corrected), closed={*kept["closed"]},
    )  # fmt: skip


def _known(kept: Digests, there: Digests) -> list[str]:
    """The files that were read as they are."""
    return [name for name, digest in there.items() if kept.get(name) == digest]


def _read_so_far(kept: Digests, there: Digests) -> list[str]:
    """The files that were read as they are and come before all others: so the last word on a key is the same, whether
    they are read one by one or all at once."""
    known = {*_known(kept, there)}
    return list(takewhile(known.__contains__, there))


def _refuse_others(task: Task, record: str, kept: Mapping[str, Any]) -> None:
    """What is held under another record type or key cannot be added to, and the source does not tell it again."""
    key = list(task.stream.key)
    if record != task.stream.record or kept.get("key", key) != key:
        told = f"{record}, {'+'.join(kept.get('key', key))}"
        raise BadPlugin(
            file=task.plugin.folder / MANIFEST,
            why_en=f"{task.stream.name} holds what was handed over once, under {told}; "
            "put record and key back, or give the stream another name to begin anew",
            why_zh=f"{task.stream.name} 已有只交一次的数据（{told}）；请恢复 record 和 key，或另起数据流名称",
        )


def with_order(records: pl.DataFrame, values: pl.Series) -> pl.DataFrame:
    """Records with the order of the cursor values of their rows."""
    order = {value: order_of(one) for value, one in read_cursors(values.drop_nulls().unique()).items()}
    orders = values.replace_strict(order, default=None, return_dtype=pl.Int64)
    return records.with_columns(orders.alias(ORDER))


def in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Records so that of one key the latest comes last, as far as their source says when that was."""
    if ORDER not in records.columns:
        return records
    return records.sort(ORDER, nulls_last=False, maintain_order=True).drop(ORDER)


def key_marks(task: Task, rows: pl.DataFrame, secret: bytes) -> list[str]:
    """For each row a mark of its key that tells nobody what it is, '' where it has none."""
    key = [name for name in task.stream.key if name in rows.columns]
    if not key:
        return [""] * rows.height
    texts = rows.select(pl.concat_str(pl.col(key).cast(pl.String), separator=BETWEEN)).to_series()
    return [hmac.new(secret, b"key" + text.encode(), sha256).hexdigest()[:24] if text else "" for text in texts]


def _no_cursor(task: Task, count: int) -> BadSource:
    return BadSource(
        place=f"{task.stream.name}, {task.stream.cursor.field}",
        why_en=f"a cursor is a moment, a day or a whole number, and as many values are none: {count}",
        why_zh=f"游标须是时间、日期或整数，有 {count} 个值不是",
    )


def _unlike(task: Task) -> BadSource:
    replay = f"tiersync quarantine replay --stream {task.name}"
    return BadSource(
        place=f"{task.stream.name}, {task.stream.cursor.field}",
        why_en=f"numbers, moments, and moments with a time zone cannot be compared; once they are alike: {replay}",
        why_zh=f"数字、时间和带时区的时间不能混用；统一之后运行：{replay}",
    )
