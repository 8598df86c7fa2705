"""Whether anybody else has a node's database open: it is about to be taken away from under them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from tiersync.errors import NodeInUse
from tiersync.store.address import file_in

OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
AT_ONCE = 0.5  # seconds that another process may take to let go of what it only looked at


def refuse_used_file(folder: Path) -> None:
    """Raise NodeInUse while another process has the database in `folder` open. One that is damaged is nobody's.

    SQLite leaves its write-ahead log only when nobody else has the file open."""
    if not file_in(folder).exists():
        return
    with closing(sqlite3.connect(file_in(folder), timeout=AT_ONCE)) as db:
        try:
            db.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise NodeInUse(dir=folder) from error
        except sqlite3.DatabaseError:
            return


def refuse_used(db: Connection, folder: Path) -> None:
    """The same of a database of PostgreSQL: raise NodeInUse while it has another connection than this one."""
    if db.dialect.name == "postgresql" and db.execute(OTHERS).scalar():
        raise NodeInUse(dir=folder)
