"""What was written for the city, to the row, and what must come out of it."""

from decimal import Decimal
from typing import Literal

from tiersync.model.canonical import Value

NAME = "manifest.json"


class Expected(Value):
    """One figure of the whole city. A ratio has a numerator and a denominator, and is shown to two places."""

    source: Literal["table", "margins", "own"] = "table"
    indicator: str
    period: str
    breakdown: str = ""
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    what: str = ""


class Dirt(Value):
    """What is wrong with the rows of one record: refused by reason, kept and flagged, and what only comparing finds.

    `flagged` depends on the folders: of those who are filed twice, whoever is filed within one folder is doubled,
    anybody else stands once in a folder that is not theirs.
    """

    refused: dict[str, int]
    flagged: dict[str, int]
    filed_twice: int
    death_not_entered: int
    paid_after_death: int


class Folder(Value):
    """One plugin folder below the city's, the unit that it speaks for, and its rows by record."""

    unit: str
    folder: str
    rows: dict[str, int]


class OneWhoDies(Value):
    """Somebody who is filed once, counts, and has nothing to do with any other office; whose death can be entered."""

    unit: str
    file: str
    identity: str


class Manifest(Value):
    """Counts that were settled before the files were written, except `folders`: the rows as they were written.

    `seniors`: of each community, the residents of 60 and over on the last day.
    """

    seed: int
    share: str
    by: str
    street: str
    last_day: str
    units: dict[str, int]
    margins: dict[str, dict[str, int]]
    dirt: dict[str, Dirt]
    expected: tuple[Expected, ...]
    seniors: dict[str, int]
    folders: tuple[Folder, ...]
    one_who_dies: OneWhoDies

    @property
    def rows(self) -> int:
        """All rows of all files."""
        return sum(sum(folder.rows.values()) for folder in self.folders)

    @property
    def residents(self) -> int:
        """All residents of 60 and over on the last day."""
        return sum(self.seniors.values())
