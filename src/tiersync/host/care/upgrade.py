"""A node's database brought to the newest tables, or what that would do."""

from pathlib import Path
from typing import NamedTuple

from tiersync.errors import StoreTooNew
from tiersync.host.opening import address_of, settings_of
from tiersync.store.care.soundness import open_as_it_is
from tiersync.store.database import NEWEST, open_existing, version_for


class Upgraded(NamedTuple):
    """The migration that the database stood at, and the one that it stands at now, or would."""

    unit: str
    before: str
    after: str


def upgrade(folder: Path, is_trial: bool = False) -> Upgraded:
    """Bring the tables to the newest migration, wholly or not at all; another process that does the same meanwhile is
    waited for. Raises StoreTooNew, StoreBroken, NodeBusy and DatabaseAway."""
    settings = settings_of(folder)
    unit, url = settings.node.unit, address_of(folder, settings)
    store = open_as_it_is(folder.resolve(), url)
    try:
        before = version_for(store, unit)
    finally:
        store.close()
    if before > NEWEST:
        raise StoreTooNew(held=before, newest=NEWEST)
    if not is_trial:
        open_existing(folder.resolve(), url, unit).close()
    return Upgraded(unit, before, NEWEST)
