"""The hooks: what a plugin package may add. Every function of a package whose name begins with tiersync_ is one.

A hook is asked for values of the type that it returns, or told what happens. What a value names as
`package.module:function` is imported when it is needed; what it holds as a function is called in the node's process.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Literal, Self

import pluggy
from pydantic import Field, model_validator

from tiersync.model.canonical import Value
from tiersync.model.catalogue import ListedCode
from tiersync.model.indicator import Dimension, Indicator
from tiersync.model.records.field import Record
from tiersync.model.records.kinds import faults_of
from tiersync.model.records.record import ALWAYS_HELD, NETWORK

GROUP = "tiersync"  # the entry-point group, and the name of the pluggy project
PREFIX = "tiersync_"

hookspec = pluggy.HookspecMarker(GROUP)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
Target = Annotated[str, Field(pattern=r"^[\w.]+:\w+$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class SourceKind(Value):
    """A kind of source that a plugin folder can name, and the function that reads it.

    `reader` is imported in the worker process only: `package.module:function`, called with a plugin and one of its
    streams, and yielding `rows.Table` and `rows.FileRead`. A kind that `reads_files` finds them by the source's path,
    so the node can tell by their bytes that nothing has changed. `options` are the settings it knows beside those.
    `check`, named like the reader, is called with each stream of the kind when its folder is loaded, and yields what is
    wrong with the settings, in Chinese and English; the module that holds it is imported by the node.
    """

    name: Name
    reader: Target
    reads_files: bool = False
    options: frozenset[str] = frozenset()
    check: Annotated[str, Field(pattern=r"^([\w.]+:\w+)?$")] = ""


class RecordType(Value):
    """A type of record beside the network's seven: what a stream of it may map, and how each field is checked.

    `model` is a subclass of Record whose fields are of the kinds in `tiersync.model.records.kinds`. It has the field
    `unit`, the one that a record counts for. What tells who somebody is stays out of snapshots as everywhere. `codes`
    are the code lists that it needs and no catalogue has, `dimensions` how indicators can be split by them.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,15}$")]
    model: type[Record]
    codes: dict[str, tuple[ListedCode, ...]] = Field(default={})
    dimensions: tuple[Dimension, ...] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.name in NETWORK.keys() | ALWAYS_HELD:
            raise ValueError(f"{self.name} is a record type of the network")
        for fault in faults_of(self.model):
            raise ValueError(f"{self.name}: {fault}")
        return self


class RowCheck(Value):
    """A check of rows beside tiersync's own: a row of `record` that it finds is refused, with `field` as the wrong one.

    `refuses` is called with a Polars frame of sound records (every field of the record in its type) and returns a
    Boolean series of the same length, true where a row is to be refused. `en` and `zh` say why.
    """

    name: Name
    record: str
    field: str
    en: Words
    zh: Words
    refuses: Callable[..., object]


class SecretProvider(Value):
    """Another place where secrets are kept: `find` is called with a secret's name and returns it, or None."""

    name: Name
    find: Callable[[str], str | None]


class Alarm(Value):
    """Something that somebody at this office should know now. It names units, plugins and notices, never a person."""

    unit: str
    kind: Literal["source_failed", "altered", "notice", "clock", "job", "due"]
    en: str
    zh: str


class Notifier(Value):
    """A way to reach people. `tell` is called with an alarm and the addresses under [notify] in tiersync.toml."""

    name: Name
    tell: Callable[[Alarm, tuple[str, ...]], None]


class CommandOffer(Value):
    """A command of its own: `tiersync NAME`. `command` names a click command, imported when it is called."""

    name: Name
    command: Target
    en: Words
    zh: Words


class Exporter(Value):
    """A format in which `tiersync report export --as NAME` writes a report; files of it end in `suffix`.

    `write` is `package.module:function`, imported when it is needed and called with an `exported.Exported` and a path.
    """

    name: Name
    suffix: Annotated[str, Field(pattern=r"^\.[a-z0-9]{1,10}$")]
    write: Target


class RunBegins(Value):
    """A push that is about to read its sources."""

    unit: str
    plugins: tuple[str, ...]


class RunEnded(Value):
    """A push that is over: rows by outcome, reports filed, envelopes stored above, and what failed, in English."""

    unit: str
    read: int
    refused: int
    filed: int
    stored: int
    failed: tuple[str, ...]


@hookspec
def tiersync_source_kinds() -> Iterable[SourceKind]:  # type: ignore[empty-body]
    """The kinds of source that this package reads."""


@hookspec
def tiersync_record_types() -> Iterable[RecordType]:  # type: ignore[empty-body]
    """Types of records beside the network's own; they are counted and shown at this node."""


@hookspec
def tiersync_indicators() -> Iterable[Indicator]:  # type: ignore[empty-body]
    """Indicators that are counted and shown at this node; a report holds them once the catalogue defines them so."""


@hookspec
def tiersync_row_checks() -> Iterable[RowCheck]:  # type: ignore[empty-body]
    """Checks of rows beside tiersync's own."""


@hookspec
def tiersync_secret_providers() -> Iterable[SecretProvider]:  # type: ignore[empty-body]
    """Places where secrets are kept."""


@hookspec
def tiersync_notifiers() -> Iterable[Notifier]:  # type: ignore[empty-body]
    """Ways to reach people."""


@hookspec
def tiersync_commands() -> Iterable[CommandOffer]:  # type: ignore[empty-body]
    """Commands beside tiersync's own."""


@hookspec
def tiersync_exporters() -> Iterable[Exporter]:  # type: ignore[empty-body]
    """Formats in which a report can be written for readers outside the reporting chain."""


@hookspec
def tiersync_before_run(run: RunBegins) -> None:
    """A push is about to read its sources."""


@hookspec
def tiersync_after_run(run: RunEnded) -> None:
    """A push is over."""
