"""A node's database moved: from a file to PostgreSQL, and back. What it was moved from stays as it was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tiersync.config.settings import StoreSettings
from tiersync.config.written import write_store
from tiersync.errors import StoreIsThere
from tiersync.flow.node import Progress
from tiersync.host.opening import address_of, open_node, settings_of, writing
from tiersync.store.address import file_in
from tiersync.store.care.alone import alone
from tiersync.store.care.copying import begin_use, copy_rows, refuse_taken
from tiersync.store.care.rows import count_rows, tables_in
from tiersync.store.database import MOVED_AWAY, Store, open_store
from tiersync.store.facts import remember


class Moved(NamedTuple):
    """A database that was moved, or would be: what [store] url says afterwards ('' for the file in the folder), and
    where the file is that it was moved from (None for a database of PostgreSQL, which stays where it is)."""

    unit: str
    url: str
    rows: int
    left: Path | None


def move(folder: Path, to: StoreSettings, progress: Progress, now: datetime, is_trial: bool = False) -> Moved:
    """Move the node's database; a trial only looks whether it could.

    Raises StoreIsThere, StoreNotEmpty, NodeInUse, NodeBusy, CopyUnlike, NoSecret and DatabaseAway; then the node
    goes on as before, and the same may be said again."""
    settings, folder = settings_of(folder), folder.resolve()
    origin = address_of(folder, settings)
    goal = address_of(folder, settings.model_copy(update={"store": to}))
    if origin == goal:
        raise StoreIsThere(place=to.url or file_in(folder))
    _look_at(folder, progress)
    with writing(folder), alone(folder, origin) as source:
        if is_trial:
            refuse_taken_at(folder, goal)
            rows = sum(count_rows(source, table) for table in tables_in(source))
            return Moved(settings.node.unit, to.url, rows, None)
        had_file = file_in(folder).exists()
        try:
            target = open_store(folder, goal)
            rows = copy_rows(source, target, progress)
            write_store(folder, to)
        except BaseException:
            if not goal and not had_file:
                _discard(file_in(folder))
            raise
    begin_use(target)
    target.close()
    if origin:
        _mark_left(folder, origin, to.url or file_in(folder).name, now)
    return Moved(settings.node.unit, to.url, rows, None if origin else _renamed(file_in(folder), now))


def _mark_left(folder: Path, origin: str, place: str, now: datetime) -> None:
    """Whoever still names the database that was moved from is told where the node is."""
    store = Store(origin, folder)
    with store.write() as db:
        remember(db, MOVED_AWAY, f"{now:%Y-%m-%d} {place}")
    store.close()


def _look_at(folder: Path, progress: Progress) -> None:
    """Its tables are the newest from here on; it is this node's, and in use, however a move before ended."""
    store = open_node(folder, progress).store
    begin_use(store)
    store.close()


def refuse_taken_at(folder: Path, url: str) -> None:
    """Raise StoreNotEmpty for a database that holds something; one that is not there yet is not made."""
    if url or file_in(folder).exists():
        store = Store(url or f"sqlite:///{file_in(folder)}", folder)
        try:
            refuse_taken(store)
        finally:
            store.close()


def _discard(file: Path) -> None:
    """Delete a database that did not come about, and what SQLite keeps beside it."""
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        path.unlink(missing_ok=True)


def _renamed(file: Path, now: datetime) -> Path:
    left = file.with_name(f"{file.name}.moved-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    file.rename(left)
    return left
