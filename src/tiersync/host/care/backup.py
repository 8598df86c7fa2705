"""A backup: everything that a node needs to go on, in one file, made while it runs and verified before it is one."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tiersync import __version__
from tiersync.config.settings import FILE as SETTINGS
from tiersync.errors import BackupThere, BackupUnsound, BadBackup, StoreBroken
from tiersync.flow.node import Node, Progress
from tiersync.host.care.staging import finished, staging
from tiersync.plugins.folder.trust import OF_THE_SOURCE
from tiersync.store.care.image import sum_image, take_image
from tiersync.store.care.manifest import BACKUP_AT, FORMAT, LOCKED, BackupManifest
from tiersync.store.care.named import files_named
from tiersync.store.care.numbers import last_numbers
from tiersync.store.database import NEWEST
from tiersync.store.facts import remember
from tiersync.store.files.archive import Packed, pack_files, sum_files, unpack_files
from tiersync.store.files.full import refused_by
from tiersync.store.files.passphrase import lock_stream, unlock_stream
from tiersync.store.files.private import FILE, private_file, private_folder
from tiersync.store.links.envelopes import spell_time

PLACE, ENDING = "backups", ".tar.zst"
KEPT = 8  # backups in the node's own folder


class BackupWanted(NamedTuple):
    """Where a backup goes (without: the node's folder `backups`), the passphrase for keys (without: no keys), and how
    many stay in the node's folder."""

    to: Path | None = None
    passphrase: str = ""
    keep: int = KEPT


class BackedUp(NamedTuple):
    """A backup that was made and read again; `lacking` are files that rows name and that are gone, `dropped` older
    backups that gave way."""

    file: Path
    size: int
    rows: int
    files: int
    has_keys: bool
    lacking: tuple[str, ...]
    dropped: tuple[str, ...]


def back_up(node: Node, folder: Path, wanted: BackupWanted, now: datetime) -> BackedUp:
    """Back the node up, and verify the backup by reading all of it.

    Raises BackupThere, DiskFull, MachineRefused, NodeBusy while another backup is made, and BackupUnsound for what does
    not read as it was; then there is no file."""
    target = wanted.to or folder / PLACE / f"{node.home}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    if target.exists():
        raise BackupThere(file=target)
    with staging(folder / PLACE) as place:
        manifest, lacking = _stage(node, folder, place / "image", wanted.passphrase, now)
        with finished(target) as partial:
            with partial.open("wb") as out:
                pack_files(out, place / "image", manifest, node.progress)
            _read_again(partial, target, place / "read", wanted.passphrase, node.progress)
    with node.store.write() as db:
        remember(db, BACKUP_AT, spell_time(now))
    dropped = () if wanted.to else tuple(_drop_older(folder / PLACE, node.home, wanted.keep))
    size, files = target.stat().st_size, len(manifest.files)
    return BackedUp(target, size, manifest.rows, files, manifest.has_keys, lacking, dropped)


def verify(file: Path, place: Path, passphrase: str, progress: Progress) -> BackupManifest:
    """Unpack a backup into the new folder `place` and compare all of it with what it says; raises BadBackup."""
    manifest = unpack_files(file, place, BackupManifest, progress)
    try:
        sums = sum_image(place, manifest.tables, progress)
    except StoreBroken as error:
        why = error.fields["why"]
        raise BadBackup(
            file=file, why_en=f"its database is damaged ({why})", why_zh=f"其中的数据库已损坏（{why}）"
        ) from error
    unlike = [name for name in sorted(manifest.tables.keys() | sums) if manifest.tables.get(name) != sums.get(name)]
    if unlike:
        named = ", ".join(unlike)
        raise BadBackup(file=file, why_en=f"it says otherwise of {named}", why_zh=f"{named} 与其清单不符")
    if manifest.has_keys and passphrase:
        unlock(place, passphrase, progress)
    return manifest


def _read_again(partial: Path, target: Path, place: Path, passphrase: str, progress: Progress) -> None:
    """What was just written is a backup only if all of it can be read as it was; raises BackupUnsound."""
    try:
        verify(partial, place, passphrase, progress)
    except BadBackup as error:
        why = {name: error.fields[name] for name in ("why_en", "why_zh")}
        raise BackupUnsound(file=target, **why) from error


def unlock(place: Path, passphrase: str, progress: Progress) -> Path:
    """Unpack what an unpacked backup keeps locked into a folder of its own, and return that folder; raises
    WrongPassphrase."""
    opened, private = place / ".private.tar.zst", place / ".private"
    private_file(opened)
    with (place / LOCKED).open("rb") as locked, opened.open("wb") as out:
        unlock_stream(locked, out, passphrase)
    unpack_files(opened, private, Packed, progress)
    opened.unlink()
    return private


def _stage(
    node: Node, folder: Path, image: Path, passphrase: str, now: datetime
) -> tuple[BackupManifest, tuple[str, ...]]:
    """Everything that belongs to a backup, as of one moment, in the folder `image`."""
    private_folder(image)
    try:
        with node.store.read() as db:
            named = files_named(db)
            lacking = tuple(one.place for one in named if not _linked(folder, one.place, image) and not one.is_index)
            tables = take_image(db, node.store, image, node.progress)
            numbers = last_numbers(db)
        _copy(folder, [folder / SETTINGS, *_of_plugins(folder, of_source=False)], image)
        if passphrase:
            _lock(node, folder, image, passphrase)
        files = sum_files(image, node.progress)
    except OSError as error:
        raise refused_by(error, image) from error
    database = "postgresql" if node.store.is_shared else "sqlite"
    manifest = BackupManifest(
        files=files, format=FORMAT, program=__version__, unit=node.home, migration=NEWEST, database=database,
        made_at=now, tables=tables, numbers=numbers,
    )  # fmt: skip
    return manifest, lacking


def _linked(folder: Path, place: str, image: Path) -> bool:
    """Whether a file that never changes is there; if so it stays for the backup, whoever deletes it meanwhile."""
    private_folder((image / place).parent)
    try:
        os.link(folder / place, image / place)
    except FileNotFoundError:
        return False
    except OSError:  # A disk without hard links.
        shutil.copyfile(folder / place, image / place)
    return True


def _of_plugins(folder: Path, of_source: bool) -> Iterator[Path]:
    """The files of the plugin folders: those of the sources, which hold persons, or all others."""
    for path in sorted((folder / "plugins").rglob("*")):
        place = path.relative_to(folder / "plugins").parts
        is_source = len(place) > 2 and place[1] in OF_THE_SOURCE
        if path.is_file() and not path.is_symlink() and is_source == of_source and "__pycache__" not in place:
            yield path


def _copy(folder: Path, paths: list[Path], to: Path) -> None:
    for path in paths:
        target = to / path.relative_to(folder)
        private_folder(target.parent)
        shutil.copyfile(path, target)
        target.chmod(FILE)


def _lock(node: Node, folder: Path, image: Path, passphrase: str) -> None:
    """Put the keys and the sources' files into one file of the image that the passphrase opens."""
    private, packed = image.with_name("private"), image.with_name("private.tar.zst")
    keys = [path for path in sorted((folder / "keys").rglob("*")) if path.is_file() and path.suffix != ".partial"]
    _copy(folder, [*keys, *_of_plugins(folder, of_source=True)], private)
    private_file(packed)
    with packed.open("wb") as out:
        pack_files(out, private, Packed(files=sum_files(private, node.progress)), node.progress)
    private_file(image / LOCKED)
    with packed.open("rb") as plain, (image / LOCKED).open("wb") as out:
        lock_stream(plain, out, passphrase)
    shutil.rmtree(private)
    packed.unlink()


def _drop_older(place: Path, unit: str, keep: int) -> Iterator[str]:
    """Delete all but the newest backups of the node's own folder."""
    newest = sorted(place.glob(f"{unit}-*{ENDING}"), reverse=True)
    for path in newest[keep:]:
        path.unlink(missing_ok=True)
        yield path.name
