"""What the last test of a plugin came to, so that whoever enables one that failed is asked."""

import json
from collections.abc import Sequence
from pathlib import Path

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.trust import digest_of_folder

KEPT = ".tested"


def note_test(plugin: Plugin, failed: Sequence[str]) -> None:
    """Remember which checks a plugin failed as it is now. A folder that nobody may write into remembers nothing."""
    note = _note(plugin)
    try:
        note.parent.mkdir(exist_ok=True)
        note.write_text(json.dumps({"sha256": digest_of_folder(plugin), "failed": [*failed]}), encoding="utf-8")
    except OSError:
        return


def failed_checks(plugin: Plugin) -> list[str]:
    """The checks that a plugin failed when it was last tested as it is now."""
    try:
        told = json.loads(_note(plugin).read_text(encoding="utf-8"))
        return [str(name) for name in told["failed"]] if told["sha256"] == digest_of_folder(plugin) else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _note(plugin: Plugin) -> Path:
    return plugin.folder.parent / KEPT / f"{plugin.id}.json"
