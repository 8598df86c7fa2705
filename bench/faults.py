"""How soon a worker that misbehaves is seen and ended: it exits, closes its pipes, floods its log, eats memory, hangs.

Each with the limits that a node usually sets, but for silence, which is shorter here so that the bench ends. Beside
them a sound plugin with as few rows, whose run costs a worker's start.
"""

import argparse
import tempfile
import time
from pathlib import Path

from measure import Line, median_of, show

from tiersync.errors import WorkerFailed
from tiersync.plugins.folder.bounds import USUAL
from tiersync.plugins.folder.manifest import MANIFEST, Plugin, load_plugin
from tiersync.plugins.kinds.files import CODE
from tiersync.plugins.worker.reading import open_worker

SILENCE = 5.0
UNIT = "371402000000"
CLOSES = "yield {'id': '1'}; os.closerange(0, 64); time.sleep(60)"
SOUND = "is sound"
WAYS = {
    "exits": "yield {'id': '1'}; os._exit(7)",
    "floods": "yield {'id': '1'}; [sys.stderr.write('*' * 2**16) for _ in range(2**16)]",
    "eats": "yield {'id': '1'}; hoard = [bytes(2**26) for _ in range(2**16)]",
    "hangs": "yield {'id': '1'}; time.sleep(3600)",
}
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
EACH = {SOUND: "yield {'id': '1'}", "closes its pipes": CLOSES} | WAYS


def written(folder: Path, way: str) -> Plugin:
    """A plugin whose function does this."""
    folder.mkdir()
    (folder / MANIFEST).write_text(ABOUT.format(name=folder.name, unit=UNIT), encoding="utf-8")
    (folder / CODE).write_text(SOURCE.format(way=way), encoding="utf-8")
    return load_plugin(folder)


def ended(plugin: Plugin) -> float:
    """Seconds from a worker's start until its run is over and it is gone."""
    began = time.perf_counter()
    try:
        with open_worker(plugin, {}, USUAL._replace(silence=SILENCE)) as worker:
            for _ in worker.read(plugin.streams[0]):
                pass
    except WorkerFailed:
        return time.perf_counter() - began
    assert plugin.name == "sound", plugin.name
    return time.perf_counter() - began


def line_of(root: Path, what: str, way: str, runs: int) -> Line:
    plugin = written(root / what.split()[-1], way)
    remark = f"silent for {SILENCE:g} s of them" if what == "hangs" else ""
    return Line(f"a worker that {what}", median_of(runs, lambda: ended(plugin)), "s", remark)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over this many runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = [line_of(Path(name), what, way, options.runs) for what, way in EACH.items()]
    show("faults", lines, as_json=options.json)


if __name__ == "__main__":
    main()
