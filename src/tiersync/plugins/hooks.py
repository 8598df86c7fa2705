"""Opens the doors: loads plugin packages and asks each what it adds. One that misbehaves harms no other."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple

import pluggy
from pluggy import HookimplOpts

from tiersync.errors import BadPlugin
from tiersync.plugins import builtin, hookspecs
from tiersync.plugins.hookspecs import GROUP, PREFIX, SourceKind


class Doors(NamedTuple):
    """Every source kind by name, and what was wrong with the packages that could not be used."""

    kinds: Mapping[str, SourceKind]
    problems: tuple[BadPlugin, ...]


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
    return open_doors(entry_points(group=GROUP))


def source_kind(name: str) -> SourceKind | None:
    """The source kind called `name`; packages are only imported for one that tiersync does not bring."""
    return own_doors().kinds.get(name) or all_doors().kinds.get(name)


def open_doors(packages: Iterable[EntryPoint]) -> Doors:
    """Load `packages` and ask each, together with our own kinds, what it adds."""
    manager = _Packages(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, "tiersync")
    problems = [problem for package in packages if (problem := _register(manager, package))]
    kinds: dict[str, SourceKind] = {}
    for name, plugin in manager.list_name_plugin():
        problems += _add_kinds(kinds, name, plugin)
    return Doors(kinds, tuple(problems))


def _register(manager: pluggy.PluginManager, package: EntryPoint) -> BadPlugin | None:
    """Load one package; what is wrong with it, if anything."""
    try:
        manager.register(package.load(), package.name)
        manager.check_pending()
    except (Exception, SystemExit) as error:
        if manager.has_plugin(package.name):
            manager.unregister(name=package.name)
        return _bad(package.name, error)
    return None


def _add_kinds(kinds: dict[str, SourceKind], name: str, plugin: object) -> Iterator[BadPlugin]:
    """Put the kinds of one plugin into `kinds`; yields what is wrong with them."""
    ask = getattr(plugin, "tiersync_source_kinds", tuple)
    try:
        offered = [SourceKind.model_validate(kind, strict=True) for kind in ask()]
    except (Exception, SystemExit) as error:
        yield _bad(name, error)
        return
    for kind in offered:
        if kinds.setdefault(kind.name, kind) is not kind:
            yield _bad(name, ValueError(f"the source kind {kind.name} is there already"))


def _bad(name: str, error: BaseException) -> BadPlugin:
    said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return BadPlugin(file=name, why_en=f"the plugin package cannot be used ({said})", why_zh=f"插件包不可用（{said}）")
