"""What a backup says of itself, first of all that is in it."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from tiersync.model.unit import UnitCode
from tiersync.store.care.rows import TableSum
from tiersync.store.files.archive import Packed

BACKUP_AT = "backup_at"  # the fact: when the last one was verified
FORMAT = 1
LOCKED = "private.locked"  # keys, and what holds persons: only under a passphrase


class BackupManifest(Packed):
    """Of which node it is, when and by which program it was made, what each table held, and which files it has.
    A newer program may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = Field(ge=1)
    program: str
    unit: UnitCode
    migration: str = Field(pattern=r"^[0-9]{4}$")
    database: Literal["sqlite", "postgresql"]
    made_at: datetime
    tables: dict[str, TableSum]
    numbers: dict[str, int]

    @property
    def has_keys(self) -> bool:
        return LOCKED in self.files

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())
