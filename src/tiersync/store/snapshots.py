"""Snapshots: all accepted records of one stream in one immutable Parquet file, named by its digest."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Connection, Row, delete, insert, select

from tiersync.errors import DiskFull
from tiersync.store.database import Store
from tiersync.store.envelopes import spell_time
from tiersync.store.tables import snapshots

READ_AT_ONCE = 1024 * 1024  # bytes


class Snapshot(NamedTuple):
    stream: str
    record: str
    digest: str
    rows: int
    key_id: str
    fingerprint: str
    run: str


def file_of(store: Store, digest: str) -> Path:
    return store.folder / "snapshots" / f"{digest}.parquet"


def write_snapshot(store: Store, frame: pl.DataFrame) -> str:
    """Write the rows to a file that is on disk before it has its name; returns its digest."""
    folder = store.folder / "snapshots"
    folder.mkdir(exist_ok=True)
    partial = folder / f".{os.getpid()}.partial"
    try:
        frame.write_parquet(partial, compression="zstd", compression_level=1, statistics=False)
        digest = _digest_of(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(file_of(store, digest))
    except OSError as error:
        raise DiskFull(dir=folder) from error
    finally:
        partial.unlink(missing_ok=True)
    return digest


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_current(db: Connection, snapshot: Snapshot, now: datetime) -> None:
    """From this commit on the stream's records are those of this snapshot."""
    db.execute(delete(snapshots).where(snapshots.c.stream == snapshot.stream))
    db.execute(insert(snapshots).values(**snapshot._asdict(), made_at=spell_time(now)))


def current_snapshots(db: Connection) -> list[Row[Any]]:
    return list(db.execute(select(snapshots).order_by(snapshots.c.stream)))


def current_snapshot(db: Connection, stream: str) -> Row[Any] | None:
    return db.execute(select(snapshots).where(snapshots.c.stream == stream)).first()


def drop_streams(db: Connection, living: Iterable[str]) -> None:
    """Streams whose plugin is gone hold no records any longer."""
    db.execute(delete(snapshots).where(snapshots.c.stream.not_in(list(living))))


def read_snapshot(store: Store, digest: str) -> pl.DataFrame:
    return pl.read_parquet(file_of(store, digest))


def sweep(store: Store) -> int:
    """Delete the files that no row names; returns how many."""
    with store.read() as db:
        named = {row.digest for row in current_snapshots(db)}
    unnamed = [path for path in (store.folder / "snapshots").glob("*.parquet") if path.stem not in named]
    for path in unnamed:
        path.unlink(missing_ok=True)
    return len(unnamed)
