"""Tables are brought to the newest migration wholly or not at all, by one process at a time, and never by an older
program."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.stores import server
from tiersync.errors import StoreTooNew
from tiersync.store.care.rows import tables_in
from tiersync.store.database import NEWEST, Store, migrate_to, open_store, version_of

OLD = "0007"
KINDS = ("sqlite", "postgresql", "icu")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that an older program left, with a finding in it."""
    address = "" if request.param == "sqlite" else server(request.param).empty()
    store = store_at(tmp_path, address)
    migrate_to(store, OLD)
    with store.write() as db:
        db.execute(
            text("INSERT INTO findings (subject, body, node, is_open, opened_at) VALUES (:s, '{}', '', :o, '')"),
            [{"s": f"德城 {number}", "o": True} for number in range(100)],
        )
    store.close()
    return address


def store_at(folder: Path, url: str) -> Store:
    return Store(url or f"sqlite:///{folder / 'node.db'}", folder)


def upgrading(folder: Path, url: str, die_at: int = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.store.upgrading", str(folder), url, str(die_at)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def holds(folder: Path, url: str) -> tuple[str, int, set[str]]:
    """The migration, the findings, and the tables."""
    store = store_at(folder, url)
    with store.read() as db:
        count = db.execute(text("SELECT count(*) FROM findings")).scalar_one()
        named = {table.name for table in tables_in(db)}
    found = version_of(store), count, named
    store.close()
    return found


def test_an_upgrade_that_is_killed_twice_has_changed_nothing_and_goes_on(url: str, tmp_path: Path) -> None:
    before = holds(tmp_path, url)
    for die_at in (5, 20):
        process = upgrading(tmp_path, url, die_at)
        process.communicate("go\n")
        assert process.returncode == -signal.SIGKILL
        assert holds(tmp_path, url) == before
    process = upgrading(tmp_path, url)
    process.communicate("go\n")
    assert process.returncode == 0
    migration, findings, tables = holds(tmp_path, url)
    assert (migration, findings, "segments" in tables, "cells" in tables) == (NEWEST, 100, True, False)


def test_two_processes_never_migrate_at_once(url: str, tmp_path: Path) -> None:
    processes = [upgrading(tmp_path, url) for _ in range(3)]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    changes = [int(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(changes)[:2] == [0, 0]
    assert max(changes) > 20
    assert holds(tmp_path, url)[:2] == (NEWEST, 100)


def test_an_older_program_refuses_a_newer_database_in_one_sentence(url: str, tmp_path: Path) -> None:
    store = store_at(tmp_path, url)
    with store.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreTooNew) as caught:
        open_store(tmp_path, url)
    said = str(caught.value)
    assert f"it stands at 9999, and this program knows {NEWEST} at most" in said
    assert "Upgrade tiersync on this machine" in said
    assert "请升级本机的 tiersync" in caught.value.say("zh")
    assert holds(tmp_path, url)[:2] == ("9999", 100)
