"""Opening a node: its folder becomes the value that the flows work with. What is heavy is imported when needed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tiersync.errors import HostRuns, NodeBusy
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.config.settings import Settings
    from tiersync.flow.node import Node, Progress
    from tiersync.flow.reading_node import Brought, Keeps, ReadingNode
    from tiersync.link.dialogue.messages import Message
    from tiersync.model.catalogue import Catalogue
    from tiersync.plugins.folder.bounds import WorkerLimits
    from tiersync.plugins.folder.manifest import Plugin
    from tiersync.plugins.hooks import Doors
    from tiersync.plugins.worker.workers import Workers
    from tiersync.rules.rows.further import Further
    from tiersync.store.database import Store

LOCK = ".writing.lock"
ROLES = ("serving", "working")  # what a host does for a node
PATIENCE = 5  # seconds that a command waits for another one to finish with the same node


def now() -> datetime:
    return datetime.now(UTC)


def office_time(folder: Path) -> Callable[[str], str]:
    """How a stored moment (UTC) is shown: by the clock of the office, to the minute; '' stays ''."""
    zone = ZoneInfo(settings_of(folder).node.time_zone)
    return lambda stored: f"{datetime.fromisoformat(stored).astimezone(zone):%Y-%m-%d %H:%M}" if stored else ""


def settings_of(folder: Path) -> "Settings":
    """What the node's tiersync.toml says; raises NoNode."""
    from tiersync.config.settings import read_settings

    return read_settings(folder)


def open_node(folder: Path, progress: "Progress | None" = None) -> "Node":
    """The node in `folder`, without its plugins: enough to look, to exchange and to answer."""
    return _open(folder, settings_of(folder), progress)


def open_with_plugins(folder: Path, progress: "Progress | None" = None) -> "ReadingNode":
    """The node in `folder` with the plugins that are enabled in its folder, ready to read its sources."""
    return with_plugins(open_node(folder, progress), folder)


def with_plugins(node: "Node", folder: Path, workers: "Workers | None" = None) -> "ReadingNode":
    """An open node with the plugins that are enabled in its folder now, read by these workers or by its own."""
    from tiersync.flow.reading_node import ReadingNode
    from tiersync.plugins.folder.trust import trusted_plugins
    from tiersync.plugins.hooks import all_doors
    from tiersync.plugins.worker.workers import Workers

    settings = settings_of(folder)
    node = as_set_now(node, settings)
    trusted, doors = trusted_plugins(folder / "plugins"), all_doors()
    return ReadingNode(
        **{each.name: getattr(node, each.name) for each in fields(node)},
        plugins=trusted.plugins,
        disabled=trusted.disabled,
        broken_plugins=(*doors.problems, *trusted.broken),
        bounds=bounds_of(settings),
        keeps=keeps_of(settings),
        secrets=secrets_of(folder),
        further=further_of(doors),
        brought=brought_by(doors),
        further_indicators=tuple(offer.value for offer in doors.offers["tiersync_indicators"]),
        workers=workers or Workers(),
    )


def not_enabled(plugin: str) -> Text:
    """Why a plugin that stands in the node's folder is not read, and how it would be."""
    return Text(
        f"{plugin} 未启用，不读取：先运行 tiersync plugin test {plugin}，再 plugin enable {plugin}",
        f"{plugin} is not enabled, so it is not read: tiersync plugin test {plugin}, then enable {plugin}",
    )


def keeps_of(settings: "Settings") -> "Keeps":
    """How long this node keeps what it did."""
    from tiersync.flow.reading_node import Keeps

    kept = settings.keep
    days = (settings.limits.quarantine_days, kept.runs_days, kept.audit_days, kept.sent_days, kept.revisions_days)
    return Keeps(*(timedelta(days=each) for each in days))


def bounds_of(settings: "Settings") -> "WorkerLimits":
    """How far a worker of this node may go."""
    from tiersync.plugins.folder.bounds import WorkerLimits

    limits = settings.limits
    return WorkerLimits(limits.plugin_silence_seconds, limits.plugin_seconds, limits.plugin_memory_mb * 2**20)


def secrets_of(folder: Path) -> Callable[[str], str]:
    """How the node in `folder` finds a secret by its name; it raises NoSecret."""
    return _secrets(folder, settings_of(folder))


def _secrets(folder: Path, settings: "Settings") -> Callable[[str], str]:
    from tiersync.config.secrets import find_secret
    from tiersync.plugins.hooks import offered

    elsewhere = [offer.value.find for offer in offered("tiersync_secret_providers")]
    return partial(find_secret, folder, settings.secrets.command, elsewhere)


def new_store(folder: Path, settings: "Settings") -> "Store":
    """The database of a node that is set up just now, made unless an interrupted attempt has made it already."""
    from tiersync.store.database import open_store

    return open_store(folder.resolve(), address_of(folder, settings), settings.node.unit)


def address_of(folder: Path, settings: "Settings") -> str:
    """Where the node's database is, '' for the file in its folder; raises NoSecret."""
    secret = settings.store.secret
    return _secrets(folder, settings)(secret) if secret else settings.store.url


def further_of(doors: "Doors") -> "tuple[Further, ...]":
    """The checks of rows that packages bring."""
    from tiersync.rules.rows.further import Further

    offers = doors.offers["tiersync_row_checks"]
    return tuple(
        Further(package, version, check.record, check.field, check.name, check.refuses)
        for package, version, check in offers
    )


def needed_by(plugin: "Plugin", catalogue: "Catalogue") -> "dict[str, frozenset[str]]":
    """The fields of each record of a plugin that are needed, by the catalogue and by what packages count and check."""
    from tiersync.plugins.hooks import all_doors
    from tiersync.rules.rows.further import of_record
    from tiersync.rules.rows.needed import needed_fields

    doors = all_doors()
    counted = [offer.value for offer in doors.offers["tiersync_indicators"]]
    return {
        stream.record: needed_fields(
            stream.record,
            catalogue,
            (*stream.key, *(one.field for one in of_record(further_of(doors), stream.record))),
            counted,
        )
        for stream in plugin.streams
    }


def brought_by(doors: "Doors") -> "tuple[Brought, ...]":
    """The record types that packages bring."""
    from tiersync.flow.reading_node import Brought
    from tiersync.model.catalogue import code_sets

    return tuple(
        Brought(package, version, record.name, code_sets(record.codes))
        for package, version, record in doors.offers["tiersync_record_types"]
    )


def _open(folder: Path, settings: "Settings", progress: "Progress | None") -> "Node":
    from tiersync.flow.node import Node, be_quiet
    from tiersync.host.keys import read_keys
    from tiersync.store.database import open_existing

    unit = settings.node.unit
    store = open_existing(folder.resolve(), address_of(folder, settings), unit)
    return as_set_now(Node(unit, store, read_keys(folder), progress=progress or be_quiet), settings)


def as_set_now(node: "Node", settings: "Settings") -> "Node":
    """An open node with what its settings say of how it counts: they may have changed since it was opened."""
    return replace(node, nil=frozenset(settings.node.nil), time_zone=settings.node.time_zone)


@contextmanager
def writing(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """One command at a time files for a node; raises NodeBusy when another does not end."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        with lock.acquire(timeout=patience):
            yield
    except Timeout as error:
        raise NodeBusy(dir=folder.resolve()) from error


def free_megabytes(folder: Path) -> int:
    """How many megabytes are free on the disk that holds a folder."""
    return shutil.disk_usage(folder).free // 2**20


@contextmanager
def hosting(folder: Path, role: str) -> Iterator[None]:
    """One host at a time serves, and one works, for a node whose database lies in its folder; raises HostRuns when
    there is another."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / f".{role}.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise HostRuns(dir=folder.resolve()) from error


def asker(settings: "Settings") -> "Callable[[Message], Message] | None":
    """How to ask the parent; None at the top."""
    from tiersync.web.client import http_ask

    parent = settings.parent
    return http_ask(parent.url, parent.insecure, kbit=settings.link.kbit) if parent.url else None
