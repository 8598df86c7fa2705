"""The keyring is read once and kept for as long as no charter comes: what it says is always what is held."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stores import new_store
from tiersync.link.keyring import Chartered, Stamp
from tiersync.model.charter import Charter
from tiersync.model.envelope import Head
from tiersync.store.database import Connection, Store
from tiersync.store.links.charters import KeptKeyring, keep_charter

NOW = datetime(2014, 1, 5, tzinfo=UTC)
TOP, ONE, OTHER = "371400000000", "371402000000", "371403000000"
KEYS = {TOP: "A" * 43, ONE: "B" * 42 + "A", OTHER: "C" * 42 + "A"}


def charter_of(unit: str) -> Charter:
    return Charter(unit=unit, event="open", key=KEYS[unit], epoch=1, tenure=1)


def keep_one(db: Connection, unit: str, number: int) -> None:
    head = Head(
        id=f"01900000-0000-7000-8000-{number:012}", kind="charter", origin=TOP, epoch=1, number=number,
        written_at=NOW, catalogue=0, digest="0" * 64, size=1,
    )  # fmt: skip
    keep_charter(db, head, charter_of(unit), NOW)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    with store.write() as db:
        keep_one(db, TOP, 1)
    return store


def nodes(store: Store, kept: KeptKeyring) -> list[str]:
    with store.read() as db:
        return kept.load(db).nodes()


def test_a_charter_that_came_is_known_at_once(store: Store) -> None:
    kept = KeptKeyring()
    assert nodes(store, kept) == [TOP]
    with store.write() as db:
        keep_one(db, ONE, 2)
        assert kept.load(db).nodes() == [TOP, ONE]
    assert nodes(store, kept) == [TOP, ONE]


def test_a_charter_that_was_undone_is_forgotten_though_another_came_instead(store: Store) -> None:
    kept = KeptKeyring()
    with store.write() as db:
        keep_one(db, ONE, 2)
        assert kept.load(db).nodes() == [TOP, ONE]
        db.rollback()
    with store.write() as db:
        keep_one(db, OTHER, 2)
    assert nodes(store, kept) == [TOP, OTHER]


def test_what_somebody_adds_for_a_moment_is_nobody_elses(store: Store) -> None:
    kept = KeptKeyring()
    with store.read() as db:
        kept.load(db).add(Chartered(charter_of(ONE), TOP, Stamp(1, 9)))
        again = charter_of(TOP).model_copy(update={"epoch": 2, "key": KEYS[OTHER]})
        kept.load(db).add(Chartered(again, TOP, Stamp(1, 10)))
        assert kept.load(db).nodes() == [TOP]
        assert kept.load(db).speaking_key(TOP) == KEYS[TOP]


def test_another_database_is_another_keyring(store: Store, tmp_path: Path) -> None:
    kept, folder = KeptKeyring(), tmp_path / "other"
    folder.mkdir()
    other = new_store(folder)
    with other.write() as db:
        keep_one(db, ONE, 1)
    assert nodes(store, kept) == [TOP]
    assert nodes(other, kept) == [ONE]
