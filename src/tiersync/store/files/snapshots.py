"""Snapshots: all accepted records of one stream in one immutable Parquet file, named by its digest."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Connection, Row, delete, insert, select, update

from tiersync.errors import StoreBroken
from tiersync.store.database import Store
from tiersync.store.files.full import refused_by
from tiersync.store.files.immutable import file_in, write_frame
from tiersync.store.files.private import private_file
from tiersync.store.links.envelopes import spell_time
from tiersync.store.tables import quarantine, snapshots


class Snapshot(NamedTuple):
    stream: str
    record: str
    digest: str
    rows: int
    key_id: str
    fingerprint: str
    run: str
    cursor: str = ""
    spoken: str = ""


def file_of(store: Store, digest: str) -> Path:
    return file_in(_folder(store), digest)


def _folder(store: Store) -> Path:
    return store.folder / "snapshots"


def write_snapshot(store: Store, frame: pl.DataFrame) -> str:
    """Write the rows to a file that is on disk before it has its name; returns its digest."""
    return write_frame(_folder(store), frame)


def write_lines(store: Store, snapshot: str, locked: bytes) -> None:
    """Keep beside a snapshot what tells the lines that it was read from; without it they are only read anew."""
    path = lines_of(store, snapshot)
    partial = path.with_suffix(".partial")
    try:
        private_file(partial)
        partial.write_bytes(locked)
        partial.replace(path)
    except OSError as error:
        raise refused_by(error, path.parent) from error
    finally:
        partial.unlink(missing_ok=True)


def read_lines(store: Store, snapshot: str) -> bytes | None:
    """What `write_lines` kept, None where there is nothing."""
    path = lines_of(store, snapshot)
    return path.read_bytes() if path.is_file() else None


def lines_of(store: Store, snapshot: str) -> Path:
    return file_of(store, snapshot).with_suffix(".lines")


def make_current(db: Connection, snapshot: Snapshot, now: datetime) -> None:
    """From this commit on the stream's records are those of this snapshot."""
    db.execute(delete(snapshots).where(snapshots.c.stream == snapshot.stream))
    db.execute(insert(snapshots).values(**snapshot._asdict(), made_at=spell_time(now)))


def note_spoken(db: Connection, stream: str, spoken: str) -> None:
    """The same records speak for something else, such as a later day."""
    db.execute(update(snapshots).where(snapshots.c.stream == stream).values(spoken=spoken))


def current_snapshots(db: Connection) -> list[Row[Any]]:
    """The snapshots whose records count."""
    return list(db.execute(select(snapshots).where(~snapshots.c.resting).order_by(snapshots.c.stream)))


def current_snapshot(db: Connection, stream: str) -> Row[Any] | None:
    return db.execute(select(snapshots).where(snapshots.c.stream == stream)).first()


def let_rest(db: Connection, idle: Iterable[str]) -> None:
    """The streams of a disabled plugin rest, and count again when it is enabled."""
    db.execute(update(snapshots).values(resting=snapshots.c.stream.in_(list(idle))))


def drop_streams(db: Connection, known: Iterable[str]) -> None:
    """Streams whose plugin is gone hold no records any longer, and nobody will correct what they had refused."""
    names = list(known)
    for table in (snapshots, quarantine):
        db.execute(delete(table).where(table.c.stream.not_in(names)))


def is_here(store: Store, digest: str) -> bool:
    """Whether a snapshot's file is where it should be."""
    return file_of(store, digest).is_file()


def read_snapshot(store: Store, digest: str, columns: list[str] | None = None) -> pl.DataFrame:
    """The records of a snapshot, or some `columns` of them; raises StoreBroken for a file that is gone or damaged."""
    path = file_of(store, digest)
    try:
        return pl.read_parquet(path, columns=columns)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreBroken(why=f"{path} is damaged; delete it, and the next push reads its source anew") from error


def read_snapshots(store: Store, digests: Iterable[str]) -> pl.DataFrame:
    """The records of several snapshots of one record type, one after another."""
    return together([read_snapshot(store, digest) for digest in digests])


def together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The records of one record type that several frames hold, one after another."""
    if len({tuple(frame.schema.items()) for frame in frames}) > 1:  # Code lists grow: text is what all of them share.
        frames = [frame.cast({pl.Enum: pl.String}) for frame in frames]
    return pl.concat(frames, how="diagonal_relaxed")


def sweep(store: Store) -> int:
    """Delete the files that no row names, also those that were never finished; returns how many.

    Only one command at a time reads sources, so an unfinished file is nobody's.
    """
    with store.read() as db:
        digests = db.execute(select(snapshots.c.digest)).scalars().all()
    named = {of(store, digest) for digest in digests for of in (file_of, lines_of)}
    unnamed = [path for path in _folder(store).glob("*") if path not in named]
    for path in unnamed:
        path.unlink(missing_ok=True)
    return len(unnamed)
