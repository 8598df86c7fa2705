"""mapping.lock as it is read again: the headers that a source had when somebody mapped it."""

import tomllib
from typing import Any, NamedTuple

from tiersync.model.lexicon import plain
from tiersync.plugins.folder.manifest import Plugin

LOCK = "mapping.lock"
LARGEST = 256 * 1024  # bytes


class ChangedHeaders(NamedTuple):
    """Headers that no field takes, by what became of them since the mapping was made."""

    new: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)


def locked_beside(plugin: Plugin) -> frozenset[str] | None:
    """The headers, as they are compared, that no field took; None where nobody wrote them down.

    A plugin of several streams has no lock, for it was written by hand.
    """
    beside = _written(plugin).get("beside")
    if not isinstance(beside, list):
        return None
    return frozenset(plain(str(header)) for header in beside)


def settled_columns(plugin: Plugin) -> frozenset[str]:
    """The headers, as they are compared, that somebody left aside though they speak of people who died or left."""
    written = _written(plugin).get("settled")
    return frozenset(plain(str(header)) for header in written) if isinstance(written, list) else frozenset()


def _written(plugin: Plugin) -> dict[str, Any]:
    """What the lock says; nothing where there is none that can be read."""
    file = plugin.folder / LOCK
    if len(plugin.streams) > 1 or not file.is_file() or file.stat().st_size > LARGEST:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def changed_headers(plugin: Plugin, unknown: tuple[str, ...]) -> ChangedHeaders:
    """How the headers that no field takes differ from those of the lock, whatever their order."""
    locked = locked_beside(plugin)
    if locked is None:
        return ChangedHeaders((), ())
    cursors = {plain(stream.cursor.field) for stream in plugin.streams}
    now = {plain(header): header for header in unknown}
    return ChangedHeaders(
        tuple(header for spelled, header in now.items() if spelled not in locked | cursors),
        tuple(sorted(locked - now.keys() - cursors)),
    )
