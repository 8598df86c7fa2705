"""Images of a database: a copy of an SQLite file, or every table as lines, of one moment and made while it is used."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, delete, update

from tiersync.errors import BadBackup, DiskFull, StoreBroken, StoreNotEmpty
from tiersync.store.address import file_in
from tiersync.store.care.numbers import give_above
from tiersync.store.care.rows import (
    Progress,
    TableSum,
    count_rows,
    put_rows,
    read_row,
    rows_of,
    spell_row,
    sum_lines,
    sum_tables,
    tables_in,
)
from tiersync.store.database import Store, migrate_to
from tiersync.store.files.full import has_no_room
from tiersync.store.files.private import private_file, private_folder
from tiersync.store.tables import GATHERED, reports, segments

FILE, TABLES = "node.db", "tables"
PAGES = 2000  # copied between two words about progress


def take_image(db: Connection, store: Store, to: Path, progress: Progress) -> dict[str, TableSum]:
    """Put an image of the database into the folder `to`; returns what each table held at that moment."""
    if not store.is_shared:
        _copy_file(db, to, progress)
        return sum_tables(db, progress)
    private_folder(to / TABLES)
    tables, sums = tables_in(db), {}
    for done, table in enumerate(tables):
        progress(table.name, done, len(tables))
        path = to / TABLES / f"{table.name}.jsonl"
        private_file(path)
        with path.open("wb") as file:
            file.write(spell_row([column.name for column in table.columns]))
            sums[table.name] = sum_lines(_written(file.write, map(spell_row, rows_of(db, table))))
    return sums


def _written(write: Callable[[bytes], object], lines: Iterator[bytes]) -> Iterator[bytes]:
    """The same lines, each written before it is handed on."""
    for line in lines:
        write(line)
        yield line


def _copy_file(db: Connection, to: Path, progress: Progress) -> None:
    """A copy of the file as the reader `db` sees it. Other processes go on writing meanwhile."""
    source = db.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # From here on it sees one moment.
    private_file(to / FILE)
    try:
        with closing(sqlite3.connect(to / FILE)) as target:
            source.backup(target, pages=PAGES, progress=lambda _, left, known: progress(FILE, known - left, known))
            target.execute("PRAGMA journal_mode=DELETE")  # One file, without a log beside it.
    except sqlite3.Error as error:
        raise _in_our_words(error, to) from error


def sum_image(folder: Path, names: Mapping[str, TableSum], progress: Progress) -> dict[str, TableSum]:
    """What the image in `folder` holds; raises StoreBroken where SQLite finds it damaged."""
    if (folder / FILE).exists():
        return _sum_file(folder, progress)
    sums = {}
    for done, name in enumerate(sorted(names)):
        progress(name, done, len(names))
        with (folder / TABLES / f"{name}.jsonl").open("rb") as file:
            file.readline()
            sums[name] = sum_lines(file)
    return sums


def _sum_file(folder: Path, progress: Progress) -> dict[str, TableSum]:
    store = Store(f"sqlite:///{folder / FILE}", folder)
    try:
        with store.read() as db:
            said = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            if said != "ok":
                raise StoreBroken(why=" ".join(str(said).split()))
            sums = sum_tables(db, progress)
        with store.engine.connect() as outside:
            outside.exec_driver_sql("PRAGMA journal_mode=DELETE")
        return sums
    finally:
        store.close()


def load_image(folder: Path, url: str, migration: str, numbers: Mapping[str, int], progress: Progress) -> None:
    """Make a database of the tables in `folder`, at `url` or as a file beside them; raises StoreNotEmpty."""
    if not url:
        private_file(file_in(folder))
    store = Store(url or f"sqlite:///{file_in(folder)}", folder)
    try:
        refuse_filled(store)
        migrate_to(store, migration)
        load_tables(store, folder, numbers, progress)
    finally:
        store.close()


def empty(store: Store) -> None:
    """Take out again what was put into an empty database."""
    with store.write() as db:
        for table in tables_in(db):
            db.exec_driver_sql(f'DELETE FROM "{table.name}"')


def refuse_filled(store: Store) -> None:
    """Raise StoreNotEmpty for a database that holds any row."""
    with store.read() as db:
        filled = next((table.name for table in tables_in(db) if count_rows(db, table)), None)
    if filled:
        raise StoreNotEmpty(what=filled)


def load_tables(store: Store, folder: Path, numbers: Mapping[str, int], progress: Progress) -> None:
    """Put the lines of an image into the empty tables of a store, wholly or not at all."""
    paths = sorted((folder / TABLES).glob("*.jsonl"))
    with store.write() as db:
        known = {table.name: {column.name for column in table.columns} for table in tables_in(db)}
        for done, path in enumerate(paths):
            progress(path.stem, done, len(paths))
            with path.open("rb") as file:
                columns = _columns(file.readline(), known.get(path.stem, set()), path)
                put_rows(db, path.stem, columns, map(read_row, file))
        give_above(db, numbers)
        if not store.is_shared and segments.name in known:
            drop_index(db)


def _columns(head: bytes, known: set[str], path: Path) -> list[str]:
    """The columns of a table that a file begins with; raises BadBackup for others than the table has."""
    try:
        columns = [str(name) for name in read_row(head)]
    except (ValueError, TypeError, KeyError) as error:
        raise BadBackup(file=path.name, why_en="a table cannot be read", why_zh="数据表无法读取") from error
    if set(columns) != known:
        raise BadBackup(file=path.name, why_en="it has other columns than its table", why_zh="数据表的列不符")
    return columns


def drop_index(db: Connection) -> None:
    """The figure segments stay where they were: they are an index, and made again."""
    db.execute(update(reports).where(GATHERED).values(segment=None))
    db.execute(delete(segments))


def _in_our_words(error: sqlite3.Error, folder: Path) -> DiskFull | StoreBroken:
    is_full = "full" in str(error) or has_no_room(folder)
    return DiskFull(dir=folder) if is_full else StoreBroken(why=str(error))
