"""Nothing is half there: after a writer was killed, after a disk was full, after a server was away."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.store.kit.place import HOME, NOW, Place, seal_some
from tests.stores import STORES, address_for, server
from tiersync.errors import DiskFull
from tiersync.store.database import Store
from tiersync.store.facts import recall, remember
from tiersync.store.links.envelopes import last_number
from tiersync.store.links.links import note_audit
from tiersync.store.tables import audit, envelopes

LARGE = "张" * 20_000  # some of it fits on a small disk
SMALL, MORE = "16m", "64m"


def test_of_a_writer_that_was_killed_nothing_is_half_there_and_the_next_one_goes_on(place: Place) -> None:
    store = place.open()
    with store.write() as db:
        seal_some(db, store, 2)
    killed = place.begin("sealing", 1, 0)
    assert killed.stdout
    assert killed.stdout.readline() == "in the middle\n"
    killed.kill()
    killed.communicate()
    with store.write() as db:
        assert db.execute(select(func.count()).select_from(envelopes)).scalar() == 2
        assert seal_some(db, store, 1) == [3]
    with place.open().read() as db:
        assert last_number(db, HOME, 1) == 3


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own that anybody may look into."""
    disk = Path(tempfile.mkdtemp(prefix="disk"))
    disk.chmod(0o755)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=755", "tmpfs", disk]).returncode:
        pytest.fail("only root may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
        disk.rmdir()


def write_until_full(store: Store) -> int:
    """Write a large text in each of many transactions; returns how many were stored when the disk was full."""
    for stored in range(1000):
        try:
            with store.write() as db:
                remember(db, "stored", str(stored + 1))
                for _ in range(10):
                    note_audit(db, NOW, HOME, "large", os.urandom(250).hex())
                    remember(db, f"large {stored}", LARGE + os.urandom(20_000).hex())
        except DiskFull:
            return stored
    return 1000


@contextmanager
def on_small_disk(kind: str, disk: Path, elsewhere: Path) -> Iterator[Place]:
    """A store whose rows lie on a small disk."""
    with nullcontext(address_for(kind, disk)) if kind == "sqlite" else server(kind).on_disk(disk) as address:
        place = Place(disk if kind == "sqlite" else elsewhere, address)
        try:
            yield place
        finally:
            place.close()


@pytest.mark.parametrize("kind", STORES)
def test_a_full_disk_is_said_and_what_was_stored_stays(small_disk: Path, kind: str, tmp_path: Path) -> None:
    kept = small_disk / "kept"
    kept.mkdir()
    with on_small_disk(kind, kept, tmp_path) as place:
        store = place.open()
        stored = write_until_full(store)
        assert 0 < stored < 1000
        with store.read() as db:
            assert int(recall(db, "stored") or 0) == stored
            assert db.execute(select(func.count()).select_from(audit)).scalar() == 10 * stored
        subprocess.run(["mount", "-o", f"remount,size={MORE}", small_disk], check=True)
        with store.write() as db:
            remember(db, "large again", LARGE)
