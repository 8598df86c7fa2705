"""A node whose database is PostgreSQL, backed up without any tool of its own, and put back there or into a file."""

import gc
from pathlib import Path

import psycopg
import pytest

from tests.cli.care.test_move import fill, numbers, sums
from tests.cli.offices import Offices, apart, begin
from tests.stores import server
from tiersync.host.opening import settings_of
from tiersync.store.care.image import load_image
from tiersync.store.database import NEWEST, Store, migrate_to, version_of

NEVER_AGAIN = ("findings", "outbox", "quarantine")  # whose numbers are given once, whatever was deleted


@pytest.fixture
def moved(offices: Offices, tmp_path: Path) -> Path:
    """A district with rows in every table, on PostgreSQL."""
    folder = offices.copy_of_district(tmp_path / "district")
    fill(folder)
    gc.collect()
    said = apart("db", "move", "--dir", folder, "--to", server("icu").empty())
    assert said.code == 0, said.err
    return folder


def backed_up(folder: Path, *options: object) -> Path:
    done = apart("db", "backup", "--dir", folder, "--json", *options)
    assert done.code == 0, done.err
    return Path(done.json["file"])


def without_facts(folder: Path) -> dict[str, object]:
    """What the tables hold, but for what the node remembers of its backups."""
    return {name: total for name, total in sums(folder).items() if name != "meta"}


@pytest.mark.parametrize("to", ["postgresql", "sqlite"])
def test_it_is_put_back_into_an_empty_database_or_a_file(moved: Path, tmp_path: Path, to: str) -> None:
    backup, url = backed_up(moved), server("icu").empty() if to == "postgresql" else "sqlite"
    restored = apart("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", moved, "--store", url)
    assert restored.code == 0, restored.err
    assert settings_of(tmp_path / "fresh").store.url == ("" if to == "sqlite" else url)
    assert without_facts(tmp_path / "fresh") == without_facts(moved)
    given, gives = numbers(moved), numbers(tmp_path / "fresh")
    assert [gives[name] for name in NEVER_AGAIN] == [given[name] for name in NEVER_AGAIN]
    assert gives["findings"] == 4711
    checked = apart("db", "check", "--dir", tmp_path / "fresh", "--json")
    assert [flaw["place"] for flaw in checked.json["flaws"] if not flaw["place"].startswith("attachments/")] == []


def test_the_database_of_the_node_that_is_still_there_is_not_written_over(moved: Path, tmp_path: Path) -> None:
    backup, before = backed_up(moved), sums(moved)
    said = apart("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", moved)
    assert (said.code, "holds something already" in said.err) == (2, True), said.err
    assert not (tmp_path / "fresh").exists()
    assert sums(moved) == before
    trial = apart("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", moved, "--dry-run")
    assert (trial.code, "is sound" in trial.out) == (0, True), trial.err


def test_a_node_that_runs_does_not_give_way(moved: Path, tmp_path: Path) -> None:
    backup, url = backed_up(moved, "--to", tmp_path / "one.tar.zst"), server("icu").empty()
    replace = ("db", "restore", backup, "--dir", moved, "--keys-from", moved, "--replace", "--store")
    running = begin("run", "--dir", moved)
    try:
        assert running.stdout
        running.stdout.readline()
        said = apart(*replace, url)
        assert (said.code, "End it (tiersync run" in said.err) == (3, True), said.err
    finally:
        running.terminate()
        running.communicate()
    done = apart(*replace, "sqlite")
    assert done.code == 0, done.err
    assert len(list(tmp_path.glob("district.before-*"))) == 1


def test_a_backup_of_one_moment_is_made_while_others_write(moved: Path, tmp_path: Path) -> None:
    url = settings_of(moved).store.url
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO meta VALUES ('half', 'written')")
        backup = backed_up(moved, "--to", tmp_path / "one.tar.zst")  # Nobody waits for it, and it waits for nobody.
    restored = apart("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", moved, "--store", "sqlite")
    assert restored.code == 0, restored.err
    store = Store(f"sqlite:///{tmp_path / 'fresh' / 'node.db'}", tmp_path)
    with store.read() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM meta WHERE key = 'half'").scalar() == 0
    store.close()


@pytest.mark.parametrize("kind", ["sqlite", "icu"])
def test_tables_of_an_older_program_are_loaded_as_they_were_and_upgraded_then(tmp_path: Path, kind: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "meta.jsonl").write_text('["key","value"]\n["home","371400000000"]\n', encoding="utf-8")
    url = "" if kind == "sqlite" else server(kind).empty()
    load_image(tmp_path, url, "0009", {}, lambda *_: None)
    store = Store(url or f"sqlite:///{tmp_path / 'node.db'}", tmp_path)
    assert version_of(store) == "0009"
    migrate_to(store, "head")
    assert version_of(store) == NEWEST
    with store.read() as db:
        assert db.exec_driver_sql("SELECT value FROM meta").scalar() == "371400000000"
    store.close()
