"""A store of its own for each node of a test: the tables are made once, by the migrations, and copied."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.postgres import Server, server_of_debian, server_of_the_wheel
from tiersync.store import database
from tiersync.store.address import file_in
from tiersync.store.database import Store, migrate, open_store, version_of
from tiersync.store.files.private import private_file

STORES = ("sqlite", "postgresql", "icu")
SERVERS = {"postgresql": server_of_the_wheel, "icu": server_of_debian}
WANTED = os.environ.get("TIERSYNC_STORE", "sqlite")  # on which of them the stories are played
NOTED = "address.txt"
RUNNING = ExitStack()  # closed when the tests end


def new_store(folder: Path) -> Store:
    """The store of a node that has just been founded or has just joined."""
    return open_store(folder, remembered(folder, address_for(WANTED, folder)))


def open_again(folder: Path) -> Store:
    """The store of a node that goes on with what it left there."""
    return open_store(folder, address_in(folder))


def copy_node(folder: Path, to: Path) -> None:
    """A copy of a node's folder and of its database, wherever that is; nobody may use either meanwhile."""
    shutil.copytree(folder, to)
    if url := address_in(folder):
        remembered(to, server(WANTED).copied(url))


def remembered(folder: Path, url: str) -> str:
    """The address of a node's database, noted in its folder for when it is opened again."""
    if url:
        (folder / NOTED).write_text(url, encoding="utf-8")
    return url


def address_in(folder: Path) -> str:
    return (folder / NOTED).read_text(encoding="utf-8") if (folder / NOTED).exists() else ""


def address_for(kind: str, folder: Path) -> str:
    """Where a database with the newest tables and nothing in them was made: '' for the file in the folder."""
    if kind != "sqlite":
        return server(kind).migrated()
    private_file(folder / "node.db")
    (folder / "node.db").write_bytes(empty_tables())
    return ""


@cache
def server(kind: str) -> Server:
    """The one server of this kind of this process of tests."""
    return RUNNING.enter_context(SERVERS[kind]())


@cache
def empty_tables() -> bytes:
    """A database with the newest tables and nothing in them."""
    with TemporaryDirectory() as name:
        store = Store(f"sqlite:///{file_in(Path(name))}", Path(name))
        migrate(store)
        store.close()
        assert [path.name for path in Path(name).iterdir()] == ["node.db"]
        return (Path(name) / "node.db").read_bytes()


@cache
def statements() -> list[str]:
    """What makes the same tables without going through every migration."""
    with TemporaryDirectory() as name:
        (Path(name) / "node.db").write_bytes(empty_tables())
        with closing(sqlite3.connect(Path(name) / "node.db")) as db:
            return [line for line in db.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]


def copy_tables(store: Store) -> None:
    """In an empty file the newest tables are made as the migrations made them once; any other is migrated."""
    if store.is_shared or version_of(store):
        migrate(store)
        return
    with store.write() as db:
        for statement in statements():
            db.exec_driver_sql(statement)


@contextmanager
def tables_copied() -> Iterator[None]:
    """Meanwhile a node that a command founds in this process gets its tables so."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "migrate", copy_tables)
        yield
