"""One node of a host: opened once, and its settings and plugins as they stand in its folder now."""

from dataclasses import replace
from pathlib import Path
from threading import Lock, Semaphore

from tiersync.config.settings import ParentSettings, Settings
from tiersync.flow.node import Ask, Node, Progress
from tiersync.flow.reading_node import ReadingNode
from tiersync.host.opening import asker, open_node, settings_of, with_plugins
from tiersync.plugins.worker.workers import Workers


class HostedNode:
    """A node that a host keeps open: its database and its line to the unit above are opened once.

    Raises what opening it raises. `turns` are shared by the host's nodes: not all of them push at the same moment.
    """

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        turns: Semaphore,
        clock_is_right: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.folder, self.turns = folder, turns
        self.node: Node = replace(open_node(folder, progress), trusts_clock=clock_is_right)
        self._workers = workers
        self._line: tuple[ParentSettings, Ask | None] | None = None
        self._choosing = Lock()

    def settings(self) -> Settings:
        """What its tiersync.toml says now."""
        return settings_of(self.folder)

    def with_plugins(self) -> ReadingNode:
        """The node with the plugins that are enabled now."""
        return with_plugins(self.node, self.folder, self._workers)

    def asker(self) -> Ask | None:
        """How to ask the unit above: one line, until the settings name another; None at the top."""
        settings = self.settings()
        with self._choosing:
            if self._line is None or self._line[0] != settings.parent:
                self._line = (settings.parent, asker(settings))
            return self._line[1]

    def close(self) -> None:
        """Let its database go."""
        self.node.store.close()
