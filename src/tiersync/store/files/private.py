"""What only the node's own account may read: its folder, database, keys, snapshots and attachments."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from tiersync.store.files.full import refused_by

FOLDER, FILE = 0o700, 0o600
GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
MORE_THAN_PASSING = GROUP_AND_OTHERS & ~stat.S_IXGRP  # A group may pass on its way to an inbox that is open to it.
FOLDERS = ("keys", "snapshots", "attachments", "backups")
FILES = ("node.db*", "KEEP-OFFLINE-*")


def private_folder(path: Path) -> None:
    """Make a folder that nobody else can look into. One that is there keeps its permissions, unless it is empty."""
    if not path.exists():
        path.mkdir(parents=True, mode=FOLDER)
    elif not any(path.iterdir()):
        path.chmod(FOLDER)


def private_file(path: Path) -> None:
    """Make an empty file that nobody else can read, where there is none. SQLite gives what it keeps beside a database
    the permissions of the database. Raises DiskFull or MachineRefused.

    A file that is there is not even opened: by POSIX, closing any descriptor of a database gives up every lock that
    this process holds on it, and another process may then write, or clear away the log, under its hands
    (sqlite.org/howtocorrupt.html, 2.2)."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE))
    except FileExistsError:
        return
    except OSError as error:
        raise refused_by(error, path.parent) from error


def open_to_others(folder: Path) -> list[str]:
    """What in a node's folder other accounts of this machine can read or change; nothing where permissions are not
    kept the way of POSIX."""
    return [str(path) for path in _wide(folder)] if os.name == "posix" else []


def _wide(folder: Path) -> Iterator[Path]:
    if _mode(folder) & MORE_THAN_PASSING:
        yield folder
    yield from (path for shape in FILES for path in sorted(folder.glob(shape)) if _mode(path) & GROUP_AND_OTHERS)
    for path in filter(Path.is_dir, map(folder.joinpath, FOLDERS)):
        if any(_mode(one) & GROUP_AND_OTHERS for one in (path, *path.rglob("*"))):
            yield path


def _mode(path: Path) -> int:
    """Its permissions; none of a file that is gone by now."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0
