"""A node examined: its database, the files that its rows name, its keys, and who can get at them."""

from pathlib import Path
from typing import NamedTuple

from tiersync.errors import StoreBroken
from tiersync.flow.node import Progress
from tiersync.host.keys import read_keys
from tiersync.host.opening import address_of, settings_of
from tiersync.model.text import Text
from tiersync.store.care.soundness import RESTORE, Flaw, examine, open_as_it_is
from tiersync.store.database import NEWEST


class NodeChecked(NamedTuple):
    """What was looked at, and everything that is wrong with it. `newest` is the migration that this program brings."""

    unit: str
    database: str
    migration: str
    newest: str
    rows: int
    files: int
    flaws: tuple[Flaw, ...]


def check(folder: Path, progress: Progress) -> NodeChecked:
    """Look at everything, and change nothing; raises NoNode, BadSetting, NoSecret, DatabaseAway, and StoreBroken where
    there is no database."""
    settings, flaws = settings_of(folder), list(_flaws_of_keys(folder))
    store = open_as_it_is(folder.resolve(), address_of(folder, settings))
    try:
        held = examine(store, settings.node.unit, flaws, progress)
    finally:
        store.close()
    kind = "postgresql" if store.is_shared else "sqlite"
    return NodeChecked(settings.node.unit, kind, held.migration, NEWEST, held.rows, held.files, tuple(flaws))


def _flaws_of_keys(folder: Path) -> list[Flaw]:
    try:
        read_keys(folder)
    except StoreBroken as error:
        return [Flaw("keys", Text(error.say("zh"), error.say("en")), RESTORE)]
    return []
