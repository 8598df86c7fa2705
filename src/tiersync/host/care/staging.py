"""A place beside what is being made: whatever happens, it is gone afterwards, and only one at a time is used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tiersync.errors import NodeBusy
from tiersync.store.files.full import refused_by
from tiersync.store.files.private import FILE, private_file, private_folder

LOCK, MAKING = ".lock", ".making"


@contextmanager
def staging(place: Path) -> Iterator[Path]:
    """An empty folder in `place`, gone after the block; what a process left there that was killed is cleared away."""
    private_folder(place)
    try:
        with FileLock(place / LOCK, timeout=0, mode=FILE):
            _clear(place)
            made = place / MAKING
            private_folder(made)
            try:
                yield made
            finally:
                shutil.rmtree(made, ignore_errors=True)
    except Timeout as error:
        raise NodeBusy(dir=place) from error


def _clear(place: Path) -> None:
    shutil.rmtree(place / MAKING, ignore_errors=True)
    for left in place.glob(".*.partial"):
        left.unlink(missing_ok=True)


@contextmanager
def finished(target: Path) -> Iterator[Path]:
    """A file beside `target`, for this account only, that is on disk before it has that name; if anything goes wrong,
    neither is there."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        private_file(partial)
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise refused_by(error, target.parent) from error
    finally:
        partial.unlink(missing_ok=True)
