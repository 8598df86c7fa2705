"""Stores are opened several at a time: by threads as when many nodes join at once, and twice by one process."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tiersync.store.database import NEWEST, open_store, version_of
from tiersync.store.facts import remember

ANOTHER = """
import sys
from pathlib import Path
from tiersync.store.database import open_store
from tiersync.store.facts import recall
store = open_store(Path(sys.argv[1]))
with store.read() as db:
    print(recall(db, "said"))
store.close()
"""


def heard_by_another(folder: Path) -> str:
    """What a process that comes and goes reads there; the last one to go clears the log away."""
    command = [sys.executable, "-c", ANOTHER, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_many_stores_are_made_at_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(12)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(4) as four:
        stores = list(four.map(open_store, folders))
    assert {version_of(store) for store in stores} == {NEWEST}
    for store in stores:
        store.close()


def test_what_a_process_writes_after_it_opened_a_store_twice_is_read_by_others(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as db:
        remember(db, "said", "before")
    open_store(tmp_path).close()
    assert heard_by_another(tmp_path) == "before"
    with store.write() as db:
        remember(db, "said", "after")
    assert heard_by_another(tmp_path) == "after"
    store.close()
