"""A node's database moved to PostgreSQL and back by the command, with every table holding rows."""

import gc
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, insert

from tests.cli.offices import DISTRICT, SENIORS, Offices, apart, begin, found_city, spoken
from tests.postgres import name_in
from tests.stores import server
from tiersync.host.opening import address_of, open_node, settings_of
from tiersync.store.care.numbers import last_numbers
from tiersync.store.care.rows import TableSum, count_rows, sum_tables, tables_in
from tiersync.store.database import Connection
from tiersync.store.tables import metadata

KINDS = ("postgresql", "icu")
INDEX = ("segments", "reports")  # what an index says of them is made again


def keep_secret(folder: Path, name: str, value: str) -> None:
    """A secret of a node, as whoever looks after it writes it down."""
    secrets = folder / "keys" / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    (secrets / name).write_text(value, encoding="utf-8")
    (secrets / name).chmod(0o600)


def fill(folder: Path) -> None:
    """Put two odd rows into every table that holds none, and a gap behind the numbers that were given."""
    node = open_node(folder)
    with node.store.write() as db:
        for table in metadata.sorted_tables:
            if not count_rows(db, table):
                values = [
                    {
                        column.name: odd(column.type, serial)
                        for column in table.columns
                        if column.autoincrement is not True
                    }
                    for serial in (1, 2)
                ]
                db.exec_driver_sql(str(insert(table).compile(db, column_keys=list(values[0]))), as_given(values))
        db.exec_driver_sql("UPDATE sqlite_sequence SET seq = 4711 WHERE name = 'findings'")
    node.store.close()


def as_given(values: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in values]


def odd(kind: object, serial: int) -> object:
    """A value that another database might keep otherwise."""
    if isinstance(kind, Boolean):
        return serial == 1
    if isinstance(kind, Integer):
        return serial
    return bytes(range(256)) if isinstance(kind, LargeBinary) else f"“德城”\\t\n{serial}\U00020000"


def sums(folder: Path) -> dict[str, TableSum]:
    node = open_node(folder)
    with node.store.read() as db:
        found = sum_tables(db, lambda *_: None)
    node.store.close()
    return {name: total for name, total in found.items() if name not in INDEX}


def numbers(folder: Path) -> dict[str, int]:
    node = open_node(folder)
    with node.store.read() as db:
        found = last_numbers(db)
    node.store.close()
    return found


def rows_without_index(db: Connection) -> int:
    return sum(count_rows(db, table) for table in tables_in(db) if table.name not in INDEX)


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_with_rows_in_every_table_goes_to_postgresql_and_back(
    offices: Offices, tmp_path: Path, kind: str
) -> None:
    folder, url = offices.copy_of_district(tmp_path / "district"), server(kind).empty()
    keep_secret(folder, "district.store", url)
    fill(folder)
    before, given = sums(folder), numbers(folder)
    assert min(total.rows for total in before.values()) > 0
    there = apart("db", "move", "--dir", folder, "--to", "secret:district.store")
    assert there.code == 0, there.err
    assert address_of(folder, settings_of(folder)) == url
    assert "# " in (folder / "tiersync.toml").read_text(encoding="utf-8")
    [left] = folder.glob("node.db*")
    assert (".moved-" in left.name, str(left) in there.out) == (True, True)
    assert sums(folder) == before
    assert numbers(folder)["findings"] == given["findings"] == 4711
    back = apart("db", "move", "--dir", folder, "--to", "sqlite")
    assert back.code == 0, back.err
    assert (settings_of(folder).store.url, sums(folder), numbers(folder)) == ("", before, given)
    with closing(sqlite3.connect(left)) as old, closing(sqlite3.connect(folder / "node.db")) as now:
        query = "SELECT number, subject, body FROM findings ORDER BY number"
        assert old.execute(query).fetchall() == now.execute(query).fetchall()


def test_a_moved_node_pushes_and_gives_the_next_number(tmp_path: Path) -> None:
    network = Offices(tmp_path)
    try:
        keep_secret(network.district, "district.store", server("icu").empty())
        gc.collect()  # This process still has the district open, whose commands it has run.
        moved = apart("db", "move", "--dir", network.district, "--to", "secret:district.store", "--json")
        assert moved.code == 0, moved.err
        network.one_more()
        pushed = apart("push", "--period", "2013", "--dir", network.district)
        assert pushed.code == 0, pushed.err
        shown = apart(
            "report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", network.city, "--json"
        )
        assert f'"value": {SENIORS + 1}' in shown.out or f'"value": "{SENIORS + 1}"' in shown.out
        assert apart("reconcile", "--dir", network.district).code == 0
    finally:
        network.end()


def test_whoever_still_names_the_database_that_was_moved_from_is_told_so(tmp_path: Path) -> None:
    folder, other = tmp_path / "city", tmp_path / "other"
    found_city(folder)
    keep_secret(folder, "city.store", server("icu").empty())
    assert apart("db", "move", "--dir", folder, "--to", "secret:city.store").code == 0
    shutil.copytree(folder, other)
    assert apart("status", "--dir", other).code == 0
    assert apart("db", "move", "--dir", folder, "--to", "sqlite").code == 0
    for command in ("status", "push"):
        told = apart(command, "--dir", other)
        assert (told.code, "was moved from here to node.db" in told.err) == (3, True)
    assert apart("push", "--dir", folder).code == 0


def test_a_target_that_holds_anything_is_refused_and_nothing_changes(offices: Offices, tmp_path: Path) -> None:
    folder, url = offices.copy_of_district(tmp_path / "district"), server("icu").empty()
    other = offices.copy_of_district(tmp_path / "other")
    assert apart("db", "move", "--dir", other, "--to", url).code == 0
    for options in ((), ("--dry-run",)):
        said = apart("db", "move", "--dir", folder, "--to", url, *options)
        assert (said.code, "holds something already" in said.err) == (2, True), said.err
    assert settings_of(folder).store.url == ""
    assert apart("status", "--dir", folder).code == 0
    again = apart("db", "move", "--dir", folder, "--to", "sqlite")
    assert (again.code, "there already" in again.err) == (2, True)


def test_a_dry_run_counts_and_makes_no_table(offices: Offices, tmp_path: Path) -> None:
    folder, url = offices.copy_of_district(tmp_path / "district"), server("icu").empty()
    said = apart("db", "move", "--dir", folder, "--to", url, "--dry-run")
    assert (said.code, "Nothing was changed" in said.out) == (0, True), said.err
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert (folder / "node.db").exists()


def test_a_password_in_the_address_is_refused(offices: Offices, tmp_path: Path) -> None:
    folder = offices.copy_of_district(tmp_path / "district")
    said = apart("db", "move", "--dir", folder, "--to", "postgresql://a:geheim@127.0.0.1/b")
    assert (said.code, "keep the address as a secret" in said.err, "geheim" in said.err) == (2, True, False)


@pytest.mark.parametrize("kind", ["sqlite", "icu"])
def test_a_node_that_somebody_uses_is_not_moved(offices: Offices, tmp_path: Path, kind: str) -> None:
    folder = offices.copy_of_district(tmp_path / "district")
    goals = {"sqlite": server("icu").empty(), "icu": "sqlite"}
    if kind == "icu":
        assert apart("db", "move", "--dir", folder, "--to", server("icu").empty()).code == 0
    running = begin("run", "--dir", folder)
    try:
        assert running.stdout
        running.stdout.readline()
        said = apart("db", "move", "--dir", folder, "--to", goals[kind])
        assert (said.code, "End it (tiersync run" in said.err) == (3, True), said.err
    finally:
        running.terminate()
        running.communicate()
    assert apart("db", "move", "--dir", folder, "--to", goals[kind]).code == 0


def test_a_move_that_was_killed_before_it_was_used_is_made_again(offices: Offices, tmp_path: Path) -> None:
    """Killed between the copy and the setting: the copy is whole, and nobody uses it."""
    folder, url = offices.copy_of_district(tmp_path / "district"), server("icu").empty()
    before = (folder / "tiersync.toml").read_text(encoding="utf-8")
    assert apart("db", "move", "--dir", folder, "--to", url).code == 0
    [left] = folder.glob("node.db.moved-*")
    left.rename(folder / "node.db")
    (folder / "tiersync.toml").write_text(before, encoding="utf-8")
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO meta VALUES ('copied_and_unused', '1')")
    expected = sums(folder)
    assert apart("db", "move", "--dir", folder, "--to", url).code == 0
    assert sums(folder) == expected


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("to", ["postgresql", "sqlite"])
def test_a_move_that_is_broken_off_at_any_moment_loses_nothing_and_is_made_again(
    offices: Offices, tmp_path: Path, to: str, how: signal.Signals
) -> None:
    folder, url = offices.copy_of_district(tmp_path / "district"), server("icu").empty()
    fill(folder)
    if to == "sqlite":
        assert apart("db", "move", "--dir", folder, "--to", url).code == 0
    expected, goal = sums(folder), url if to == "postgresql" else ""
    for delay in (0.1, 0.2, 0.3, 0.4, 0.5):
        moving = begin("db", "move", "--dir", folder, "--to", goal or "sqlite")
        time.sleep(delay)
        moving.send_signal(how)
        _, said = moving.communicate()
        assert "Traceback" not in said
        if settings_of(folder).store.url == goal:
            break
        assert sums(folder) == expected
    else:
        done = apart("db", "move", "--dir", folder, "--to", goal or "sqlite")
        assert done.code == 0, done.err
    assert (settings_of(folder).store.url, sums(folder)) == (goal, expected)


def test_it_is_told_in_chinese(offices: Offices, tmp_path: Path) -> None:
    folder = offices.copy_of_district(tmp_path / "district")
    said = spoken("db", "move", "--dir", folder, "--to", server("icu").empty(), lang="zh")
    assert (said.code, "逐表核对一致" in said.out) == (0, True), said.err


def test_the_address_of_a_moved_node_is_its_secret(offices: Offices, tmp_path: Path) -> None:
    folder, url = offices.copy_of_district(tmp_path / "district"), server("icu").empty()
    lacking = apart("db", "move", "--dir", folder, "--to", "secret:district.store")
    assert (lacking.code, "district.store" in lacking.err) == (6, True)
    keep_secret(folder, "district.store", url)
    assert apart("db", "move", "--dir", folder, "--to", "secret:district.store").code == 0
    assert name_in(url) not in (folder / "tiersync.toml").read_text(encoding="utf-8")
    assert address_of(folder, settings_of(folder)) == url
