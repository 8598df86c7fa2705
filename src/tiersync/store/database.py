"""A node's database: opened, migrated, and used through transactions. SQLite by default."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, Table, create_engine, event, inspect, text
from sqlalchemy import Row as Row
from sqlalchemy.exc import DatabaseError, OperationalError

from tiersync.errors import DiskFull, NodeBusy, StoreBroken
from tiersync.store.full import has_no_room
from tiersync.store.private import private_file

NEWEST = "0010"  # the last migration; a test compares it with the migrations folder
PATIENCE = 30  # seconds to wait for another writer of the same node
MIGRATING = Lock()  # Alembic keeps what it works on in globals, so a process makes one store at a time.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"busy_timeout={PATIENCE * 1000}",
)


class Store:
    """One node's memory. `read` and `write` give a connection inside one transaction."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.engine = _engine(url)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is committed when the block ends and undone when it raises."""
        with _translated(self), self.engine.connect() as db:
            _begin(db, "BEGIN IMMEDIATE")
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is changed."""
        with _translated(self), self.engine.connect() as db:
            _begin(db, "BEGIN")
            yield db
            db.rollback()

    @property
    def is_shared(self) -> bool:
        """Whether processes of several machines may use it: files of one folder are not at hand for all of them."""
        return self.engine.dialect.name != "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def _begin(db: Connection, how: str) -> None:
    """SQLite takes the write lock at once, so that two writers wait for each other instead of failing halfway."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(how)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # The driver must not begin transactions behind our back.
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def _translated(store: Store) -> Iterator[None]:
    """Foreign errors in our own words."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig)
        if "full" in said or ("disk I/O" in said and has_no_room(store.folder)):
            raise DiskFull(dir=store.folder) from error
        if "locked" in said or "busy" in said:
            raise NodeBusy(dir=store.folder) from error
        raise StoreBroken(why=said) from error
    except DatabaseError as error:
        if type(error).__name__ in ("IntegrityError", "ProgrammingError", "DataError"):
            raise
        raise StoreBroken(why=str(error.orig)) from error


def open_store(folder: Path, url: str = "") -> Store:
    """The store of the node in `folder`, brought to the newest tables if an older program made it."""
    if not url:
        private_file(folder / "node.db")
    store = Store(url or f"sqlite:///{folder / 'node.db'}", folder)
    if version_of(store) != NEWEST:
        migrate(store)
    return store


def version_of(store: Store) -> str:
    """The migration that the database stands at, '' for an empty one."""
    with store.read() as db:
        if not inspect(db).has_table("alembic_version"):
            return ""
        return db.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def migrate(store: Store) -> None:
    """Bring the tables to the newest migration, wholly or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with MIGRATING, store.write() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def insert_many(db: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows in the order of the table's columns, in bulk through the driver; columns that rows end before are left to
    their default. All rows are of one length."""
    if rows:
        mark = "?" if db.dialect.paramstyle == "qmark" else "%s"
        columns = ", ".join(f'"{column.name}"' for column in list(table.columns)[: len(rows[0])])
        marks = ", ".join([mark] * len(rows[0]))
        db.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', list(rows))
