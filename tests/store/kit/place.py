"""Where a store of the kit is, opened as often as a test likes, and what tests keep in it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tiersync.flow.exchange.sealing import seal_all
from tiersync.flow.node import Keys, Node
from tiersync.model.finding import Finding
from tiersync.store.database import Connection, Store, open_store

NOW = datetime(2014, 1, 5, tzinfo=UTC)
HOME, LEFT, RIGHT = "371400000000", "371402000000", "371403000000"


class Place:
    """A node's folder and the address of its database, '' for the file in the folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.opened: list[Store] = []

    @property
    def is_sqlite(self) -> bool:
        return not self.url

    def open(self) -> Store:
        self.opened.append(open_store(self.folder, self.url))
        return self.opened[-1]

    def begin(self, module: str, *arguments: object) -> subprocess.Popen[str]:
        """Start a process of its own that opens the same store."""
        command = [sys.executable, "-m", f"tests.store.kit.{module}", str(self.folder), self.url, *map(str, arguments)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        for store in self.opened:
            store.close()


def node_with(store: Store) -> Node:
    return Node(HOME, store, Keys(bytes(range(32)), bytes(32), bytes(32)))


def finding(unit: str, *, is_open: bool = True) -> Finding:
    return Finding(level="source", reason="column_speaks", node=HOME, unit=unit, held="死亡", open=is_open)


def seal_some(db: Connection, store: Store, count: int) -> list[int]:
    """Seal so many findings; returns the numbers that they got."""
    said = [finding(f"{number:012}") for number in range(count)]
    return [stored.head.number for stored in seal_all(db, node_with(store), said, NOW)]
