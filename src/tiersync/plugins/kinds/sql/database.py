"""Opening a database so that nothing can be written there: SQLite files, and PostgreSQL by psycopg."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.kinds.sql.faults import AT_THE_DOOR, bad_address, no_driver, no_such_file, saying_whose_turn
from tiersync.plugins.kinds.sql.settings import SqlSettings

STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine, between two looks at the time


class Database(NamedTuple):
    """An open connection, how names are quoted there, and what to call before each statement and each fetch."""

    connection: Connection
    quote: Callable[[str], str]
    begin: Callable[[], None]


@contextmanager
def open_database(settings: SqlSettings, plugin: Plugin) -> Iterator[Database]:
    """The database of a stream, in a transaction that only reads. Raises BadSource, which never tells the address."""
    url = _understand(settings)
    engine, begin = OPENED[url.get_backend_name()](url, settings, plugin)
    with saying_whose_turn(settings, AT_THE_DOOR):
        connection = engine.connect()
    with saying_whose_turn(settings), connection:
        clock = settings.model_dump() | {"time_zone": settings.time_zone or plugin.time_zone}
        for statement in ONLY_READING[url.get_backend_name()]:
            connection.exec_driver_sql(statement.format_map(clock))
        # No parameters are ever filled in, so a percent sign in a name stays a single one.
        preparer = url.get_dialect()(paramstyle="named").identifier_preparer  # type: ignore[call-arg]
        yield Database(connection, preparer.quote_identifier, begin)


def _understand(settings: SqlSettings) -> URL:
    try:
        url = make_url(settings.dsn)
    except (ArgumentError, ValueError):
        raise bad_address(settings) from None
    drivername = DRIVERS.get(url.drivername)
    if drivername is None:
        raise bad_address(settings)
    return url.set(drivername=drivername)


Opened = tuple[Engine, Callable[[], None]]


def _open_sqlite(url: URL, settings: SqlSettings, plugin: Plugin) -> Opened:
    path = _file_of(url, settings, plugin)
    until = monotonic()

    def begin() -> None:
        nonlocal until
        until = monotonic() + settings.statement_seconds

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=settings.connect_seconds)
        opened.set_progress_handler(lambda: monotonic() > until, STEPS_BETWEEN_LOOKS)
        return opened

    begin()
    return create_engine("sqlite://", creator=connect, poolclass=NullPool), begin


def _file_of(url: URL, settings: SqlSettings, plugin: Plugin) -> Path:
    """The file of an SQLite address; one in the plugin's folder may not be a link that leads out of it."""
    written = Path(url.database or "")
    path = plugin.folder / written
    inside = written.is_absolute() or path.resolve().is_relative_to(plugin.folder)
    if not inside or not path.is_file():
        raise no_such_file(settings, "" if written.is_absolute() else str(written))
    return path.resolve()


def _open_postgresql(url: URL, settings: SqlSettings, plugin: Plugin) -> Opened:
    """Statements are not prepared beforehand, which a connection pooler before the server would not bear."""
    asked = {"connect_timeout": settings.connect_seconds, "prepare_threshold": None, "client_encoding": "utf8"}
    try:
        engine = create_engine(url, connect_args=asked, poolclass=NullPool, use_native_hstore=False)
    except ImportError:
        raise no_driver(settings) from None
    return engine, lambda: None


DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
OPENED: Mapping[str, Callable[[URL, SqlSettings, Plugin], Opened]] = {
    "sqlite": _open_sqlite,
    "postgresql": _open_postgresql,
}
ONLY_READING: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("PRAGMA query_only = ON",),
    "postgresql": (
        "SET TRANSACTION READ ONLY",
        "SET LOCAL statement_timeout = '{statement_seconds}s'",
        "SET LOCAL TIME ZONE '{time_zone}'",
    ),
}
