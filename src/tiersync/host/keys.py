"""A node's secrets on disk: one file each, readable by its owner only, never in a log, a message or an argument."""

import os
from pathlib import Path

from tiersync.errors import StoreBroken
from tiersync.flow.node import Keys
from tiersync.store.files.private import private_folder

FILES = {"private": "node.key", "person": "person.secret", "quarantine": "quarantine.secret"}
SIZE = 32  # bytes each
OFFLINE_COPY = "KEEP-OFFLINE-top-key.copy"


def make_keys(folder: Path) -> Keys:
    """The node's keys, made now unless an interrupted attempt has made them already."""
    keys = folder / "keys"
    private_folder(folder)
    private_folder(keys)
    for name in FILES.values():
        if not (keys / name).exists():
            _write(keys / name, os.urandom(SIZE))
    return read_keys(folder)


def read_keys(folder: Path) -> Keys:
    """The node's keys; raises StoreBroken when one is missing or damaged."""
    found: dict[str, bytes] = {}
    for field, name in FILES.items():
        path = folder / "keys" / name
        try:
            found[field] = path.read_bytes()
        except OSError as error:
            raise StoreBroken(why=f"{path} cannot be read; put it back from a backup") from error
        if len(found[field]) != SIZE:
            raise StoreBroken(why=f"{path} is damaged; put it back from a backup")
    return Keys(**found)


def write_offline_copy(folder: Path) -> Path:
    """A copy of the top's key for the day on which this machine is lost; it belongs on a disc in a safe."""
    copy = folder / OFFLINE_COPY
    if not copy.exists():
        _write(copy, (folder / "keys" / FILES["private"]).read_bytes())
    return copy


def _write(path: Path, data: bytes) -> None:
    """Written whole or not at all, for the owner alone."""
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
