"""A node that reads its sources: with the plugins that are enabled in its folder, and all that reading takes.

It is a type of its own: what drops the records of plugins that are gone can be handed no node that was opened to look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from tiersync.errors import TiersyncError
from tiersync.flow.node import Node
from tiersync.model.indicator import Indicator
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.secret import Secrets
from tiersync.plugins.worker.workers import Workers
from tiersync.rules.rows.further import Further


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
class ReadingNode(Node):
    """A node, with what reading its sources takes.

    `disabled` plugins stand in its folder and are not read; `bounds` are those of a plugin's worker, which `workers`
    opens; `keeps` is how long things are kept; `secrets` finds the passwords that sources name; `further` are the
    checks of rows that plugin packages bring, `brought` their record types, `further_indicators` what they count.
    """

    plugins: tuple[Plugin, ...] = ()
    disabled: tuple[Plugin, ...] = ()
    broken_plugins: tuple[TiersyncError, ...] = ()
    bounds: WorkerLimits = USUAL
    keeps: Keeps = LONG_ENOUGH
    secrets: Secrets | None = field(default=None, repr=False)
    further: tuple[Further, ...] = ()
    brought: tuple[Brought, ...] = ()
    further_indicators: tuple[Indicator, ...] = ()
    workers: Workers = field(default_factory=Workers, repr=False, compare=False)
