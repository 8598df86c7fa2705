"""Stores are made by several threads of one process at the same time, as when many nodes join at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tiersync.store.database import NEWEST, open_store, version_of


def test_many_stores_are_made_at_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(12)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(4) as four:
        stores = list(four.map(open_store, folders))
    assert {version_of(store) for store in stores} == {NEWEST}
    for store in stores:
        store.close()
