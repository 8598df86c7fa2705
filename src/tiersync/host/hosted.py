"""One node of a host: opened once, and its settings and plugins as they stand in its folder now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Semaphore

from tiersync.config.sections import LinkSettings
from tiersync.config.settings import ParentSettings, Settings
from tiersync.flow.node import Ask, Node, Progress
from tiersync.flow.reading_node import ReadingNode
from tiersync.host.opening import as_set_now, asker, open_node, settings_of, with_plugins
from tiersync.plugins.worker.workers import Workers

AT_ONCE = 2  # nodes that push at the same time: the machines that this must run on have two cores
LONGEST_TURN = 60.0  # seconds: a node that waits longer goes on beside those that are slow.


class Turns:
    """The turns of a host's nodes: not all of them push at the same moment, and none begins once the host ends."""

    def __init__(self, ends: Event | None = None) -> None:
        self.ends = ends or Event()
        self._free = Semaphore(AT_ONCE)

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Wait for a turn, though not for ever; False when the host has ended meanwhile."""
        is_taken = self._free.acquire(timeout=LONGEST_TURN)
        try:
            yield not self.ends.is_set()
        finally:
            if is_taken:
                self._free.release()


class HostedNode:
    """A node that a host keeps open: its database and its line to the unit above are opened once.

    Raises what opening it raises. `turns` are shared by the host's nodes.
    """

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        turns: Turns,
        clock_is_right: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self.folder, self.turns = folder, turns
        self._opened: Node = replace(open_node(folder, progress), trusts_clock=clock_is_right)
        self._workers = workers
        self._line: tuple[ParentSettings, LinkSettings, Ask | None] | None = None
        self._choosing = Lock()
        self.unknown: set[str] = set()  # schedules of which nobody knows when they come, as was said

    @property
    def node(self) -> Node:
        """The node as it was opened, for whoever looks, exchanges and answers."""
        return self._opened

    def settings(self) -> Settings:
        """What its tiersync.toml says now."""
        return settings_of(self.folder)

    def node_now(self) -> Node:
        """The node with what its settings say now."""
        return as_set_now(self._opened, self.settings())

    def with_plugins(self) -> ReadingNode:
        """The node with what its settings say now, and the plugins that are enabled now."""
        return with_plugins(self._opened, self.folder, self._workers)

    def asker(self) -> Ask | None:
        """How to ask the unit above: one line, until the settings name another; None at the top."""
        settings = self.settings()
        with self._choosing:
            if self._line is None or self._line[:2] != (settings.parent, settings.link):
                self._line = (settings.parent, settings.link, asker(settings))
            return self._line[2]

    def close(self) -> None:
        """Let its database go."""
        self._opened.store.close()
