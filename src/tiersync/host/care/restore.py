"""A node put back from a backup: everything is checked before anything is put in its place."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tiersync.config.settings import FILE as SETTINGS
from tiersync.config.settings import StoreSettings
from tiersync.config.written import write_store
from tiersync.errors import (
    BadBackup,
    BadSetting,
    DatabaseAway,
    FolderNotEmpty,
    KeysLacking,
    KeysNeeded,
    KeysOfAnother,
    NodeInTheWay,
    NoSecret,
    RestoreThenMove,
    StoreBroken,
    TooNew,
)
from tiersync.flow.exchange.sealing import own_epoch
from tiersync.flow.node import Node, Progress
from tiersync.host.care.backup import unlock, verify
from tiersync.host.care.staging import staging
from tiersync.host.keys import FILES as KEY_FILES
from tiersync.host.keys import read_keys
from tiersync.host.opening import ROLES, address_of, hosting, open_node, settings_of, writing
from tiersync.link.seal import public_of
from tiersync.store.care.alone import alone, refuse_used_file
from tiersync.store.care.image import FILE as IMAGE
from tiersync.store.care.image import TABLES, empty, load_image
from tiersync.store.care.manifest import FORMAT, LOCKED, BackupManifest
from tiersync.store.database import NEWEST
from tiersync.store.files.archive import read_manifest
from tiersync.store.files.full import refused_by
from tiersync.store.files.private import FILE, FOLDER, private_folder
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.links import all_links

RESTORING = ".restoring"  # where all of it is unpacked and checked, in or beside the folder that it is for


class RestoreWanted(NamedTuple):
    """Which folder the node gets, the passphrase for its keys or the folder with them, whether a node that is there is
    renamed, and where its database goes if not where it was."""

    to: Path
    passphrase: str = ""
    keys_from: Path | None = None
    replace: bool = False
    store: StoreSettings | None = None


class Neighbour(NamedTuple):
    """A unit that the node exchanges with, and when it last did so before the backup."""

    unit: str
    name: str
    role: str
    last_exchange_at: str


class Restored(NamedTuple):
    """A node that was put back, or would be, and with whom it exchanges next; `renamed` is what stood there before."""

    unit: str
    name: str
    folder: Path
    made_at: datetime
    program: str
    rows: int
    files: int
    epoch: int
    renamed: Path | None
    neighbours: tuple[Neighbour, ...]


def look_at(file: Path) -> BackupManifest:
    """What a backup says of itself; raises TooNew for one of a newer program."""
    manifest = read_manifest(file, BackupManifest)
    if manifest.format > FORMAT or manifest.migration > NEWEST:
        raise TooNew(what=f"backup {manifest.format}, database {manifest.migration}, tiersync {manifest.program}")
    return manifest


def restore(file: Path, wanted: RestoreWanted, progress: Progress, now: datetime, is_trial: bool = False) -> Restored:
    """Put the node of a backup into its folder; a trial checks the same and puts nothing anywhere.

    Raises BadBackup, TooNew, KeysNeeded, KeysOfAnother, WrongPassphrase, NodeInTheWay, FolderNotEmpty, NodeInUse,
    StoreNotEmpty, NoRoomToUnpack and DiskFull; then everything is as it was."""
    to = wanted.to.resolve()
    _refuse_folder(to, wanted.replace)
    look_at(file)
    beside = to / RESTORING if to.is_dir() and not (to / SETTINGS).exists() else to.with_name(f".{to.name}{RESTORING}")
    try:
        with staging(beside) as place, _held_by_nobody(to, wanted.replace and not is_trial):
            image = place / "read"
            manifest = verify(file, image, wanted.passphrase, progress)
            _put_keys(file, image, manifest, wanted)
            node = _opened(file, image, manifest, wanted, progress, is_trial)
            try:
                said = _said(node, manifest, to)
            finally:
                node.store.close()
            return said if is_trial else said._replace(renamed=_put_in_place(image, to, now))
    except OSError as error:
        raise refused_by(error, to.parent) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _held_by_nobody(to: Path, is_replaced: bool) -> Iterator[None]:
    """No host runs the node that gives way, whether its database can be read or not; raises HostRuns."""
    with ExitStack() as stack:
        if is_replaced and (to / SETTINGS).exists():
            for role in ROLES:
                stack.enter_context(hosting(to, role))
        yield


def _refuse_folder(to: Path, replace: bool) -> None:
    if (to / SETTINGS).exists() and not replace:
        raise NodeInTheWay(dir=to, unit=settings_of(to).node.unit)
    if to.exists() and not (to / SETTINGS).exists() and not _is_empty(to):
        raise FolderNotEmpty(dir=to)


def _is_empty(to: Path) -> bool:
    """Whether nothing is in a folder but what a restore left that was killed."""
    return to.is_dir() and all(path.name == RESTORING for path in to.iterdir())


def _put_keys(file: Path, image: Path, manifest: BackupManifest, wanted: RestoreWanted) -> None:
    """The keys, and the sources' files where the backup has them, into the image."""
    if wanted.keys_from:
        keys = wanted.keys_from / "keys" if (wanted.keys_from / "keys").is_dir() else wanted.keys_from
        for name in KEY_FILES.values():
            if not (keys / name).is_file():
                raise KeysLacking(dir=wanted.keys_from, name=name)
        _copy_all(keys, image / "keys")
    elif manifest.has_keys:
        private = image / ".private"
        _copy_all(private if private.exists() else unlock(image, wanted.passphrase, lambda *_: None), image)
    else:
        raise KeysNeeded(file=file.name, unit=manifest.unit)
    shutil.rmtree(image / ".private", ignore_errors=True)
    (image / LOCKED).unlink(missing_ok=True)


def _copy_all(source: Path, to: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            target = to / path.relative_to(source)
            private_folder(target.parent)
            shutil.copyfile(path, target)
            target.chmod(FILE)


def _opened(
    file: Path, image: Path, manifest: BackupManifest, wanted: RestoreWanted, progress: Progress, is_trial: bool
) -> Node:
    """The node in the image, its database at the newest tables, once it is known to be itself."""
    if settings_of(image).node.unit != manifest.unit:
        raise BadBackup(file=file.name, why_en="its settings are those of another unit", why_zh="其设置属于另一单位")
    if wanted.store is not None:
        write_store(image, wanted.store)
    if not (image / IMAGE).exists():
        url = "" if is_trial else address_of(image, settings_of(image))
        load_image(image, url, manifest.migration, manifest.numbers, progress)
        shutil.rmtree(image / TABLES)
        if is_trial:
            write_store(image, StoreSettings())
    elif wanted.store is not None and wanted.store.url:
        raise RestoreThenMove(store=wanted.store.url)
    elif settings_of(image).store.url:
        write_store(image, StoreSettings())  # The backup is of SQLite; to move comes after.
    node = open_node(image, progress)
    with node.store.read() as db:
        known = load_keyring(db).speaking_key(manifest.unit)
    if known != public_of(read_keys(image).private):
        if node.store.is_shared:
            empty(node.store)
        node.store.close()
        raise KeysOfAnother(dir=wanted.keys_from or file, unit=manifest.unit)
    return node


def _said(node: Node, manifest: BackupManifest, to: Path) -> Restored:
    with node.store.read() as db:
        tree, epoch = node.tree(db), own_epoch(db)
        neighbours = tuple(
            Neighbour(link.peer, tree[link.peer].name, link.role, link.last_exchange_at or "")
            for link in all_links(db)
            if link.state != "revoked"
        )
    return Restored(
        manifest.unit, tree[manifest.unit].name, to, manifest.made_at, manifest.program, manifest.rows,
        len(manifest.files), epoch, None, neighbours,
    )  # fmt: skip


def _put_in_place(image: Path, to: Path, now: datetime) -> Path | None:
    """Give the image its name; returns the new name of the node that had it."""
    for plugin in (image / "plugins").glob("*/plugin.toml"):
        private_folder(plugin.parent / "inbox")
    if (to / SETTINGS).exists():
        return _replaced(image, to, now)
    if to.exists():  # It may be a disk of its own, which cannot be renamed; its settings make it a node.
        for path in sorted(image.iterdir(), key=lambda path: path.name == SETTINGS):
            path.rename(to / path.name)
        to.chmod(FOLDER)
    else:
        image.rename(to)
    return None


def _refuse_used(folder: Path) -> None:
    """Raise NodeInUse while another process works with a node that is about to give way. What cannot be opened, because
    it is broken or its server is gone, is nobody's."""
    refuse_used_file(folder)
    with suppress(BadSetting, NoSecret, DatabaseAway, StoreBroken):
        if url := address_of(folder, settings_of(folder)):
            with alone(folder, url):
                pass


def _replaced(image: Path, to: Path, now: datetime) -> Path:
    renamed = to.with_name(f"{to.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    with writing(to):
        _refuse_used(to)
        to.rename(renamed)
        image.rename(to)
    return renamed
