"""A node backed up into one file and put back from it: by the commands, and by an exchange with its neighbours."""

import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import zstandard

from tests.cli.offices import (
    BAD_ROW,
    CITY,
    DISTRICT,
    SENIORS,
    Offices,
    apart,
    found_city,
    here,
    spoken,
    write_plugin,
)
from tests.plugins.folders import senior
from tiersync.host.opening import hosting, open_node
from tiersync.store.facts import recall

SECRET = "三更灯火五更鸡"
YEAR = ("--period", "2013")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERSYNC_BACKUP_PASSPHRASE", SECRET)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Offices]:
    made = Offices(tmp_path)
    yield made
    made.end()


def backed_up(folder: Path, *options: object) -> Path:
    done = apart("db", "backup", "--dir", folder, "--json", *options)
    assert done.code == 0, done.err
    return Path(done.json["file"])


def figures(folder: Path) -> dict[str, object]:
    """What a node holds of the district in 2013, asked by a process that lets its database go."""
    shown = apart("report", "show", DISTRICT, "--form", "aging-year", *YEAR, "--dir", folder, "--json")
    assert shown.code == 0, shown.err
    return {one["indicator"] + one["breakdown"]: one["value"] for one in shown.json["cells"]}


def test_a_district_put_back_from_a_backup_ends_in_nothing_unexplained(network: Offices, tmp_path: Path) -> None:
    backup = backed_up(network.district, "--keys")
    for more in (1, 2):
        write_plugin(network.district, [*(senior(serial) for serial in range(1, SENIORS + 1 + more)), BAD_ROW])
        assert here("push", *YEAR, "--dir", network.district).code == 0
    latest = figures(network.city)
    fresh = tmp_path / "fresh"
    restored = here("db", "restore", backup, "--dir", fresh)
    assert restored.code == 0, restored.err
    assert "gives it a new epoch" in restored.out
    assert f"tiersync push --dir {fresh}" in restored.out
    assert figures(fresh) != latest
    for _ in range(2):
        pushed = here("push", *YEAR, "--dir", fresh)
        assert pushed.code == 0, pushed.err
    assert here("status", "--dir", fresh, "--json").json["epoch"] == 2
    for folder in (fresh, network.city):
        reconciled = here("reconcile", "--dir", folder)
        assert (reconciled.code, "unexplained" in reconciled.err) == (0, False), reconciled.out + reconciled.err
    write_plugin(fresh, [*(senior(serial) for serial in range(1, SENIORS + 3)), BAD_ROW])
    assert here("push", *YEAR, "--dir", fresh).code == 0
    assert figures(network.city) == figures(fresh) == latest


def test_a_city_put_back_while_its_district_went_on_loses_nothing(network: Offices, tmp_path: Path) -> None:
    backup = backed_up(network.city, "--keys")
    write_plugin(network.district, [*(senior(serial) for serial in range(1, SENIORS + 2)), BAD_ROW])
    assert here("push", *YEAR, "--dir", network.district).code == 0
    latest = figures(network.city)
    said = apart("db", "restore", backup, "--dir", network.city, "--replace")
    assert (said.code, "is running the node" in said.err) == (3, True), said.err
    network.end()
    restored = apart("db", "restore", backup, "--dir", network.city, "--replace")
    assert restored.code == 0, restored.err
    assert "sends again what it sent up" in restored.out
    assert len(list(tmp_path.glob("city.before-*"))) == 1
    network.serve_again()
    for _ in range(2):
        assert here("push", *YEAR, "--dir", network.district).code == 0
    assert figures(network.city) == latest
    assert here("reconcile", "--dir", network.city).code == 0


def test_a_backup_is_verified_remembered_and_for_this_account_only(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    backup = backed_up(copy)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert backup.parent == copy / "backups"
    assert [path.name for path in backup.parent.iterdir() if path.name != ".lock"] == [backup.name]
    node = open_node(copy)
    with node.store.read() as db:
        assert recall(db, "backup_at")
    node.store.close()


def test_a_backup_holds_no_key_and_names_nobody_unless_it_is_asked_and_then_locked(
    offices: Offices, tmp_path: Path
) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    (copy / "keys" / "secrets").mkdir()
    (copy / "keys" / "secrets" / "db.password").write_text("geheim-4711", encoding="utf-8")
    for number, options in enumerate(((), ("--keys",))):
        backup = backed_up(copy, "--to", tmp_path / f"{number}.tar.zst", *options)
        inside, names = unpacked(backup)
        for secret in ((copy / "keys" / "node.key").read_bytes(), b"geheim-4711", BAD_ROW[1].encode()):
            assert secret not in inside
        named = [any(word in name for name in names) for word in ("inbox", "keys", "private.locked")]
        assert named == [False, False, bool(options)]


def unpacked(backup: Path) -> tuple[bytes, list[str]]:
    """Every byte of the archive as it is before it is compressed, and the names in it."""
    with backup.open("rb") as file:
        inside: bytes = zstandard.ZstdDecompressor().stream_reader(file).read()
    with tarfile.open(fileobj=BytesIO(inside)) as tar:
        return inside, tar.getnames()


def test_a_backup_without_keys_is_put_back_with_those_of_the_old_folder(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    backup = backed_up(copy, "--to", tmp_path / "one.tar.zst")
    without = here("db", "restore", backup, "--dir", tmp_path / "fresh")
    assert (without.code, "--keys-from" in without.err) == (2, True)
    other = here("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", offices.city)
    assert (other.code, "are not those" in other.err) == (2, True)
    assert not (tmp_path / "fresh").exists()
    right = here("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", copy)
    assert right.code == 0, right.err
    assert figures(tmp_path / "fresh") == figures(copy)
    wrong = [
        path for path in (tmp_path / "fresh").rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert wrong == []


def test_a_wrong_passphrase_puts_nothing_back(
    offices: Offices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(offices.copy_of_district(tmp_path / "district"), "--keys")
    monkeypatch.setenv("TIERSYNC_BACKUP_PASSPHRASE", "another")
    said = here("db", "restore", backup, "--dir", tmp_path / "fresh")
    assert (said.code, "passphrase is not the one" in said.err) == (2, True)
    monkeypatch.delenv("TIERSYNC_BACKUP_PASSPHRASE")
    said = here("db", "restore", backup, "--dir", tmp_path / "fresh")
    assert (said.code, "TIERSYNC_BACKUP_PASSPHRASE" in said.err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["district"]


def test_a_dry_run_says_that_the_backup_is_sound_and_writes_nothing(offices: Offices, tmp_path: Path) -> None:
    backup = backed_up(offices.copy_of_district(tmp_path / "district"), "--keys")
    said = here("db", "restore", backup, "--dir", tmp_path / "fresh", "--dry-run")
    assert (said.code, "Nothing was written" in said.out) == (0, True), said.err
    told = here("db", "restore", backup, "--dir", tmp_path / "fresh", "--dry-run", "--json").json
    assert (told["unit"], told["neighbours"][0]["unit"], told["dry_run"]) == (DISTRICT, CITY, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["district"]


def test_an_empty_folder_that_cannot_be_renamed_gets_the_node(offices: Offices, tmp_path: Path) -> None:
    """As a disk of its own: only what lies in it changes."""
    backup = backed_up(offices.copy_of_district(tmp_path / "district"), "--keys")
    (tmp_path / "disk" / ".restoring" / ".making").mkdir(parents=True)  # Somebody was killed in the middle.
    (tmp_path / "disk").chmod(0o755)
    before = (tmp_path / "disk").stat().st_ino
    restored = here("db", "restore", backup, "--dir", tmp_path / "disk")
    assert restored.code == 0, restored.err
    assert ((tmp_path / "disk").stat().st_ino, (tmp_path / "disk" / ".restoring").exists()) == (before, False)
    assert stat.S_IMODE((tmp_path / "disk").stat().st_mode) == 0o700
    assert figures(tmp_path / "disk") == figures(tmp_path / "district")


def test_a_folder_that_holds_something_is_left_alone(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    backup = backed_up(copy, "--keys")
    said = here("db", "restore", backup, "--dir", copy)
    assert (said.code, "--replace" in said.err) == (3, True)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("信", encoding="utf-8")
    assert here("db", "restore", backup, "--dir", tmp_path / "used", "--replace").code == 3
    assert (tmp_path / "used" / "letter.txt").exists()
    again = here("db", "backup", "--dir", copy, "--to", backup)
    assert (again.code, "never written over" in again.err) == (2, True)


def test_the_newest_backups_stay_and_older_ones_give_way(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    (copy / "backups").mkdir()
    older = [copy / "backups" / f"{DISTRICT}-2025010{day}T000000Z.tar.zst" for day in (1, 2, 3)]
    for path in older:
        path.write_bytes(b"")
    newest = backed_up(copy, "--keep", 2)
    assert sorted((copy / "backups").glob("*.zst")) == [older[2], newest]


def test_it_is_said_in_chinese(offices: Offices, tmp_path: Path) -> None:
    copy = offices.copy_of_district(tmp_path / "district")
    said = spoken("db", "backup", "--dir", copy, lang="zh")
    assert (said.code, "已备份并核对" in said.out) == (0, True), said.err
    [backup] = (copy / "backups").glob("*.zst")
    said = spoken("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", copy, lang="zh")
    assert (said.code, "已恢复" in said.out, "登记一次恢复" in said.out) == (0, True, True), said.err
    shutil.rmtree(tmp_path / "fresh")
    assert json.loads(here("db", "restore", backup, "--dir", tmp_path / "fresh", "--keys-from", copy, "--json").out)


def test_a_node_that_a_host_runs_gives_way_to_nobody_though_its_database_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    found_city(folder)
    backup = backed_up(folder, "--keys")
    with (folder / "node.db").open("r+b") as file:
        file.write(bytes(100))
    with hosting(folder, "working"):
        refused = here("db", "restore", backup, "--dir", folder, "--replace")
    assert refused.code == 3
    assert "is running the node" in refused.err
    assert (folder / "node.db").read_bytes()[:100] == bytes(100), "it is where it was"
    assert apart("db", "restore", backup, "--dir", folder, "--replace").code == 0
    assert apart("status", "--dir", folder).code == 0


def test_what_would_not_be_used_or_lacks_is_refused_before_anything_is_there(tmp_path: Path) -> None:
    folder, fresh = tmp_path / "city", tmp_path / "fresh"
    found_city(folder)
    backup = backed_up(folder)
    copy = tmp_path / "disc"
    copy.mkdir()
    shutil.copyfile(folder / "keys" / "node.key", copy / "node.key")
    lacking = here("db", "restore", backup, "--dir", fresh, "--keys-from", copy)
    assert (lacking.code, "person.secret is missing" in lacking.err) == (2, True)
    elsewhere = here("db", "restore", backup, "--dir", fresh, "--keys-from", folder, "--store", "secret:two")
    assert (elsewhere.code, "tiersync db move --to secret:two" in elsewhere.err) == (2, True)
    assert not fresh.exists()
