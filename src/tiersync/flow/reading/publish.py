"""Publishing: what was read of a stream becomes its current records, unless too much of it was refused or is gone."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from uuid_utils import uuid7

from tiersync.errors import RowsVanished, TiersyncError, TooDirty
from tiersync.flow.agreement.noticed import note_stream
from tiersync.flow.node import Node
from tiersync.flow.reading.carried import StreamRecords, carry
from tiersync.flow.reading.cursors import Advance, in_order
from tiersync.flow.reading.reading import Reading, together
from tiersync.flow.reading.remembered import Lined, keep_lines
from tiersync.flow.reading.row_findings import OddRows, keep_odd_rows
from tiersync.flow.reading.speaking import spoken_of
from tiersync.flow.reading.sum_rows import note_sums
from tiersync.flow.reading.unread import Task, key_id
from tiersync.flow.reading.versions import ALL, may_have_versions, settle_versions
from tiersync.model.spoken import Spoken
from tiersync.plugins.worker.reading import StreamEnd
from tiersync.rules.persons.doubts import count_flags
from tiersync.rules.rows.doubled import mark_doubled
from tiersync.rules.rows.merged import merge
from tiersync.rules.rows.repeated import Told, distinguish, one_each
from tiersync.rules.rows.returned import closed_by
from tiersync.rules.rows.row_keys import ROW_KEY
from tiersync.store.database import Connection, Row
from tiersync.store.files.snapshots import Snapshot, current_snapshot, make_current, note_spoken, write_snapshot
from tiersync.store.runs.quarantine import (
    DROPPED,
    RunDone,
    add_refused,
    entries,
    held_marks,
    note_run,
    replace_refused,
    show_refused,
)  # fmt: skip

JUDGED_FROM = 20  # refused or vanished rows: below that a share says nothing
FEWEST_JUDGED = 4  # rows, of which more than half are refused: then it is no matter of shares
BESIDE = {
    "blank", "footers", "overlong", "cleaned", "since_1904", "filled_down", "unknown", "skipped", "sums",
    "superseded", "repeated", "replaced", "parts",
}  # fmt: skip
MOST_TOLD = 20  # headers or sheets by name; a file made to flood is not told in full
LONGEST_HEADER = 40


class Before(NamedTuple):
    """The snapshot that was current until now, and what it spoke for."""

    snapshot: Row[Any] | None
    spoken: Spoken | None

    @property
    def read(self) -> int:
        """How many of its records the last run had read; the others were kept from an earlier one."""
        held = self.snapshot.rows if self.snapshot is not None else 0
        return held - sum(self.spoken.carried.values() if self.spoken else ())


class Made(NamedTuple):
    """What a run has made of what was read: the stream's records, what stands twice in a source that was read whole,
    why it is not believed, if it is not, and whether all of it stood before."""

    heard: StreamRecords
    told: Told | None
    end: StreamEnd
    doubt: TiersyncError | None
    is_as_before: bool = False


def publish(node: Node, task: Task, reading: Reading, end: StreamEnd, now: datetime) -> RunDone:
    """Make what was read the stream's current records; raises TooDirty or RowsVanished when it is not believed."""
    before = _before(node, task)
    with node.store.read() as db:
        waiting = held_marks(db, task.name).keys() | {row.mark for row in reading.refused}
    reading.close_corrected()
    made = _make(node, task, reading, end, before, waiting)
    if made.is_as_before:
        return _speak_on(node, made.heard.spoken, before, task.name)
    run = RunDone(
        str(uuid7()), task.name, DROPPED if made.doubt else "published", reading.read, reading.valid,
        dict(sorted(reading.reasons.items())), _flagged(task.stream.record, made.heard.lined.records),
        _in_short(made.end).model_dump_json(include=BESIDE, exclude_defaults=True),
    )  # fmt: skip
    snapshot = None if made.doubt else _snapshot_of(node, task, reading, made.heard, run.id)
    with node.store.write() as db:
        _keep_refused(db, task, reading, run, made.doubt, now)
        note_run(db, run, now)
        if snapshot:
            _keep_current(db, node, task, made, snapshot, now)
    if made.doubt:
        raise made.doubt
    return run


def _make(node: Node, task: Task, reading: Reading, end: StreamEnd, before: Before, waiting: AbstractSet[str]) -> Made:
    """The records of the stream as they would be now."""
    key = task.stream.key if task.stream.has_kept_key else (ROW_KEY,)
    settled = ALL
    if may_have_versions(task):
        settled = settle_versions(task, together(reading.lined), reading.stated, before.spoken, key)
        reading.leave_out(settled)
    doubt = settled.doubt or _doubt(task, reading, before)
    lined, advance, is_new = reading.whole(key, waiting), reading.advance, True
    lined = lined._replace(records=in_order(lined.records))
    told = distinguish(task.stream.record, lined.records, key)
    counted = {"superseded": reading.superseded, "repeated": told.repeated}
    end = end.model_copy(update=counted | {"replaced": {**settled.replaced}, "parts": settled.parts})
    if advance is None:
        lined = Lined(one_each(lined.records, told), lined.digests.filter(told.counts))
    elif not doubt:
        merged = merge(advance.held, lined.records, key)
        lined, is_new = lined._replace(records=merged.records), merged.changed
    until_now = before.spoken if advance is None or advance.held is not None else _forgotten(before.spoken)
    spoken = spoken_of(task, reading.stated, lined.records, reading.refused_units, until_now)
    heard = StreamRecords(spoken.model_copy(update={"carried": {**settled.carried}}), lined)
    goes_on = advance is not None and advance.held is not None and not advance.moves
    if goes_on and not is_new and not reading.refused:
        return Made(heard, None, end, doubt, is_as_before=True)
    if advance is None and before.snapshot is not None and before.spoken and not doubt:
        heard = carry(node, heard, before.spoken, before.snapshot.digest, key)
    return Made(heard, told if advance is None else None, end, doubt)


def _keep_refused(
    db: Connection, task: Task, reading: Reading, run: RunDone, doubt: TiersyncError | None, now: datetime
) -> None:
    """Rows that were refused wait in place of those that waited, or beside them."""
    advance = reading.advance
    if doubt:
        show_refused(db, task.name, run.id, reading.refused, now)
    elif advance is not None and advance.held is not None:
        add_refused(db, task.name, run.id, reading.refused, _closed(db, task, reading, advance), now)
    else:
        replace_refused(db, task.name, run.id, reading.refused, now)


def _keep_current(db: Connection, node: Node, task: Task, made: Made, snapshot: Snapshot, now: datetime) -> None:
    """The snapshot is the stream's current one, with what it says of its source."""
    make_current(db, snapshot, now)
    note_stream(db, node, made.heard.spoken, now)
    note_sums(db, node, task, made.end, now)
    if made.told:
        odd = OddRows("unlike_records", made.told.last.len(), made.told.unlike)
        keep_odd_rows(db, node, (task.name, task.plugin.unit), odd, now)


def _before(node: Node, task: Task) -> Before:
    with node.store.read() as db:
        current = current_snapshot(db, task.name)
    spoken = current.spoken if current is not None else ""
    return Before(current, Spoken.model_validate_json(spoken) if spoken else None)


def _forgotten(spoken: Spoken | None) -> Spoken | None:
    """What stands of it where a stream is read anew: on which day the bytes of its files were first read."""
    return spoken and spoken.model_copy(update={"units": {}, "spans": (), "unsure": ()})


def _speak_on(node: Node, spoken: Spoken, before: Before, stream: str) -> RunDone:
    """Nothing came, and what is held speaks for a later day."""
    if spoken != before.spoken:
        with node.store.write() as db:
            note_spoken(db, stream, spoken.model_dump_json())
    return RunDone(str(uuid7()), stream, "unchanged", 0, 0, {}, {})


def _snapshot_of(node: Node, task: Task, reading: Reading, heard: StreamRecords, run: str) -> Snapshot:
    """The snapshot of what was heard, written. What some check did not see is read again, until it was seen."""
    records, advance, is_checked = heard.lined.records, reading.advance, not reading.failing
    name = write_snapshot(node.store, records)
    if advance is None and is_checked:
        keep_lines(node, task, name, heard.lined.digests)
    return Snapshot(
        task.name, task.stream.record, name, records.height, key_id(node), task.fingerprint if is_checked else "",
        run, advance.spell() if advance and is_checked else "", heard.spoken.model_dump_json(),
    )  # fmt: skip


def _closed(db: Connection, task: Task, reading: Reading, advance: Advance) -> Iterator[int]:
    """The entries of rows that were read again, or that came back corrected."""
    waiting = entries(db, task.name)
    keys = advance.marks | {row.key_mark for row in reading.refused}
    closes = closed_by(reading.corrected, (entry.place for entry in waiting))
    return (entry.id for entry in waiting if entry.key_mark in keys or closes(entry.place))


def _in_short(end: StreamEnd) -> StreamEnd:
    """The same with no more names than somebody reads."""
    headers = [header if len(header) <= LONGEST_HEADER else f"{header[:LONGEST_HEADER]}…" for header in end.unknown]
    unknown = headers if len(headers) <= MOST_TOLD else [*headers[:MOST_TOLD], f"… ({len(headers)})"]
    return end.model_copy(update={"unknown": tuple(unknown), "skipped": end.skipped[:MOST_TOLD]})


def _doubt(task: Task, reading: Reading, before: Before) -> TiersyncError | None:
    """Why a run is not believed, None for one that is."""
    goes_on = reading.advance is not None and reading.advance.held is not None
    if _is_dirty(task, reading, goes_on):
        return TooDirty(plugin=task.name, refused=reading.reasons.total(), read=reading.read)
    if not goes_on and _lost_much(task, before.read, reading.valid):
        return RowsVanished(plugin=task.name, valid=reading.valid, held=before.read)
    return None


def _is_dirty(task: Task, reading: Reading, goes_on: bool) -> bool:
    """Whether more rows were refused than the stream's limits allow, more than half of a few, or all of them. All of
    the few that came since a cursor may be refused: they are beside what is held."""
    count, limits = reading.reasons.total(), task.stream.limits
    past = count > limits.refused_rows or count > limits.refused_share * reading.read
    most = reading.read >= FEWEST_JUDGED and count * 2 > reading.read
    return (count >= JUDGED_FROM and past) or ((most or 0 < reading.read == count) and not goes_on)


def _lost_much(task: Task, held: int, valid: int) -> bool:
    """Whether more records vanished than the stream's limits allow; that all vanished is never believed by itself."""
    lost = held - valid
    return lost > task.stream.limits.deleted_share * held and (lost >= JUDGED_FROM or valid == 0)


def _flagged(record: str, records: pl.DataFrame) -> dict[str, int]:
    """How many kept rows carry each flag, doubled filings among them."""
    if records.is_empty():
        return {}
    return count_flags(mark_doubled(records) if record == "senior" else records)
