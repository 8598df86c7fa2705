"""A node as the flows see it: its home unit, its memory, its keys, and what it has nothing of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from tiersync.errors import ThisNode
from tiersync.flow.joining.strangers import Strangers
from tiersync.link.accept import Known
from tiersync.link.dialogue.messages import Message
from tiersync.model.catalogue import Catalogue
from tiersync.model.envelope import Envelope
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.calendar.in_force import in_force_on
from tiersync.rules.calendar.working_days import WorkingDays, working_days
from tiersync.store.catalogues import ENVELOPE, held_catalogues, newest_number
from tiersync.store.database import Connection, Store
from tiersync.store.facts import recall
from tiersync.store.links.charters import KeptKeyring
from tiersync.store.links.envelopes import load, read_body

Ask = Callable[[Message], Message]
Progress = Callable[[str, int, int], None]
"""phase, done, of how many (0: not known)"""


@dataclass(frozen=True)
class Keys:
    """A node's secrets. None of them ever enters a worker, a log or a message."""

    private: bytes = field(repr=False)
    person: bytes = field(repr=False)
    quarantine: bytes = field(repr=False)


def be_quiet(phase: str, done: int, known: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Node:
    """Everything a flow needs to know of the node it works for.

    It has nothing of `nil`; the office's days begin at midnight in its `time_zone`; `trusts_clock` is said by whoever
    works at this machine; `strangers` counts what is refused at the door. One that reads sources is a `ReadingNode`.
    """

    home: str
    store: Store
    keys: Keys
    nil: frozenset[str] = frozenset()
    progress: Progress = be_quiet
    time_zone: str = "Asia/Shanghai"
    trusts_clock: bool = False
    strangers: Strangers = field(default_factory=Strangers, repr=False, compare=False)
    _catalogues: dict[str, Catalogue] = field(default_factory=dict, repr=False)
    _keyring: KeptKeyring = field(default_factory=KeptKeyring, repr=False, compare=False)

    def catalogue(self, db: Connection) -> Catalogue:
        """The newest catalogue, whether it is in force yet or not; its tree is that of all days, past and to come."""
        return self.read_catalogue(db, recall(db, ENVELOPE) or "")

    def catalogue_for(self, db: Connection, period: Period) -> Catalogue:
        """The catalogue that a period pins, over the newest tree: all of its forms are asked, counted, added and shown
        by it. Of units that move within a period only the newest tree knows."""
        pinned, newest = self.sealed_for(db, period.first_day), recall(db, ENVELOPE) or ""
        if pinned == newest:
            return self.read_catalogue(db, pinned)
        both = f"{pinned} over {newest}"
        if both not in self._catalogues:
            self._catalogues[both] = self.read_catalogue(db, pinned).over(self.read_catalogue(db, newest))
        return self._catalogues[both]

    def catalogue_on(self, db: Connection, day: date) -> Catalogue:
        """The catalogue in force on a day."""
        return self.read_catalogue(db, self.sealed_for(db, day))

    def sealed_for(self, db: Connection, day: date) -> str:
        """The envelope of the catalogue in force on a day: of two that have one number, each is another."""
        return in_force_on(held_catalogues(db), day).envelope

    def read_catalogue(self, db: Connection, envelope: str) -> Catalogue:
        """The catalogue that an envelope brought, read once."""
        if envelope not in self._catalogues:
            self._catalogues[envelope] = read_catalogue(load(db, [envelope])[envelope])
        return self._catalogues[envelope]

    def working_days(self, db: Connection) -> WorkingDays:
        """The working days by the newest catalogue, in force or not: what was announced meanwhile counts for every
        period that is still open."""
        return working_days(self.catalogue(db).calendar)

    def working_days_now(self) -> WorkingDays:
        """The same, for whoever is in no transaction."""
        with self.store.read() as db:
            return self.working_days(db)

    def local(self, moment: datetime) -> datetime:
        """A moment by the clock of the office, without its zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    def day_of(self, moment: datetime) -> date:
        """The day at the office."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def tree(self, db: Connection) -> Tree:
        return self.catalogue(db).tree

    def tree_in(self, db: Connection, period: Period) -> Tree:
        """Every unit that there ever was, each where it stood at the end of a period, by what is known now."""
        return self.tree(db).placed_on(period.last_day)

    def answers_below(self, db: Connection, unit: str, period: Period) -> bool:
        """Whether a unit lay at or below this node's at the end of a period, by what is known now."""
        return self.tree_in(db, period).is_within(unit, self.home)

    def known(self, db: Connection) -> Known:
        """What this node judges envelopes by."""
        return Known(self._keyring.load(db), self.tree(db), newest_number(db))


@lru_cache(maxsize=8)
def read_catalogue(envelope: Envelope) -> Catalogue:
    """The catalogue in an envelope; nodes of one process share it, since reading thousands of units takes its time."""
    body = read_body(envelope)
    if not isinstance(body, Catalogue):
        raise ThisNode()
    return body
