"""An office's machine: its disk may be full, its clock may lie, and it may die at any commit; only its disk remains."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tiersync.flow.node import Keys
from tiersync.flow.reading_node import ReadingNode
from tiersync.store.database import Connection, Store

NO_LIMIT = 2**30  # pages of a database


class Killed(BaseException):
    """The machine of a unit died; nothing in its memory is left."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        super().__init__(unit)


@dataclass
class Death:
    """The machine dies at this commit, counted from now: before it is written, or right after."""

    commit: int
    is_after: bool


@dataclass
class Machine:
    """A unit's machine. `off_by` is how wrong its clock is; it dies at `death`, if one is set."""

    unit: str
    folder: Path
    keys: Keys
    off_by: timedelta = timedelta()
    is_full: bool = False
    death: Death | None = None
    starts: int = 0
    _node: ReadingNode | None = field(default=None, repr=False)

    @property
    def node(self) -> ReadingNode:
        """The node that runs on it."""
        if self._node is None:
            self.starts += 1
            self._node = ReadingNode(self.unit, MortalStore(self), self.keys)
        return self._node

    def clock(self, now: datetime) -> datetime:
        """What this machine takes for the time."""
        return now + self.off_by

    def stop(self) -> None:
        """Everything in memory is gone."""
        if self._node is not None:
            self._node.store.close()
            self._node = None

    def copy_to(self, kept: Path) -> None:
        """A copy of the node's folder, as a backup makes it."""
        self.stop()
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder, kept)

    def put_back(self, kept: Path) -> None:
        """The node goes on from an older copy, and does not know it."""
        self.stop()
        shutil.rmtree(self.folder)
        shutil.copytree(kept, self.folder)

    def meet(self, *, is_after: bool) -> None:
        """A commit comes, or has just been written: the moment to die, if one is set."""
        if self.death is None or self.death.is_after != is_after:
            return
        self.death.commit -= 1
        if self.death.commit <= 0:
            self.death = None
            raise Killed(self.unit)


SPELLED: dict[Any, Any] = {}  # statements as they were compiled once, for all stores of this process
DIALECT: list[Any] = []


def _share(engine: Any) -> None:
    """Compile each statement once: sixteen stores, opened again and again, would spend most of a drill on that. Nor is
    the disk waited for: what dies here is a process, and what it wrote is with the system, synced or not."""
    DIALECT[:] = DIALECT or [engine.dialect]
    engine.dialect = DIALECT[0]
    engine.update_execution_options(compiled_cache=SPELLED)
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA synchronous = OFF")


class MortalStore(Store):
    """The store of a machine, which may die before or after it commits, and whose disk may have no room left."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(f"sqlite:///{machine.folder / 'node.db'}", machine.folder)
        self.machine = machine
        self._is_limited = False
        _share(self.engine)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with super()._writing() as db:
            self._limit(db)
            yield db
            self.machine.meet(is_after=False)
        self.machine.meet(is_after=True)

    def _limit(self, db: Connection) -> None:
        """A full disk lets the database grow no more."""
        if self.machine.is_full == self._is_limited:
            return
        pages = db.exec_driver_sql("PRAGMA page_count").scalar() if self.machine.is_full else NO_LIMIT
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        self._is_limited = self.machine.is_full
