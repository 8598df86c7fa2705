"""Where a node's database is: a file in its folder, or a database of PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tiersync.errors import NoDriver
from tiersync.store.faults import Why, away
from tiersync.store.locks import hold_node_when_writing
from tiersync.store.query import answer_of, refuse_nul_in

PATIENCE = 30  # seconds to wait for another writer of the same node
AT_THE_DOOR = 10  # seconds to wait for a server that does not answer
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"busy_timeout={PATIENCE * 1000}",
)
DRIVERS = {"sqlite": "sqlite", **dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg")}
NO_ADDRESS = Why("地址不是 PostgreSQL 的地址", "the address is none of PostgreSQL")
CONNECTED = {"connect_timeout": AT_THE_DOOR, "prepare_threshold": None, "client_encoding": "utf8"}


def file_in(folder: Path) -> Path:
    """The database of a node that has it in its folder."""
    return folder / "node.db"


def engine_for(url: str) -> Engine:
    """What connects to a database; raises DatabaseAway for an address that is none, NoDriver without psycopg."""
    address = _understood(url)
    engine = _of_sqlite(address) if address.get_backend_name() == "sqlite" else _of_postgresql(address)
    refuse_nul(engine)
    return engine


def _understood(url: str) -> URL:
    try:
        address = make_url(url)
        return address.set(drivername=DRIVERS[address.drivername])
    except (ArgumentError, ValueError, KeyError):
        raise away(NO_ADDRESS) from None


def _of_sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # The driver must not begin transactions behind our back.
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _of_postgresql(address: URL) -> Engine:
    """Statements are not prepared beforehand, which a connection pooler before the server would not bear. A connection
    is tried before it is used again: the server may have been started anew."""
    try:
        engine = create_engine(address, connect_args=CONNECTED, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except ImportError:
        raise NoDriver() from None
    hold_node_when_writing(engine)
    return engine


def refuse_nul(engine: Engine) -> None:
    """From now on no text with the character NUL is said to a database: one refuses it, another cuts or keeps it."""

    @event.listens_for(engine, "before_cursor_execute")
    def refuse(db: Connection, cursor: Any, statement: str, given: Any, context: Any, is_many: bool) -> None:
        for row in given if is_many else (given,):
            refuse_nul_in(row.values() if isinstance(row, dict) else row)


def reading(engine: Engine) -> Engine:
    """The same database for those who only read: what they see is of one moment."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def begin(db: Connection, sqlite: str) -> None:
    """SQLite is told to begin, by these words: a writer takes the lock at once, so that two wait for each other instead
    of failing halfway. PostgreSQL begins by itself, and is told how long a writer waits."""
    if db.dialect.name == "sqlite":
        db.begin()  # so that SQLAlchemy knows of what ends with its own commit
        answer_of(db, sqlite)
    elif sqlite != "BEGIN":
        db.exec_driver_sql(f"SET LOCAL lock_timeout = {round(PATIENCE * 1000)}")
