"""Made-up plugins that a node must bear: one exits, one hangs, one floods its log, one eats memory."""

import shutil
from pathlib import Path

from tiersync.plugins.folder.manifest import MANIFEST, Plugin, load_plugin
from tiersync.plugins.kinds.files import CODE
from tiersync.plugins.worker.memory import IS_LIMITED

WAYS = {
    "exits": "yield {'id': '1'}; os._exit(7)",
    "floods": "yield {'id': '1'}; [sys.stderr.write('*' * 2**16) for _ in range(2**16)]",
    "eats": "yield {'id': '1'}; hoard = [bytes(2**26) for _ in range(2**16)]",
    "hangs": "yield {'id': '1'}; time.sleep(3600)",
}
NEEDS_A_LIMIT = "eats"  # Where a process has none, it would eat all that the machine has.

SOURCE = """import os, sys, time
from tiersync import source
@source("association", key=["assoc_id"])
def rows(since, context):
    {way}
"""
ABOUT = """[plugin]
id = "kit_{name}"
name = "{name}"
version = "1.0.0"
api = 1
unit = "{unit}"
[[stream]]
record = "association"
key = ["assoc_id"]
[stream.source]
kind = "python"
[stream.map]
assoc_id = "id"
unit = {{ constant = "{unit}" }}
"""


def neighbours(place: Path, unit: str) -> tuple[Plugin, ...]:
    """A plugin for each way to misbehave, in folders of their own."""
    shutil.rmtree(place, ignore_errors=True)
    return tuple(_written(place / name, name, unit) for name in WAYS if IS_LIMITED or name != NEEDS_A_LIMIT)


def _written(folder: Path, name: str, unit: str) -> Plugin:
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(ABOUT.format(name=name, unit=unit), encoding="utf-8")
    (folder / CODE).write_text(SOURCE.format(way=WAYS[name]), encoding="utf-8")
    return load_plugin(folder)
