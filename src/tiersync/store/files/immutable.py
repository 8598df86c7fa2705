"""Immutable files: on disk before they have their name, and named by the digest of their bytes."""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tiersync.store.files.full import refused_by
from tiersync.store.files.private import FILE, private_folder


def write_frame(folder: Path, frame: pl.DataFrame) -> str:
    """Write a frame as Parquet into a folder of the node; returns the digest that its file is named by."""
    return _write(
        folder, lambda path: frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    )


def write_content(folder: Path, content: bytes) -> str:
    """Write the bytes of a Parquet file into a folder of the node; returns their digest."""
    return _write(folder, lambda path: path.write_bytes(content))


def file_in(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.parquet"


def _write(folder: Path, write: Callable[[Path], object]) -> str:
    private_folder(folder)
    partial = folder / f".{os.getpid()}.partial"
    try:
        write(partial)
        partial.chmod(FILE)
        digest = _digest_of(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(file_in(folder, digest))
        _sync(folder)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise refused_by(error, folder) from error
    finally:
        partial.unlink(missing_ok=True)
    return digest


def _sync(folder: Path) -> None:
    """Bring the folder's list of names to disk, where the platform lets a program ask for that."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
