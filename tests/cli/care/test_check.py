"""A node examined and upgraded by the commands: whatever is wrong is named, with what to do."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.offices import DISTRICT, Offices, apart, spoken
from tests.stores import server
from tiersync.store.database import NEWEST, Store, migrate_to


@pytest.fixture
def district(offices: Offices, tmp_path: Path) -> Path:
    return offices.copy_of_district(tmp_path / "district")


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "node.db")) as db:
        db.execute(statement)
        db.commit()


def flaws(folder: Path) -> list[dict[str, str]]:
    """What is wrong, as a program reads it."""
    said = apart("db", "check", "--dir", folder, "--json")
    found: list[dict[str, str]] = json.loads(said.out)["flaws"]
    assert said.code == (3 if found else 0)
    assert "Traceback" not in said.err
    return found


def test_a_sound_node_is_said_to_be_sound(district: Path) -> None:
    said = apart("db", "check", "--dir", district)
    assert (said.code, "Nothing is wrong." in said.out, f"migration {NEWEST}" in said.out) == (0, True, True), said.out
    assert (said.err, flaws(district)) == ("", [])


def test_a_sound_node_of_postgresql_is_said_to_be_sound(district: Path) -> None:
    assert apart("db", "move", "--dir", district, "--to", server("icu").empty()).code == 0
    said = apart("db", "check", "--dir", district)
    assert (said.code, "PostgreSQL" in said.out, "Nothing is wrong." in said.out) == (0, True, True), said.out


def test_a_snapshot_that_is_gone_or_changed_is_named(district: Path) -> None:
    [snapshot] = (district / "snapshots").glob("*.parquet")
    snapshot.write_bytes(snapshot.read_bytes() + b"x")
    [flaw] = flaws(district)
    assert (flaw["place"], "Delete it" in flaw["what_to_do"]) == (f"snapshots/{snapshot.name}", True)
    snapshot.unlink()
    [flaw] = flaws(district)
    assert (flaw["what"], "tiersync push" in flaw["what_to_do"]) == ("it is gone", True)


def test_an_attachment_and_an_index_that_are_gone_are_named(district: Path) -> None:
    change(district, f"INSERT INTO attachments VALUES ('{'a' * 64}', 5, 1)")
    change(
        district,
        "INSERT INTO segments (form, period, digest, reports, made_at) VALUES ('aging-year', '2013',"
        f" '{'b' * 64}', 1, '')",
    )
    turns = {flaw["place"].partition("/")[0]: flaw["what_to_do"] for flaw in flaws(district)}
    assert sorted(turns) == ["attachments", "segments"]
    assert "backup" in turns["attachments"]
    assert "by itself" in turns["segments"]


def test_a_damaged_database_is_named_and_the_backup_too(district: Path) -> None:
    file = district / "node.db"
    change(district, "PRAGMA journal_mode=DELETE")  # Nothing is in a log beside it.
    content = bytearray(file.read_bytes())
    for page in range(8, len(content) // 4096, 2):
        content[page * 4096 + 100 : page * 4096 + 2000] = b"\xff" * 1900
    file.write_bytes(content)
    found = flaws(district)
    assert found
    assert any("tiersync db restore" in flaw["what_to_do"] for flaw in found)
    file.write_bytes(b"no database at all " * 1000)
    [flaw] = flaws(district)
    assert "tiersync db restore" in flaw["what_to_do"]
    file.unlink()
    gone = apart("db", "check", "--dir", district)
    assert (gone.code, "put it back from a backup" in gone.err) == (3, True)
    assert not file.exists()


def test_a_key_that_is_gone_and_a_file_that_others_read_are_named(district: Path) -> None:
    (district / "keys" / "person.secret").unlink()
    (district / "node.db").chmod(0o644)
    key, wide = flaws(district)
    assert (key["place"], "person.secret" in key["what"]) == ("keys", True)
    assert (wide["place"], "chmod" in wide["what_to_do"]) == (str(district / "node.db"), True)


def test_an_older_database_is_named_and_upgraded_by_the_command(district: Path) -> None:
    (district / "node.db").rename(district / "kept.db")
    store = Store(f"sqlite:///{district / 'node.db'}", district)
    migrate_to(store, "0009")
    store.close()
    change(district, f"INSERT INTO meta VALUES ('home', '{DISTRICT}')")
    (district / "node.db").chmod(0o600)
    [flaw] = flaws(district)
    assert ("0009" in flaw["what"], "db upgrade" in flaw["what_to_do"]) == (True, True)
    planned = apart("db", "upgrade", "--dir", district, "--dry-run", "--json").json
    assert (planned["before"], planned["after"], planned["dry_run"]) == ("0009", NEWEST, True)
    assert len(flaws(district)) == 1
    done = apart("db", "upgrade", "--dir", district)
    assert (done.code, f"from 0009 to {NEWEST}" in done.out) == (0, True), done.err
    assert flaws(district) == []
    assert "newest migration already" in apart("db", "upgrade", "--dir", district).out


def test_a_newer_database_is_refused_in_one_sentence(district: Path) -> None:
    change(district, "UPDATE alembic_version SET version_num = '9999'")
    for command in (("db", "upgrade"), ("db", "upgrade", "--dry-run"), ("status",), ("db", "backup")):
        said = spoken(*command, "--dir", district, lang="zh")
        assert (said.code, "已由更新版本的 tiersync 使用" in said.err, said.err.count("\n")) == (3, True, 1), said.err
    assert "Upgrade tiersync" in flaws(district)[0]["what_to_do"]
