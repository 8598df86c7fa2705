"""A node's database: opened, migrated, and used through transactions. SQLite by default, or PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import Row as Row
from sqlalchemy import Table, inspect, text

from tiersync.errors import DatabaseTaken, MovedAway, StoreBroken, StoreTooNew
from tiersync.store.address import begin, engine_for, file_in, reading
from tiersync.store.faults import NOT_UNICODE, away, in_our_words
from tiersync.store.files.private import private_file
from tiersync.store.locks import begin_holding, hold_link, hold_node, holds_alone

NEWEST = "0013"  # the last migration; a test compares it with the migrations folder
MOVED_AWAY = "moved_away"  # the fact: on which day the node was moved from this database, and where to
MIGRATING = Lock()  # Alembic keeps what it works on in globals, so a process makes one store at a time.


class Store:
    """One node's memory. `read`, `write` and `write_link` give a connection inside one transaction."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.engine = engine_for(url)
        self.reading = reading(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that holds the node: committed when the block ends, undone when it raises."""
        with self._writing() as db:
            hold_node(db)
            yield db

    @contextmanager
    def write_link(self, peer: str) -> Iterator[Connection]:
        """The same, holding the link to `peer`; the node it holds only from where it writes what is not the link's."""
        with self._writing() as db:
            hold_link(db, peer)
            yield db

    @contextmanager
    def write_job(self) -> Iterator[Connection]:
        """The same for jobs, holding neither the node nor a link: a unique key and fences settle who has which."""
        with self._writing() as db:
            yield db

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Whether this process, and no other over the same database, does what is called `name` for as long as the
        block takes; it ends with the process. A database in a node's folder has one host."""
        if not self.is_shared:
            yield True
            return
        with in_our_words(self.folder), self.engine.connect() as db:
            yield holds_alone(db, name)
            db.rollback()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with in_our_words(self.folder), self.engine.connect() as db:
            begin(db, "BEGIN IMMEDIATE")
            begin_holding(db)
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is changed."""
        with in_our_words(self.folder), self.reading.connect() as db:
            begin(db, "BEGIN")
            begin_holding(db)
            yield db
            db.rollback()

    @property
    def is_shared(self) -> bool:
        """Whether processes of several machines may use it: files of one folder are not at hand for all of them."""
        return self.engine.dialect.name != "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def open_store(folder: Path, url: str = "", unit: str = "") -> Store:
    """The store of the node in `folder`, brought to the newest tables if an older program made it; `url` names its
    database where that is not the file in the folder. A database that holds the node of another unit than `unit` is
    left alone: raises DatabaseTaken."""
    if not url:
        private_file(file_in(folder))
    store = Store(url or f"sqlite:///{file_in(folder)}", folder)
    version = version_for(store, unit)
    if version > NEWEST:
        raise StoreTooNew(held=version, newest=NEWEST)
    if version != NEWEST:
        migrate(store)
    return store


def open_existing(folder: Path, url: str, unit: str) -> Store:
    """The store of a node that was set up before. An empty database in its place would hide that everything is gone:
    raises StoreBroken."""
    if not url and not file_in(folder).exists():
        raise StoreBroken(why=f"{file_in(folder)} is missing; put it back from a backup")
    store = open_store(folder, url, unit)
    with store.read() as db:
        if left := db.execute(text("SELECT value FROM meta WHERE key = :key"), {"key": MOVED_AWAY}).scalar():
            day, _, place = left.partition(" ")
            raise MovedAway(day=day, place=place)
        if url and _home(db) is None:
            raise StoreBroken(why="there is no node in the database of [store] url; put it back from a backup")
    return store


def version_for(store: Store, unit: str) -> str:
    """The migration that the database of a node stands at, once it is known to be this node's."""
    with store.read() as db:
        if db.dialect.name == "postgresql" and db.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise away(NOT_UNICODE)
        held = _home(db) if inspect(db).has_table("meta") else None
        if unit and held not in (None, unit):
            raise DatabaseTaken(held=held)
        return _version(db)


def _home(db: Connection) -> str | None:
    """The unit whose node is in a database, None while it is being set up."""
    return db.execute(text("SELECT value FROM meta WHERE key = 'home'")).scalar()


def version_of(store: Store) -> str:
    """The migration that the database stands at, '' for an empty one."""
    with store.read() as db:
        return _version(db)


def _version(db: Connection) -> str:
    if not inspect(db).has_table("alembic_version"):
        return ""
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def migrate(store: Store) -> None:
    """Bring the tables to the newest migration, wholly or not at all."""
    migrate_to(store, "head")


def migrate_to(store: Store, version: str) -> None:
    """Bring the tables to a migration, wholly or not at all; whoever comes meanwhile waits, and finds it done."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with MIGRATING, store.write() as db:
        config.attributes["connection"] = db
        command.upgrade(config, version)


def insert_many(db: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows in the order of the table's columns, without the number that the database gives, in bulk through the driver;
    columns that rows end before are left to their default. All rows are of one length."""
    if rows:
        hold_node(db)
        mark = "?" if db.dialect.paramstyle == "qmark" else "%s"
        names = [column.name for column in table.columns if column is not table.autoincrement_column]
        columns = ", ".join(f'"{name}"' for name in names[: len(rows[0])])
        marks = ", ".join([mark] * len(rows[0]))
        db.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', list(rows))
