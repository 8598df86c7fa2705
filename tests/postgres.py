"""Servers of PostgreSQL for stores: that of the wheel, and Debian's with the collation of ICU zh-CN."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.databases import running_postgresql
from tiersync.store.database import open_store

DEBIAN = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"  # Debian's own; the server does not run as root.
NUMBERS = count(1)
FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c listen_addresses="
TEMPLATE = "tiersync_template"


class Server:
    """A running server that gives every test a database of its own, with the newest tables or empty."""

    def __init__(self, admin: str) -> None:
        self.admin = admin

    def run(self, statement: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        return self.admin.replace("/postgres?", f"/{database}?")

    def empty(self) -> str:
        """The address of a database without a table."""
        return self._made("template1")

    def migrated(self) -> str:
        """The address of a database with the newest tables and nothing in them."""
        return self._made(self._template)

    def copied(self, url: str) -> str:
        """The address of a database that holds what another one holds; nobody may use that one meanwhile."""
        return self._made(name_in(url))

    @contextmanager
    def on_disk(self, folder: Path) -> Iterator[str]:
        """The address of a database with the newest tables whose rows are kept in another folder than the rest. It is
        gone before the folder is: a server that misses a folder at its next checkpoint serves nobody."""
        with psycopg.connect(self.admin) as connection:
            [data] = connection.execute("SHOW data_directory").fetchone() or ("",)
        account = Path(data).stat()
        os.chown(folder, account.st_uid, account.st_gid)
        name = f"disk_{next(NUMBERS)}"
        self.run(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        url = self._made(self._template, f"TABLESPACE {name}")
        try:
            yield url
        finally:
            self.run(f"DROP DATABASE {name_in(url)} WITH (FORCE)")
            self.run(f"DROP TABLESPACE {name}")

    def _made(self, template: str, where: str = "") -> str:
        name = f"tiersync_{os.getpid()}_{next(NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} {where}")
        return self.url(name)

    @cached_property
    def _template(self) -> str:
        self.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template1")
        with tempfile.TemporaryDirectory() as folder:
            open_store(Path(folder), self.url(TEMPLATE)).close()
        return TEMPLATE


class StoppedServer(Server):
    """One that a test may stop, as by a power cut, and start again."""

    def __init__(self, admin: str, stop: Callable[[], None], start: Callable[[], None]) -> None:
        super().__init__(admin)
        self.stop, self.start = stop, start


def name_in(url: str) -> str:
    """The name of the database in an address."""
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def server_of_the_wheel() -> Iterator[Server]:
    with running_postgresql() as database:
        for unsafe in ("fsync", "full_page_writes", "synchronous_commit"):
            database.run(f"ALTER SYSTEM SET {unsafe} = off")
        database.run("SELECT pg_reload_conf()")
        yield Server(database.admin)


@contextmanager
def server_of_debian() -> Iterator[StoppedServer]:
    """A server whose collation sorts as Chinese dictionaries do."""
    found = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        pytest.fail("Debian's PostgreSQL is missing: apt-get install postgresql")
    folder, programs = Path(tempfile.mkdtemp(prefix="pg")), found[-1]  # The path of a socket is short.
    is_root = os.geteuid() == 0
    account = pwd.getpwnam(ACCOUNT) if is_root else pwd.getpwuid(os.geteuid())
    os.chown(folder, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: object) -> None:
        subprocess.run(
            [programs / program, *map(str, arguments)], check=True, capture_output=True, cwd=folder,
            **({"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if is_root else {}),
        )  # fmt: skip

    data = folder / "data"

    def start() -> None:
        run("pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", f"-k {folder} {FAST}", "start")

    def stop() -> None:
        run("pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")

    icu = ("--locale-provider=icu", "--icu-locale=zh-CN", "--locale=C.UTF-8")
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--encoding=UTF8", "--no-sync", *icu)
        start()
        yield StoppedServer(f"postgresql://postgres@/postgres?host={folder}", stop, start)
    finally:
        if (data / "postmaster.pid").exists():
            stop()
        shutil.rmtree(folder)
