"""Runs, and the rows they refused: each with its reason and its place, the raw values encrypted by the caller."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from tiersync.errors import UnknownName
from tiersync.store.links.envelopes import spell_time
from tiersync.store.query import Query
from tiersync.store.tables import quarantine, runs, snapshots

FAILED, CRASHED = "failed", "crashed"  # outcomes of runs that brought nothing; of the second the worker is to blame
DROPPED = "dropped"  # of one that was not believed
MOST_COUNTED = 50
UNSETTLED: dict[str, Any] = {"settled_at": None, "note": None}
IN_USE = quarantine.c.stream.not_in(select(snapshots.c.stream).where(snapshots.c.resting))
Held = Mapping[str, dict[str, Any]]
OF_DROPPED = select(runs.c.id).where(runs.c.outcome == DROPPED)  # Nothing of these is in any figure.
WAITING = Query(
    select(quarantine.c.stream, quarantine.c.unit, func.count())
    .where(quarantine.c.settled_at.is_(None), IN_USE, quarantine.c.run.not_in(OF_DROPPED))
    .group_by(quarantine.c.stream, quarantine.c.unit)
)


class RefusedRow(NamedTuple):
    """One refused row; `raw` is encrypted, `place` is as a workbook of refused rows tells it. `mark` tells the row as
    it is from any other, `key_mark` its key, of a stream with a cursor; `unit` is the one that it names, where that can
    be read."""

    file: str
    sheet: str
    row: int
    field: str
    reason: str
    raw: bytes
    place: str
    mark: str
    key_mark: str = ""
    unit: str = ""


class Entry(NamedTuple):
    """What waits in quarantine, by what it can be closed."""

    id: int
    place: str
    key_mark: str


class RunDone(NamedTuple):
    """How reading one stream went; counts of refused and flagged rows by reason.

    `detail` is JSON: what the source held beside its rows or, of a run that failed, why in both languages.
    """

    id: str
    stream: str
    outcome: str
    read: int
    valid: int
    refused: dict[str, int]
    flagged: dict[str, int]
    detail: str = ""


def replace_refused(db: Connection, stream: str, run: str, rows: Sequence[RefusedRow], now: datetime) -> None:
    """What a full reading of a stream refused replaces what an earlier one did: corrected rows close their entries.

    What somebody settled stays settled for as long as the same row stands in the source.
    """
    held = held_marks(db, stream)
    db.execute(delete(quarantine).where(quarantine.c.stream == stream))
    _keep(db, stream, run, rows, held, now)


def entries(db: Connection, stream: str) -> list[Entry]:
    """The entries of a stream, settled ones too."""
    query = select(quarantine.c.id, quarantine.c.place, quarantine.c.key_mark).where(quarantine.c.stream == stream)
    return [Entry(*row) for row in db.execute(query)]


def add_refused(
    db: Connection, stream: str, run: str, rows: Sequence[RefusedRow], closed: Iterable[int], now: datetime
) -> None:
    """What a reading since the cursor refused stands beside what was refused before, but for the `closed` entries."""
    held = held_marks(db, stream)
    _forget_disbelieved(db, stream)
    one = delete(quarantine).where(quarantine.c.id == bindparam("closed"))
    if gone := [{"closed": number} for number in closed]:
        db.execute(one, gone)
    _keep(db, stream, run, rows, held, now)


def show_refused(db: Connection, stream: str, run: str, rows: Sequence[RefusedRow], now: datetime) -> None:
    """What a run refused that is not believed is shown until the next one, and closes nothing."""
    _forget_disbelieved(db, stream)
    there = set(db.execute(select(quarantine.c.place).where(quarantine.c.stream == stream)).scalars())
    _keep(db, stream, run, [row for row in rows if row.place not in there], held_marks(db, stream), now)


def _forget_disbelieved(db: Connection, stream: str) -> None:
    """What runs refused that did not count goes with them."""
    dropped = select(runs.c.id).where(runs.c.stream == stream, runs.c.outcome == DROPPED)
    db.execute(delete(quarantine).where(quarantine.c.stream == stream, quarantine.c.run.in_(dropped)))


def _keep(db: Connection, stream: str, run: str, rows: Sequence[RefusedRow], held: Held, now: datetime) -> None:
    """Rows wait, or are settled, since when they were: so their raw values are not kept for longer than they may be."""
    if rows:
        new = UNSETTLED | {"opened_at": spell_time(now)}
        of_run = {"stream": stream, "run": run}
        db.execute(insert(quarantine), [row._asdict() | of_run | held.get(row.mark, new) for row in rows])


def held_marks(db: Connection, stream: str) -> Held:
    """The marks of a stream's refused rows, with since when they wait, and when and why they were settled."""
    kept = (quarantine.c.opened_at, quarantine.c.settled_at, quarantine.c.note)
    found = db.execute(select(quarantine.c.mark, *kept).where(quarantine.c.stream == stream, quarantine.c.mark != ""))
    return {row.mark: {column.name: getattr(row, column.name) for column in kept} for row in found}


def waiting_since(db: Connection, stream: str, reason: str) -> str:
    """Since when the row has waited that was refused first of those with this reason, '' for none."""
    waits = select(func.min(quarantine.c.opened_at)).where(quarantine.c.stream == stream)
    waits = waits.where(quarantine.c.reason == reason, quarantine.c.settled_at.is_(None))
    return db.execute(waits).scalar() or ""


def settle(db: Connection, number: int, note: str, now: datetime) -> Row[Any]:
    """Somebody says that a refused row stays as it is, and why; raises UnknownName."""
    return _mark(db, number, spell_time(now), note)


def open_again(db: Connection, number: int) -> Row[Any]:
    """A refused row waits again; raises UnknownName."""
    return _mark(db, number, None, None)


def _mark(db: Connection, number: int, settled_at: str | None, note: str | None) -> Row[Any]:
    row = refused_row(db, number)
    db.execute(update(quarantine).where(quarantine.c.id == number).values(settled_at=settled_at, note=note))
    return row


def forget_raw(db: Connection, before: datetime) -> None:
    """Delete the raw values of every row that has been in quarantine since before that moment; its place stays."""
    old = quarantine.c.opened_at < spell_time(before)
    db.execute(update(quarantine).where(old, quarantine.c.raw.is_not(None)).values(raw=None))


def refused_rows(db: Connection, stream: str | None = None, *, settled: bool = False) -> list[Row[Any]]:
    """The quarantine without raw values, in order of stream, file, sheet and row; on request with what is settled."""
    query = select(*(column for column in quarantine.c if column.name != "raw")).where(IN_USE)
    if not settled:
        query = query.where(quarantine.c.settled_at.is_(None))
    if stream:
        query = query.where(quarantine.c.stream == stream)
    return list(
        db.execute(query.order_by(quarantine.c.stream, quarantine.c.file, quarantine.c.sheet, quarantine.c.row))
    )


def refused_row(db: Connection, number: int) -> Row[Any]:
    """One entry with its raw values; raises UnknownName."""
    found = db.execute(select(quarantine).where(quarantine.c.id == number)).first()
    if found is None:
        raise UnknownName(what="quarantine entry", name=number, hint="See: tiersync quarantine list")
    return found


def counted(db: Connection) -> dict[str, int]:
    """How many rows wait in quarantine, by reason."""
    query = select(quarantine.c.reason, func.count()).where(quarantine.c.settled_at.is_(None), IN_USE)
    counts = db.execute(query.group_by(quarantine.c.reason).order_by(quarantine.c.reason))
    return {row[0]: row[1] for row in counts}


def waiting_by_unit(db: Connection) -> dict[str, dict[str, int]]:
    """How many rows wait in quarantine, by stream and the unit that they name, '' where that cannot be read."""
    waiting: dict[str, dict[str, int]] = {}
    for stream, unit, count in WAITING.rows(db):
        waiting.setdefault(stream, {})[unit] = count
    return waiting


def rows_held(db: Connection) -> dict[str, int]:
    """How many records count of each stream, whichever run brought them."""
    held = select(snapshots.c.stream, snapshots.c.rows).where(~snapshots.c.resting)
    return {row.stream: row.rows for row in db.execute(held)}


def flags_held(db: Connection) -> dict[str, dict[str, int]]:
    """How many of each stream's records carry each flag, as the run found that brought them."""
    query = select(snapshots.c.stream, runs.c.flagged).join(runs, runs.c.id == snapshots.c.run)
    return {row.stream: json.loads(row.flagged) for row in db.execute(query.where(~snapshots.c.resting))}


def note_run(db: Connection, run: RunDone, now: datetime) -> None:
    values = run._asdict() | {"refused": json.dumps(run.refused), "flagged": json.dumps(run.flagged)}
    db.execute(insert(runs).values(**values, started_at=spell_time(now)))


def newest_run(db: Connection, stream: str) -> Row[Any] | None:
    """The run that read this stream last, whatever became of it."""
    query = select(runs).where(runs.c.stream == stream).order_by(runs.c.started_at.desc(), runs.c.id.desc())
    return db.execute(query.limit(1)).first()


def crashes_in_a_row(db: Connection, stream: str) -> tuple[int, str]:
    """How often a stream's worker failed since it last did not, and when it did so last ('' for never)."""
    query = select(runs.c.outcome, runs.c.started_at).where(runs.c.stream == stream)
    newest = db.execute(query.order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(MOST_COUNTED)).all()
    crashed = list(takewhile(lambda run: run.outcome == CRASHED, newest))
    return len(crashed), crashed[0].started_at if crashed else ""


def latest_runs(db: Connection) -> list[RunDone]:
    """Each stream's latest run that was not left out because nothing had changed."""
    newest = (
        select(runs.c.stream, func.max(runs.c.started_at).label("at"))
        .where(runs.c.outcome != "unchanged")
        .group_by(runs.c.stream)
        .subquery()
    )
    query = select(runs).join(newest, (runs.c.stream == newest.c.stream) & (runs.c.started_at == newest.c.at))
    return [
        RunDone(r.id, r.stream, r.outcome, r.read, r.valid, json.loads(r.refused), json.loads(r.flagged), r.detail)
        for r in db.execute(query.order_by(runs.c.stream))
    ]
