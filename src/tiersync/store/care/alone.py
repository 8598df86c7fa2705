"""A database that nobody else has open: it is about to be taken away from under them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text

from tiersync.errors import NodeBusy, NodeInUse
from tiersync.store.address import begin, engine_for, file_in
from tiersync.store.care.rows import tables_in
from tiersync.store.faults import in_our_words
from tiersync.store.locks import begin_holding

OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)
AT_ONCE = 500  # milliseconds that another process may take to let go of what it only looked at
# SQLite leaves its write-ahead log only when nobody else has the file open; without the log, who writes is alone.
ALONE = (f"busy_timeout={AT_ONCE}", "locking_mode=EXCLUSIVE", "journal_mode=DELETE")


def refuse_used_file(folder: Path) -> None:
    """Raise NodeInUse while another process has the database in `folder` open. One that is damaged is nobody's."""
    if not file_in(folder).exists():
        return
    with closing(sqlite3.connect(file_in(folder), timeout=AT_ONCE / 1000)) as db:
        try:
            db.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise NodeInUse(dir=folder) from error
        except sqlite3.DatabaseError:
            return


@contextmanager
def alone(folder: Path, url: str) -> Iterator[Connection]:
    """The database of the node in `folder`, to read while nobody changes it; raises NodeInUse where others have it
    open."""
    engine = engine_for(url or f"sqlite:///{file_in(folder)}")
    if not url:
        event.listen(engine, "connect", _shut_out)
    try:
        with in_our_words(folder), engine.connect() as db:
            begin(db, "BEGIN EXCLUSIVE")
            begin_holding(db)
            if url:
                refuse_used(db, folder)
                _hold_still(db)
            yield db
            db.rollback()
    except NodeBusy as error:
        raise NodeInUse(dir=folder) from error
    finally:
        engine.dispose()


def _hold_still(db: Connection) -> None:
    """Nobody changes a table of PostgreSQL until the transaction ends."""
    if names := ", ".join(f'"{table.name}"' for table in tables_in(db)):
        db.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


def _shut_out(connection: Any, record: Any) -> None:
    for pragma in ALONE:
        connection.execute(f"PRAGMA {pragma}")


def refuse_used(db: Connection, folder: Path) -> None:
    """Raise NodeInUse while a database of PostgreSQL has another connection than this one."""
    if db.dialect.name == "postgresql" and db.execute(OTHERS).scalar():
        raise NodeInUse(dir=folder)
