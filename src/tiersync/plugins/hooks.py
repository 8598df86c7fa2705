"""Opens the doors: loads plugin packages and asks each what it adds. One that misbehaves harms no other."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, cast

import pluggy
from pluggy import HookimplOpts
from pydantic import ValidationError

from tiersync.errors import BadPlugin
from tiersync.model.canonical import Value
from tiersync.model.catalogue import ListedCode
from tiersync.model.indicator import Indicator
from tiersync.model.records.field import Record
from tiersync.model.records.record import RECORDS
from tiersync.plugins import builtin, hookspecs
from tiersync.plugins.hookspecs import (
    GROUP,
    PREFIX,
    CommandOffer,
    Exporter,
    Notifier,
    RecordType,
    RowCheck,
    SecretProvider,
    SourceKind,
)  # fmt: skip

ASKED: Mapping[str, type[Value]] = {
    "tiersync_source_kinds": SourceKind,
    "tiersync_record_types": RecordType,
    "tiersync_indicators": Indicator,
    "tiersync_row_checks": RowCheck,
    "tiersync_secret_providers": SecretProvider,
    "tiersync_notifiers": Notifier,
    "tiersync_commands": CommandOffer,
    "tiersync_exporters": Exporter,
}
TOLD = ("tiersync_before_run", "tiersync_after_run")
OURS = "tiersync"


class PackageOffer(NamedTuple):
    """A value that a package brings. `package` and `version` name it, so that what it did can be told from what a later
    one would do."""

    package: str
    version: str
    value: Any


class Doors(NamedTuple):
    """What packages bring, by hook; the functions that are told of runs; and what was wrong with the packages that
    could not be used."""

    offers: Mapping[str, tuple[PackageOffer, ...]]
    listeners: Mapping[str, tuple[tuple[str, Callable[[Value], None]], ...]]
    problems: tuple[BadPlugin, ...]

    @property
    def kinds(self) -> dict[str, SourceKind]:
        """Every source kind by name."""
        return {offer.value.name: offer.value for offer in self.offers["tiersync_source_kinds"]}


class _Packages(pluggy.PluginManager):
    """Takes every function whose name begins with the prefix for a hook, so a misspelled one is seen."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        if not name.startswith(PREFIX) or not inspect.isroutine(getattr(plugin, name, None)):
            return None
        return HookimplOpts(
            wrapper=False, hookwrapper=False, optionalhook=False, tryfirst=False, trylast=False, specname=None
        )


@cache
def own_doors() -> Doors:
    """What tiersync itself brings; no package is imported for it."""
    return open_doors(())


@cache
def all_doors() -> Doors:
    """What tiersync and every installed package bring."""
    packages = tuple(entry_points(group=GROUP))
    doors = open_doors(packages) if packages else own_doors()
    RECORDS.update({offer.value.name: offer.value.model for offer in doors.offers["tiersync_record_types"]})
    return doors


def source_kind(name: str) -> SourceKind | None:
    """The source kind called `name`; packages are only imported for one that tiersync does not bring."""
    return own_doors().kinds.get(name) or all_doors().kinds.get(name)


def record_type(name: str) -> type[Record] | None:
    """The record type called `name`; packages are only imported for one that is not the network's."""
    if name not in RECORDS:
        all_doors()
    return RECORDS.get(name)


def code_lists() -> dict[str, tuple[ListedCode, ...]]:
    """The code lists that come with record types of packages."""
    return {name: codes for offer in offered("tiersync_record_types") for name, codes in offer.value.codes.items()}


def offered(hook: str) -> tuple[PackageOffer, ...]:
    """What everybody brings through one hook."""
    return all_doors().offers[hook]


def call_listeners(hook: str, what: Value) -> Iterator[BadPlugin]:
    """Tell every listener what happens; yields what is wrong with those that fail."""
    for package, listener in all_doors().listeners[hook]:
        try:
            listener(what)
        except (Exception, SystemExit) as error:
            yield package_failed(package, type(error).__name__)


def open_doors(packages: Iterable[EntryPoint]) -> Doors:
    """Load `packages` and ask each, together with ourselves, what it adds."""
    manager = _Packages(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, OURS)
    versions = {OURS: ""}
    problems = []
    for package in packages:
        if problem := _register(manager, package):
            problems.append(problem)
        else:
            versions[package.name] = package.dist.version if package.dist else ""
    offers: dict[str, list[PackageOffer]] = {hook: [] for hook in ASKED}
    listeners: dict[str, list[tuple[str, Callable[[Value], None]]]] = {hook: [] for hook in TOLD}
    for name, plugin in manager.list_name_plugin():
        for hook in ASKED:
            problems += _ask(offers[hook], hook, PackageOffer(name, versions[name], plugin))
        for hook in TOLD:
            if listener := getattr(plugin, hook, None):
                listeners[hook].append((name, cast(Callable[[Value], None], listener)))
    return Doors(
        {hook: tuple(found) for hook, found in offers.items()},
        {hook: tuple(found) for hook, found in listeners.items()},
        tuple(problems),
    )


def _register(manager: pluggy.PluginManager, package: EntryPoint) -> BadPlugin | None:
    """Load one package; what is wrong with it, if anything. A name belongs to the first that has it."""
    if manager.has_plugin(package.name):
        return _bad(package.name, ValueError("another package has this name"))
    try:
        manager.register(package.load(), package.name)
        manager.check_pending()
    except (Exception, SystemExit) as error:
        if manager.has_plugin(package.name):
            manager.unregister(name=package.name)
        return _bad(package.name, error)
    return None


def _ask(taken: list[PackageOffer], hook: str, asked: PackageOffer) -> Iterator[BadPlugin]:
    """Put what one package brings through one hook beside what is `taken`; yields what is wrong with it."""
    kind = ASKED[hook]
    try:
        values = [kind.model_validate(value, strict=True) for value in getattr(asked.value, hook, tuple)()]
    except (Exception, SystemExit) as error:
        yield _bad(asked.package, error)
        return
    for value in values:
        if any(_name_of(value) == _name_of(other.value) for other in taken):
            yield _bad(asked.package, ValueError(f"the {_sort_of(hook)} {_name_of(value)} is there already"))
        else:
            taken.append(asked._replace(value=value))


def _name_of(value: Any) -> str:
    return str(value.code if isinstance(value, Indicator) else value.name)


def _sort_of(hook: str) -> str:
    """`source kind` of tiersync_source_kinds."""
    return hook.removeprefix(PREFIX).removesuffix("s").replace("_", " ")


def _bad(name: str, error: BaseException) -> BadPlugin:
    """What is said of a package that cannot be used."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    else:
        said = str(error)
    return package_failed(name, f"{type(error).__name__}: {said}".splitlines()[0][:200])


def package_failed(name: str, said: str) -> BadPlugin:
    """What is said of a package that failed. While records are at hand, only the kind of error may be `said`."""
    return BadPlugin(file=name, why_en=f"the plugin package cannot be used ({said})", why_zh=f"插件包不可用（{said}）")
