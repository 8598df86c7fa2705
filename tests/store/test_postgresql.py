"""What keeps a node from its PostgreSQL is told in a sentence, without address or password."""

import sys
from pathlib import Path

import psycopg
import pytest

from tests.databases import PASSWORD, PostgreSQL
from tests.postgres import Server, name_in
from tests.store.kit.place import HOME, LEFT
from tests.stores import server
from tiersync.errors import DatabaseAway, DatabaseTaken, NodeBusy, NoDriver, StoreBroken, StoreTooNew
from tiersync.store import address
from tiersync.store.database import Store, open_existing, open_store, version_of
from tiersync.store.facts import remember


@pytest.fixture
def debian() -> Server:
    return server("icu")


def test_what_is_wrong_at_the_door_is_told_without_the_password(postgresql: PostgreSQL, tmp_path: Path) -> None:
    away = {
        "not right": postgresql.address("geheim-falsch"),
        "no such database": postgresql.address(database="nowhere"),
        "owner of the database": postgresql.address(),  # It may read there, and make no table.
        "cannot be reached": "postgresql://tiersync:geheim-falsch@127.0.0.1:1/city",
        "none of PostgreSQL": "mysql://tiersync:geheim-falsch@127.0.0.1/city",
    }
    for why, url in away.items():
        with pytest.raises(DatabaseAway, match=why) as caught:
            open_store(tmp_path, url)
        said = f"{caught.value} {caught.value.say('zh')}"
        assert PASSWORD not in said
        assert "geheim" not in said
        assert caught.value.retry


def test_a_database_of_another_node_is_left_alone(debian: Server, tmp_path: Path) -> None:
    url = debian.migrated()
    store = open_store(tmp_path, url, HOME)
    with store.write() as db:
        remember(db, "home", HOME)
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    store.close()
    with pytest.raises(DatabaseTaken, match=HOME):
        open_store(tmp_path, url, LEFT)
    left = Store(url, tmp_path)
    assert version_of(left) == "0001"
    left.close()


def test_an_empty_database_in_the_place_of_a_node_is_said_and_not_taken(debian: Server, tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match="put it back from a backup"):
        open_existing(tmp_path, debian.migrated(), HOME)


def test_a_database_of_a_newer_program_is_left_alone(debian: Server, tmp_path: Path) -> None:
    url = debian.migrated()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreTooNew, match="stands at 9999"):
        open_store(tmp_path, url)


def test_a_database_that_is_not_unicode_is_refused(debian: Server, tmp_path: Path) -> None:
    name = "tiersync_latin"
    debian.run(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
    with pytest.raises(DatabaseAway, match="UTF8"):
        open_store(tmp_path, debian.url(name))


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(NoDriver, match="tiersync\\[postgresql\\]"):
        open_store(tmp_path, "postgresql://tiersync@127.0.0.1:1/city")


def test_a_connection_that_broke_off_is_told_and_the_next_transaction_goes_on(debian: Server, tmp_path: Path) -> None:
    url = debian.migrated()
    store = open_store(tmp_path, url)
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name_in(url)}'"

    def write(breaks: bool) -> None:
        with store.write() as db:
            if breaks:
                debian.run(end_all)
            remember(db, "said", "after all")

    with pytest.raises(DatabaseAway, match="broke off"):
        write(True)
    debian.run(end_all)
    write(False)
    store.close()


def test_who_waits_too_long_for_another_writer_is_told_so(
    debian: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "PATIENCE", 0.05)
    store = open_store(tmp_path, debian.migrated())
    with store.write(), pytest.raises(NodeBusy), store.write():
        pass
    store.close()
