"""Reading sources: rows become records or go into quarantine, and a stream's records become its current snapshot."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import NamedTuple

import polars as pl
from uuid_utils import uuid7

from tiersync.errors import (
    BadPlugin,
    BadSource,
    NoSecret,
    RowsVanished,
    Several,
    TiersyncError,
    TooDirty,
    WhichCounts,
    WorkerFailed,
)
from tiersync.flow.agreement.paid import note_payments
from tiersync.flow.figures.asked import figures_asked, indicators_in_use
from tiersync.flow.node import Node
from tiersync.flow.reading.contradictions import kept_whole, refuse_contradictions
from tiersync.flow.reading.cursors import Advance, begin, key_marks, with_order
from tiersync.flow.reading.headers import note_columns
from tiersync.flow.reading.publish import publish
from tiersync.flow.reading.reading import MOST_KEPT, KeptBatch, Reading
from tiersync.flow.reading.remembered import nothing_remembered, recall_lines
from tiersync.flow.reading.row_findings import close_gone
from tiersync.flow.reading.speaking import unit_field
from tiersync.flow.reading.unread import Task, is_current, name_of, names_of_streams, names_within, task_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Resume
from tiersync.plugins.hooks import package_failed
from tiersync.plugins.rows.rows import CORRECTS, CURSOR
from tiersync.plugins.worker.reading import RowsRead, Worker
from tiersync.rules.rows.check import check, without
from tiersync.rules.rows.figures import FIGURE, figure_checks
from tiersync.rules.rows.further import Further, check_further, of_record, with_key
from tiersync.rules.rows.project import project
from tiersync.rules.rows.returned import mark_of, place_text
from tiersync.rules.rows.row_keys import WHOLE_ROW, row_keys
from tiersync.store.files.locked import lock
from tiersync.store.files.snapshots import drop_streams, let_rest, sweep
from tiersync.store.runs.quarantine import CRASHED, FAILED, RefusedRow, RunDone, forget_raw, note_run
from tiersync.store.spelled import spell_error

MOST_CELLS, LONGEST_CELL = 200, 1000  # of such a row, so that a file made to flood does not fill the disk

Outcome = RunDone | TiersyncError
Wanted = Collection[str] | None  # names of streams; None is all of them


class Ingested(NamedTuple):
    """What reading the sources did: the streams that count, and what went wrong with the others."""

    runs: list[RunDone]
    failed: list[TiersyncError]


def ingest(node: ReadingNode, now: datetime) -> list[RunDone]:
    """Read every stream whose source changed; raises what went wrong once everything else was read."""
    done = read_sources(node, now)
    raise_together(done.failed)
    return done.runs


def read_sources(node: ReadingNode, now: datetime) -> Ingested:
    """Read every stream whose source changed, of paused plugins too; what did not change costs a digest.

    A stream that fails harms itself only: its earlier records stay current, and the others are read.
    """
    return gather(node, now, [one for plugin in node.plugins for one in read_plugin(node, plugin, now)])


def read_only(node: ReadingNode, now: datetime, streams: Collection[str]) -> Ingested:
    """Read these streams from their beginning, though their sources may be unchanged, and no others."""
    return gather(node, now, [one for plugin in node.plugins for one in read_plugin(node, plugin, now, streams)])


def gather(node: ReadingNode, now: datetime, outcomes: Sequence[Outcome]) -> Ingested:
    """What is left to do once every stream had its turn."""
    with node.store.write() as db:
        living, idle = names_of_streams(node.plugins), names_of_streams(node.disabled)
        let_rest(db, idle)
        if not node.broken_plugins:  # A plugin that cannot be loaded is not gone.
            drop_streams(db, [*living, *idle])
            close_gone(db, node, [*living, *idle], now)
        forget_raw(db, now - node.keeps.raw)
    sweep(node.store)
    note_payments(node, now)
    runs = [outcome for outcome in outcomes if isinstance(outcome, RunDone)]
    failed = [outcome for outcome in outcomes if isinstance(outcome, TiersyncError)]
    return Ingested(sorted(runs, key=lambda run: run.stream), [*node.broken_plugins, *failed])


def raise_together(errors: Sequence[TiersyncError]) -> None:
    """Raise what went wrong, if anything did: one error as it is, several as one that says each."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        each = {f"each_{lang}": "".join(f"\n- {error.say(lang)}" for error in errors) for lang in ("en", "zh")}
        raise Several(count=len(errors), **each) from errors[0]


def read_plugin(
    node: ReadingNode, plugin: Plugin, now: datetime, only: Wanted = None, among: Wanted = None
) -> Iterator[Outcome]:
    """Each stream's outcome; those whose source changed are read by one worker, those in `only` whatever changed, and
    of those `among` some the others are not looked at."""
    changed: list[Task] = []
    for stream in plugin.streams:
        if any(wanted is not None and name_of(plugin, stream) not in wanted for wanted in (only, among)):
            continue
        try:
            task = task_of(node, plugin, stream, now)
        except (BadSource, BadPlugin) as error:
            yield _note_failed(node, name_of(plugin, stream), error, now)
        else:
            if only is not None:
                changed.append(replace(task, anew=True))
            elif is_current(node, task):
                yield RunDone(str(uuid7()), task.name, "unchanged", 0, 0, {}, {})
            else:
                changed.append(task)
    yield from _read_tasks(node, changed, now)


def _read_tasks(node: ReadingNode, tasks: Iterable[Task], now: datetime) -> Iterator[Outcome]:
    """Each task's outcome; a worker that failed is replaced for the tasks that are left."""
    left = iter(tasks)
    for task in left:
        try:
            plugin, units = task.plugin.in_zone(node.time_zone), names_within(node, task.plugin)
            with node.workers.open(plugin, units, node.bounds, node.secrets) as worker:
                yield from _read_while_well(node, worker, chain((task,), left), now)
        except NoSecret as error:
            yield from (_note_failed(node, one.name, error, now) for one in chain((task,), left))


def _read_while_well(node: ReadingNode, worker: Worker, tasks: Iterable[Task], now: datetime) -> Iterator[Outcome]:
    for task in tasks:
        try:
            yield from _read_stream(node, worker, task, now)
        except (TooDirty, RowsVanished, WhichCounts) as error:
            yield error
        except BadSource as error:
            yield _note_failed(node, task.name, _in_plugin(error, task.plugin), now)
        except BadPlugin as error:
            yield _note_failed(node, task.name, error, now)
        except WorkerFailed as error:
            yield _note_failed(node, task.name, error, now, CRASHED)
            return


def _in_plugin(error: BadSource, plugin: Plugin) -> BadSource:
    """The same, its place told from a file of the same name in another plugin."""
    return BadSource(**{**error.fields, "place": f"{plugin.id}/{error.fields['place']}"})


def _note_failed(
    node: ReadingNode, stream: str, error: TiersyncError, now: datetime, outcome: str = FAILED
) -> TiersyncError:
    """A run that brought nothing is remembered with its reason."""
    run = RunDone(str(uuid7()), stream, outcome, 0, 0, {}, {}, spell_error(error))
    with node.store.write() as db:
        note_run(db, run, now)
    return error


def _read_stream(node: ReadingNode, worker: Worker, task: Task, now: datetime) -> Iterator[Outcome]:
    """The run; then the packages whose checks failed, and refused nothing."""
    advance = begin(node, task, now)
    is_told_by_lines = advance is None and task.stream.record != FIGURE  # All figures are needed to see which agree.
    remembered = recall_lines(node, task) if is_told_by_lines else nothing_remembered()
    reading = Reading(remembered, advance=advance, checks=_own_checks(node, task, advance))
    for batch in _batches(worker, task, reading):
        _take_batch(node, task, reading, batch)
        node.progress(task.name, reading.read, round(reading.read / batch.head.share) if batch.head.share else 0)
    node.progress(task.name, reading.read, reading.read)
    if reading.kept:
        refuse_contradictions(reading, indicators_in_use(node, now), partial(_locked_rows, node, task))
    yield publish(node, task, reading, worker.ended, now)
    if worker.ended.files:  # Where no table came, nobody saw a header.
        note_columns(node, task, worker.ended, now)
    yield from reading.failing.values()


def _batches(worker: Worker, task: Task, reading: Reading) -> Iterator[RowsRead]:
    """A stream whole, told by its lines; or what came since its cursor."""
    today = task.context.today
    if reading.advance is not None:
        return worker.read(task.stream, resume=reading.advance.resume.model_copy(update={"read_on": today}))
    return worker.read(task.stream, reading.remembered.sift, reading.remembered.way, Resume(read_on=today))


def _own_checks(node: Node, task: Task, advance: Advance | None) -> list[Further]:
    """What the node checks of a stream's records beside their fields."""
    checks = with_key(task.stream.record, task.stream.key, is_added=advance is not None)
    if task.stream.record == FIGURE:
        checks += figure_checks(figures_asked(node))
    return checks


def _take_batch(node: ReadingNode, task: Task, reading: Reading, batch: RowsRead) -> None:
    checked = check(task.stream.record, batch.rows, task.context)
    well = [one for one in of_record(node.further, task.stream.record) if one.reason not in reading.failing]
    well += reading.checks
    if well:
        checked, failed = check_further(checked, batch.rows.height, well)
        reading.failing |= {one.check.reason: package_failed(one.check.package, one.kind) for one in failed}
    records = project(task.stream.record, checked.accepted, node.keys.person.hex())
    if not task.stream.has_kept_key:
        records = records.with_columns(_keys_of(node, task, without(batch.rows, checked.refused["row"])))
    if CURSOR in batch.rows.columns:
        records = with_order(records, without(batch.rows, checked.refused["row"])[CURSOR])
    if CORRECTS in batch.rows.columns:
        places = without(batch.rows, checked.refused["row"])[CORRECTS]
        reading.corrected.update(place.strip() for place in places.drop_nulls())
        records = records.with_columns(places.fill_null(""))
    place = (batch.head.file, batch.head.sheet)
    reading.stated[place] = tuple(dict.fromkeys((*reading.stated.get(place, ()), *batch.head.stated)))
    reading.refused_units.update((place, unit) for unit in _units_named(task, batch, checked.refused["row"]))
    lined = reading.remembered.complete(batch, records)
    taken = reading.returned if CORRECTS in batch.rows.columns else reading.lined
    if task.stream.record == FIGURE:
        reading.kept.append(kept_whole(batch, checked.refused["row"], taken is reading.returned, len(taken)))
    taken.append(lined)
    reading.read += lined.records.height + checked.refused.height
    reading.reasons.update(checked.refused["reason"])
    if reading.advance is not None:
        reading.advance.take(batch, node.keys.quarantine)
    room = MOST_KEPT - len(reading.refused)
    if room > 0 and not checked.refused.is_empty():
        reading.refused += _locked_rows(node, task, batch, checked.refused.head(room))


def _keys_of(node: Node, task: Task, rows: pl.DataFrame) -> pl.Series:
    """What tells records apart where no snapshot keeps their key: a mark of it, or of all that stood in the row."""
    return row_keys(rows, task.stream.key or (WHOLE_ROW,), node.keys.person.hex())


def _locked_rows(
    node: ReadingNode, task: Task, batch: RowsRead | KeptBatch, refused: pl.DataFrame
) -> Iterable[RefusedRow]:
    """Refused rows with their place, and their raw values in the source's own headers, encrypted."""
    rows = refused["row"].to_list()
    places = batch.rows[rows].select("place_file", "place_sheet", "place_row").rows()
    units = _units_named(task, batch, refused["row"])
    raw = batch.raw(rows).to_dicts()
    keys = [""] * len(rows)
    if task.stream.cursor.kind != "snapshot":
        keys = key_marks(task, batch.rows[rows], node.keys.quarantine)
    told = zip(places, raw, refused.rows(), keys, units, strict=True)
    for (file, sheet, line), values, (_, name, reason), key, unit in told:
        plain = json.dumps(_in_short(values), ensure_ascii=False).encode()
        mark = mark_of(plain, node.keys.quarantine)
        place, locked = place_text(file, sheet, line, mark), lock(node.keys.quarantine, plain, task.name)
        yield RefusedRow(file, sheet, line, name, reason, locked, place, mark, key or mark, unit)


def _units_named(task: Task, batch: RowsRead | KeptBatch, rows: pl.Series) -> list[str]:
    """The unit that each of these rows names, '' where none of the plugin's can be read there."""
    named = batch.rows[unit_field(task.stream.record)].gather(rows).cast(pl.String)
    return [unit if unit in task.context.allowed else "" for unit in named]


def _in_short(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """A raw row with no more and no longer cells than somebody reads."""
    return {
        header[:LONGEST_CELL]: value if value is None or len(value) <= LONGEST_CELL else f"{value[:LONGEST_CELL]}…"
        for header, value in islice(values.items(), MOST_CELLS)
    }
