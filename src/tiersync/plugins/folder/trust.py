"""Trust: a plugin runs only as it was when somebody enabled it. A folder that changed since waits to be looked at.

What was enabled is kept beside the plugins, in `.enabled/<id>/`, so that a person can be shown what is different now.
"""

import json
import shutil
from collections.abc import Iterator
from difflib import unified_diff
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import BadPlugin, PluginChanged, TiersyncError
from tiersync.model.canonical import canonical, digest
from tiersync.plugins.folder.manifest import MANIFEST, Plugin, load_sound_plugins
from tiersync.rules.rows.returned import CORRECTED

KEPT = ".enabled"
PIN = "pin.json"
OF_THE_SOURCE = ("inbox", CORRECTED)  # What lies in these folders changes every day.
SQLITE = "sqlite:///"
MOST_FILES, LARGEST_FILE = 200, 4 * 2**20
TEXT = (".toml", ".lock", ".py", ".csv", ".json", ".sql", ".md", ".txt")


class PluginStanding(StrEnum):
    """How a plugin stands with whoever enables plugins at this node."""

    ENABLED = "enabled"
    CHANGED = "changed"
    DISABLED = "disabled"


class Trusted(NamedTuple):
    """The plugins that may run, those that nobody enabled, and what is wrong with the others."""

    plugins: tuple[Plugin, ...]
    disabled: tuple[Plugin, ...]
    broken: tuple[TiersyncError, ...]


class ChangedFile(NamedTuple):
    """One file that is not as it was enabled: added, removed or changed; the lines that differ, of text."""

    file: str
    what: str
    lines: tuple[str, ...]


def trusted_plugins(folder: Path) -> Trusted:
    """The plugins below `folder`, by how they stand; one that changed since it was enabled is not run."""
    loaded = load_sound_plugins(folder)
    broken: list[TiersyncError] = list(loaded.broken)
    by_standing: dict[PluginStanding, list[Plugin]] = {state: [] for state in PluginStanding}
    for plugin in loaded.plugins:
        try:
            by_standing[standing(plugin)].append(plugin)
        except BadPlugin as error:
            broken.append(error)
    broken += [PluginChanged(plugin=plugin.id) for plugin in by_standing[PluginStanding.CHANGED]]
    return Trusted(
        tuple(by_standing[PluginStanding.ENABLED]), tuple(by_standing[PluginStanding.DISABLED]), tuple(broken)
    )


def digest_of_folder(plugin: Plugin) -> str:
    """SHA-256 over the names and bytes of everything that makes a plugin what it is: its folder, but for the inbox,
    corrected rows and what its streams read. Raises BadPlugin for a link, and for a folder that is too large to
    be looked at."""
    return digest(canonical([[name, digest(path.read_bytes())] for name, path in own_files(plugin)]))


def standing(plugin: Plugin) -> PluginStanding:
    """Whether a plugin is enabled as it is."""
    pin = _kept(plugin) / PIN
    if not pin.is_file():
        return PluginStanding.DISABLED
    return PluginStanding.ENABLED if _pinned(pin) == digest_of_folder(plugin) else PluginStanding.CHANGED


def enable(plugin: Plugin) -> str:
    """Pin a plugin as it is now; returns the digest of its folder."""
    kept = _kept(plugin)
    fresh = kept.with_name(f".{kept.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    whole = digest_of_folder(plugin)
    for name, path in own_files(plugin):
        copy = fresh / "files" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    (fresh / PIN).write_text(json.dumps({"id": plugin.id, "sha256": whole}), encoding="utf-8")
    shutil.rmtree(kept, ignore_errors=True)
    fresh.replace(kept)
    return whole


def enable_all(folder: Path) -> None:
    """Pin every sound plugin below `folder` as it is now."""
    for plugin in load_sound_plugins(folder).plugins:
        enable(plugin)


def disable(plugin: Plugin) -> bool:
    """Take a plugin out of use; whether it was in use."""
    kept = _kept(plugin)
    was = (kept / PIN).is_file()
    shutil.rmtree(kept, ignore_errors=True)
    return was


def changes(plugin: Plugin) -> list[ChangedFile]:
    """What is different from the folder as it was enabled; everything, where it never was."""
    kept = plugin.model_copy(update={"folder": _kept(plugin) / "files"})
    before = dict(own_files(kept)) if (_kept(plugin) / PIN).is_file() else {}
    after = dict(own_files(plugin))
    return [change for name in sorted(before.keys() | after.keys()) for change in _change(name, before, after)]


def _change(name: str, before: dict[str, Path], after: dict[str, Path]) -> Iterator[ChangedFile]:
    old, new = before.get(name), after.get(name)
    if old is None or new is None:
        yield ChangedFile(name, "added" if old is None else "removed", _diff(name, old, new))
    elif old.read_bytes() != new.read_bytes():
        yield ChangedFile(name, "changed", _diff(name, old, new))


def _diff(name: str, old: Path | None, new: Path | None) -> tuple[str, ...]:
    if not name.endswith(TEXT):
        return ()
    return tuple(unified_diff(_lines(old), _lines(new), lineterm="", n=2))[2:]


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path else []


def _kept(plugin: Plugin) -> Path:
    return plugin.folder.parent / KEPT / plugin.id


def _pinned(pin: Path) -> str:
    try:
        return str(json.loads(pin.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):  # What cannot be read pins nothing.
        return ""


def own_files(plugin: Plugin) -> list[tuple[str, Path]]:
    """The files that make a plugin what it is, by name below its folder."""
    folder, data = plugin.folder, _data(plugin)
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.relative_to(folder).parts[0] not in OF_THE_SOURCE and "__pycache__" not in path.parts
        if path not in data
    ]
    links = [path for path in found if path.is_symlink()]
    files = [path for path in found if path.is_file() and not path.name.startswith((".", "~$"))]
    if links:
        raise _bad(folder, f"{links[0].name} is a link", f"{links[0].name} 是链接")
    if len(files) > MOST_FILES or any(path.stat().st_size > LARGEST_FILE for path in files):
        raise _bad(folder, "the folder holds too much beside its inbox", "除 inbox 外内容过多")
    return [(path.relative_to(folder).as_posix(), path) for path in files]


def _data(plugin: Plugin) -> set[Path]:
    """The files in the folder that its streams read: they change every day, and hold people."""
    patterns = [stream.source.path for stream in plugin.streams if stream.source.path]
    databases = [str(stream.source.options.get("dsn", "")) for stream in plugin.streams]
    patterns += [f"{dsn.removeprefix(SQLITE)}*" for dsn in databases if dsn.startswith(SQLITE)]
    return {path for pattern in patterns if not Path(pattern).is_absolute() for path in plugin.folder.glob(pattern)}


def _bad(folder: Path, why_en: str, why_zh: str) -> BadPlugin:
    return BadPlugin(file=folder / MANIFEST, why_en=why_en, why_zh=why_zh)
