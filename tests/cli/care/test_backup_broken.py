"""A backup that does not come about leaves nothing half done, and one that is damaged puts nothing back."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.offices import Offices, apart, begin
from tests.stories.office import found, register
from tiersync.store.care.manifest import BackupManifest
from tiersync.store.files.archive import pack_files, unpack_files

ALONE = {"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[3])}
IN_TURN = f"{sys.executable} -m tests.stories.in_turn"
# Disks of their own, of so many kilobytes: of the node itself, and of where its backup goes.
FULL_DISKS = f"""
mount -t tmpfs -o size=$((40 + $(du -sk node | cut -f1)))k tmpfs here && cp -a node/. here || exit 99
mount -t tmpfs -o size=8k tmpfs there || exit 99
{IN_TURN} <<END
db backup --dir here
db backup --dir node --to there/one.tar.zst
! ls -A here/backups there
! mount -o remount,size=256m here
db backup --dir here
END
"""


@pytest.fixture
def district(offices: Offices, tmp_path: Path) -> Path:
    return offices.copy_of_district(tmp_path / "district")


def left_in(folder: Path) -> list[str]:
    """What a backup that ended has left, but for the lock that keeps two apart."""
    return sorted(path.name for path in (folder / "backups").iterdir() if path.name != ".lock")


def test_a_full_disk_is_said_and_nothing_half_is_left(tmp_path: Path) -> None:
    found(tmp_path / "node").source(register(900))
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL_DISKS], cwd=tmp_path, capture_output=True, text=True,
        env={**ALONE, "TIERSYNC_LANG": "en"}, timeout=120,
    )  # fmt: skip
    assert re.findall(r"^ended (\d+)$", done.stdout, re.M) == ["3", "3", "0"], done.stderr
    assert done.stderr.count(" is full. Make room") == 2
    assert "here/backups:\n.lock\n\nthere:\nhere/backups/" in done.stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_backup_that_is_broken_off_is_no_backup_and_the_next_one_clears_it_away(
    district: Path, how: signal.Signals
) -> None:
    (district / "attachments").mkdir(exist_ok=True)
    (district / "plugins" / "decheng" / "large.txt").write_bytes(os.urandom(30_000_000))
    for delay in (0.0, 0.05, 0.15):
        backing = begin("db", "backup", "--dir", district)
        while not (district / "backups" / ".making").exists():
            time.sleep(0.005)
        time.sleep(delay)
        backing.send_signal(how)
        _, said = backing.communicate()
        assert "Traceback" not in said
        assert backing.returncode, "it was done before it could be broken off"
        if how == signal.SIGINT:
            assert left_in(district) == []
        assert not list((district / "backups").glob("[0-9]*"))
    done = apart("db", "backup", "--dir", district, "--json")
    assert done.code == 0, done.err
    assert Path(done.json["file"]).name in left_in(district)
    assert all(name.endswith(".tar.zst") and not name.startswith(".") for name in left_in(district))


def test_a_damaged_backup_puts_nothing_back(district: Path, tmp_path: Path) -> None:
    done = apart("db", "backup", "--dir", district, "--to", tmp_path / "whole.tar.zst")
    assert done.code == 0, done.err
    content = (tmp_path / "whole.tar.zst").read_bytes()
    spoiled = {
        "cut": content[: len(content) // 2],
        "changed": content[:5000] + bytes([content[5000] ^ 255]) + content[5001:],
        "other": b"PK\x03\x04" + content,
        "empty": b"",
    }
    for name, wrong in spoiled.items():
        file = tmp_path / name
        file.write_bytes(wrong)
        said = apart("db", "restore", file, "--dir", tmp_path / "fresh", "--keys-from", district)
        assert (said.code, "cannot be restored" in said.err, said.err.count("\n")) == (2, True, 1), said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["district", "whole.tar.zst", *spoiled])


@pytest.mark.parametrize("what", ["audit", "reports_of"])  # a table that a copy reads, and an index that it does not
def test_a_damaged_database_is_never_called_a_backup(district: Path, what: str) -> None:
    file = district / "node.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        [root] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (what,)).fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * 4096 + 8 : root * 4096 - 8] = b"\xff" * 4080
    file.write_bytes(content)
    said = apart("db", "backup", "--dir", district)
    assert (said.code, "Traceback" in said.err, said.err.count("\n")) == (3, False, 1), said.err
    assert left_in(district) == []


def test_a_backup_that_says_otherwise_of_a_table_puts_nothing_back(district: Path, tmp_path: Path) -> None:
    whole, wrong, folder = tmp_path / "whole", tmp_path / "wrong", tmp_path / "unpacked"
    assert apart("db", "backup", "--dir", district, "--to", whole).code == 0
    manifest = unpack_files(whole, folder, BackupManifest, lambda *_: None)
    tables = manifest.tables | {"reports": manifest.tables["meta"]}
    with wrong.open("wb") as out:
        pack_files(out, folder, manifest.model_copy(update={"tables": tables}), lambda *_: None)
    said = apart("db", "restore", wrong, "--dir", tmp_path / "fresh", "--keys-from", district)
    assert (said.code, "otherwise of reports" in said.err) == (2, True), said.err
    assert not (tmp_path / "fresh").exists()


def test_a_backup_of_a_newer_program_is_refused_in_one_sentence(district: Path, tmp_path: Path) -> None:
    whole, newer, folder = tmp_path / "whole", tmp_path / "newer", tmp_path / "unpacked"
    assert apart("db", "backup", "--dir", district, "--to", whole).code == 0
    manifest = unpack_files(whole, folder, BackupManifest, lambda *_: None)
    for update in ({"format": 2}, {"migration": "9999"}):
        with newer.open("wb") as out:
            pack_files(out, folder, manifest.model_copy(update=update), lambda *_: None)
        said = apart("db", "restore", newer, "--dir", tmp_path / "fresh", "--keys-from", district)
        assert (said.code, "Upgrade tiersync" in said.err, said.err.count("\n")) == (3, True, 1), said.err


def test_two_backups_at_once_are_not_made_in_one_place(district: Path) -> None:
    (district / "plugins" / "decheng" / "large.txt").write_bytes(os.urandom(60_000_000))
    both = [begin("db", "backup", "--dir", district) for _ in range(2)]
    ended = [backing.communicate() for backing in both]
    codes = sorted(backing.returncode or 0 for backing in both)
    assert codes == [0, 3], ended
    assert len(left_in(district)) == 1
