"""Opening a node: its folder becomes the value that the flows work with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from tiersync.cli.output import end_progress, progress
from tiersync.cli.secrets import read_keys
from tiersync.config.settings import Settings, read_settings
from tiersync.errors import NodeBusy
from tiersync.flow.node import Node
from tiersync.link.messages import Message
from tiersync.plugins.manifest import load_plugins
from tiersync.store.database import open_store

LOCK = ".writing.lock"
PATIENCE = 5  # seconds that a command waits for another one to finish with the same node


def now() -> datetime:
    return datetime.now(UTC)


def today(settings: Settings) -> date:
    """The day at the office: days begin at its midnight."""
    return now().astimezone(ZoneInfo(settings.node.time_zone)).date()


def open_node(folder: Path) -> Node:
    """The node in `folder`, without its plugins: enough to look, to exchange and to answer."""
    settings = read_settings(folder)
    return Node(settings.node.unit, open_store(folder.resolve()), read_keys(folder), nil=frozenset(settings.node.nil))


def open_with_plugins(folder: Path) -> Node:
    """The node in `folder` with the plugins in its folder, ready to read its sources."""
    settings = read_settings(folder)
    return Node(
        settings.node.unit, open_store(folder.resolve()), read_keys(folder), tuple(load_plugins(folder / "plugins")),
        frozenset(settings.node.nil), progress(),
    )  # fmt: skip


@contextmanager
def writing(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """One command at a time files for a node; raises NodeBusy when another does not end."""
    lock = FileLock(folder / LOCK)
    try:
        with lock.acquire(timeout=patience):
            yield
    except Timeout as error:
        raise NodeBusy(dir=folder.resolve()) from error
    finally:
        end_progress()


def asker(settings: Settings) -> Callable[[Message], Message] | None:
    """How to ask the parent; None at the top."""
    from tiersync.web.client import http_ask

    return http_ask(settings.parent.url, settings.parent.insecure) if settings.parent.url else None
