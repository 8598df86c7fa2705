"""A node as the flows see it: its home unit, its memory, its keys, its plugins, and what it has nothing of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tiersync.errors import ThisNode, TiersyncError
from tiersync.flow.joining.strangers import Strangers
from tiersync.link.accept import Known
from tiersync.link.dialogue.messages import Message
from tiersync.model.catalogue import Catalogue
from tiersync.model.envelope import Envelope
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.secret import Secrets
from tiersync.rules.calendar.in_force import in_force_on
from tiersync.rules.rows.further import Further
from tiersync.store.catalogues import ENVELOPE, held_catalogues, newest_number
from tiersync.store.database import Connection, Store
from tiersync.store.facts import recall
from tiersync.store.links.charters import load_keyring
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


class Keeps(NamedTuple):
    """How long a node keeps the raw values of refused rows, and what it did: runs, audit lines, that envelopes were
    handed over, and revisions of reports that others replaced."""

    raw: timedelta = timedelta(days=90)
    runs: timedelta = timedelta(days=400)
    audit: timedelta = timedelta(days=400)
    sent: timedelta = timedelta(days=400)
    revisions: timedelta = timedelta(days=1100)


LONG_ENOUGH = Keeps()


class Brought(NamedTuple):
    """A record type that a plugin package brings: the package and its version, and the code lists that come with it."""

    package: str
    version: str
    record: str
    codes: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Node:
    """Everything a flow needs to know of the node it works for.

    `bounds` are those of a plugin's worker; `keeps` is how long things are kept; the office's days begin at midnight in
    its `time_zone`; `secrets` tells the passwords that sources name; `further` are the checks of rows that plugin
    packages bring, `brought` their record types, `further_indicators` what they count; `trusts_clock` is said by
    whoever works at this machine; `strangers` counts what is refused at the door.
    """

    home: str
    store: Store
    keys: Keys
    plugins: tuple[Plugin, ...] = ()
    disabled: tuple[Plugin, ...] = ()
    nil: frozenset[str] = frozenset()
    progress: Progress = be_quiet
    broken_plugins: tuple[TiersyncError, ...] = ()
    bounds: WorkerLimits = USUAL
    keeps: Keeps = LONG_ENOUGH
    time_zone: str = "Asia/Shanghai"
    secrets: Secrets | None = field(default=None, repr=False)
    further: tuple[Further, ...] = ()
    brought: tuple[Brought, ...] = ()
    further_indicators: tuple[Indicator, ...] = ()
    trusts_clock: bool = False
    strangers: Strangers = field(default_factory=Strangers, repr=False, compare=False)
    _catalogues: dict[str, Catalogue] = field(default_factory=dict, repr=False)

    def catalogue(self, db: Connection) -> Catalogue:
        """The newest catalogue, whether it is in force yet or not; all have the same tree."""
        return self.read_catalogue(db, recall(db, ENVELOPE) or "")

    def catalogue_for(self, db: Connection, period: Period) -> Catalogue:
        """The catalogue that a period pins: all of its forms are asked, counted, added and shown by it."""
        return self.catalogue_on(db, period.first_day)

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

    def day_of(self, moment: datetime) -> date:
        """The day at the office."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def tree(self, db: Connection) -> Tree:
        return self.catalogue(db).tree

    def known(self, db: Connection) -> Known:
        """What this node judges envelopes by."""
        return Known(load_keyring(db), self.tree(db), newest_number(db))


@lru_cache(maxsize=8)
def read_catalogue(envelope: Envelope) -> Catalogue:
    """The catalogue in an envelope; nodes of one process share it, since reading thousands of units takes its time."""
    body = read_body(envelope)
    if not isinstance(body, Catalogue):
        raise ThisNode()
    return body
