"""What a stream's last run read, line by line, so that of a file that changed only the new lines are read again."""

from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import polars as pl

from tiersync.errors import StoreBroken
from tiersync.flow.node import Node
from tiersync.flow.reading.sum_rows import is_in_question
from tiersync.flow.reading.unread import Task
from tiersync.plugins.worker.pipe import LineWay
from tiersync.plugins.worker.reading import RowsRead
from tiersync.rules.lists.lines import DIGEST
from tiersync.store.files.locked import lock, unlock
from tiersync.store.files.snapshots import current_snapshot, read_lines, read_snapshot, write_lines

LINE, AT, PLACE_ROW = "line", "at", "place_row"
REACH = 2  # blocks: how far from where it is expected a line is looked for first


class Lined(NamedTuple):
    """Records, and the digest of each one's line, none where it had none."""

    records: pl.DataFrame
    digests: pl.Series


@dataclass
class RememberedRecords:
    """The records of a stream's current snapshot with the digests of their lines.

    A line that is not found is read again, which costs time and changes nothing. A refused line has no record, so it
    is always read again.
    """

    held: Lined
    _next: int = 0  # where the record of the next line is expected
    _lost: bool = False  # the last block was found nowhere
    _lines: pl.Series | None = None  # of the block that is being read
    _places: pl.Series | None = None  # of each of its lines among the records, none for a new one

    @property
    def way(self) -> LineWay:
        """Whether it is worth asking which lines are new, or all of them are."""
        return "told" if self.held.digests.is_empty() else "asked"

    def sift(self, lines: pl.Series) -> pl.Series | None:
        """The places of the lines that are new, None when all of them are."""
        self._lines, self._places = lines, self._find(lines)
        return None if self._places.null_count() == lines.len() else self._places.is_null().arg_true()

    def _find(self, lines: pl.Series) -> pl.Series:
        """Each line's place among the records: near the place where it is expected, else anywhere."""
        reach = REACH * lines.len()
        found = self._look(lines, max(0, self._next - reach), self._next + reach + lines.len())
        if found.null_count() == lines.len() and not self._lost:
            found = self._look(lines, 0, self.held.digests.len())
        ahead = found.cast(pl.Int64) - pl.int_range(lines.len(), eager=True)
        self._lost = ahead.null_count() == lines.len()
        if not self._lost:
            self._next = round(float(str(ahead.median()))) + lines.len()  # Of most lines: a few stand twice.
        return found

    def _look(self, lines: pl.Series, begins: int, ends: int) -> pl.Series:
        known = self.held.digests[begins:ends].alias(LINE).to_frame().with_row_index(AT, begins).drop_nulls()
        return lines.alias(LINE).to_frame().join(known, on=LINE, how="left", maintain_order="left")[AT]

    def complete(self, batch: RowsRead, fresh: pl.DataFrame) -> Lined:
        """The `fresh` records of a batch and those of the lines that were known, in the order of the file."""
        lines, places = self._lines, self._places
        self._lines = self._places = None
        if lines is None or places is None:
            return Lined(fresh, pl.Series([None], dtype=DIGEST).new_from_index(0, fresh.height))
        together = fresh
        if places.null_count() < lines.len():
            together = pl.concat([self._known(batch, places).select(fresh.columns), fresh]).sort(PLACE_ROW)
        return Lined(together, lines.gather(together[PLACE_ROW] - batch.head.first_row))

    def _known(self, batch: RowsRead, places: pl.Series) -> pl.DataFrame:
        """The records at these places, each with the place where its line stands now."""
        which = places.is_not_null().arg_true()
        return self.held.records[places.gather(which)].with_columns(
            (which + batch.head.first_row).cast(pl.UInt32).alias(PLACE_ROW),
            place_file=pl.lit(batch.head.file), place_sheet=pl.lit(batch.head.sheet),
        )  # fmt: skip


def recall_lines(node: Node, task: Task) -> RememberedRecords:
    """What the last run of this stream read, if it was read by the same rules; else nothing. Of one in which a sum
    differed nothing either: whether it still does, only all of its lines tell."""
    if is_in_question(node, task):
        return nothing_remembered()
    with node.store.read() as db:
        current = current_snapshot(db, task.name)
    locked = read_lines(node.store, current.digest) if current else None
    if current is None or locked is None:
        return nothing_remembered()
    try:
        plain = unlock(node.keys.quarantine, locked, _about(task, current.digest))
        lines = pl.read_ipc(BytesIO(plain)).select(pl.when(pl.col(LINE).is_last_distinct()).then(LINE)).to_series()
        return RememberedRecords(Lined(read_snapshot(node.store, current.digest), lines))
    except StoreBroken:
        return nothing_remembered()


def nothing_remembered() -> RememberedRecords:
    """What is known of a stream that was not read yet, or is not read line by line."""
    return RememberedRecords(Lined(pl.DataFrame(), pl.Series([], dtype=DIGEST)))


def keep_lines(node: Node, task: Task, snapshot: str, digests: pl.Series) -> None:
    """Remember, under lock, which line each record of a snapshot was read from."""
    if digests.null_count() == digests.len():
        return
    out = BytesIO()
    digests.alias(LINE).to_frame().write_ipc(out, compat_level=pl.CompatLevel.newest())
    write_lines(node.store, snapshot, lock(node.keys.quarantine, out.getvalue(), _about(task, snapshot)))


def _about(task: Task, snapshot: str) -> str:
    """What the digests are bound to: what was read under other rules, or by another key, does not open."""
    return f"lines {snapshot} {task.reads}"
