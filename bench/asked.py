"""What a node asks of its database: statements, rows and bytes that come out, and steps that it takes within."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import event

from tiersync.flow.node import Node

STEPS = 20  # of SQLite's own machine, of which one is counted: a scan of what nobody reads out is seen there


class Asked(NamedTuple):
    """What an act asked of the databases of all nodes that took part."""

    statements: int
    rows: int
    bytes: int
    steps: int


class Listener:
    """What is asked of one node's database from now on, until it is told to stop."""

    def __init__(self, node: Node) -> None:
        self.statements = self.rows = self.bytes = self.steps = 0
        self.engine = node.store.engine
        self.engine.dispose()
        event.listen(self.engine, "connect", self._watch)

    def stop(self) -> Asked:
        event.remove(self.engine, "connect", self._watch)
        self.engine.dispose()
        return Asked(self.statements, self.rows, self.bytes, self.steps)

    def _watch(self, connection: sqlite3.Connection, record: Any) -> None:
        connection.row_factory = self._row
        connection.set_progress_handler(self._step, STEPS)
        connection.set_trace_callback(self._count)

    def _count(self, _: str) -> None:
        self.statements += 1

    def _row(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.rows += 1
        self.bytes += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        return row

    def _step(self) -> int:
        self.steps += 1
        return 0


def asked(nodes: Sequence[Node], act: Callable[[], object]) -> Asked:
    """What an act asks of these nodes' databases."""
    listeners = [Listener(node) for node in nodes]
    act()
    return Asked(*map(sum, zip(*(listener.stop() for listener in listeners), strict=True)))
