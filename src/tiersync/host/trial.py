"""A plugin on trial: played in a node of its own that is thrown away, by the real way from a source to cells."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

from tiersync.config.settings import NodeSettings, Settings
from tiersync.flow.reading.ingest import read_sources
from tiersync.flow.reading_node import ReadingNode
from tiersync.host.founding import found_top
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.catalogue import Catalogue
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.trust import enable
from tiersync.plugins.kit.bench import PluginPlay, Ran
from tiersync.plugins.worker.workers import Workers
from tiersync.store.files.snapshots import current_snapshot
from tiersync.store.runs.quarantine import RunDone, latest_runs


class Trial:
    """A node that is founded once in `place` for all trials of a plugin; each trial has a copy of it."""

    def __init__(self, place: Path, catalogue: Catalogue, workers: Workers) -> None:
        self.place, self.catalogue, self.workers = place, catalogue, workers

    def play(self, plugin: Plugin, how: PluginPlay) -> list[Ran]:
        """Read a plugin's folder as often as it says, with what happens to its source before each time."""
        folder = self.place / "node"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._founded(plugin.time_zone), folder)
        placed = _added(folder, plugin)
        node = replace(
            open_with_plugins(folder), plugins=(placed,), broken_plugins=(), bounds=how.bounds, workers=self.workers
        )
        ran = []
        for time in range(how.times):
            how.before(time)
            ran.append(_read(node, placed, folder))
        node.store.close()
        return ran

    def _founded(self, time_zone: str) -> Path:
        """A top node that has read nothing yet."""
        folder = self.place / "founded"
        if not folder.exists():
            settings = Settings(node=NodeSettings(unit=self.catalogue.top, time_zone=time_zone))
            found_top(folder, self.catalogue, settings)
        return folder


def _added(folder: Path, plugin: Plugin) -> Plugin:
    """A plugin in the folder of a node, enabled there."""
    home = folder / "plugins" / plugin.id
    shutil.copytree(plugin.folder, home)
    placed = plugin.model_copy(update={"folder": home.resolve()})
    enable(placed)
    return placed


def _read(node: ReadingNode, plugin: Plugin, folder: Path) -> Ran:
    """Read once; what came of the plugin's first stream."""
    done = read_sources(node, now())
    name = f"{plugin.id}/{plugin.streams[0].name}"
    with node.store.read() as db:
        run = next((run for run in latest_runs(db) if run.stream == name), None)
        current = current_snapshot(db, name)
    said = "\n".join([*(error.say("en") for error in done.failed), run.detail if run else ""])
    newest: RunDone | None = next((one for one in done.runs if one.stream == name), run)
    return Ran(
        newest.outcome if newest else "failed", run.valid if run else 0, run.refused if run else {},
        current is not None, current.rows if current else 0, said + json.dumps(run.refused if run else {}), folder,
    )  # fmt: skip
