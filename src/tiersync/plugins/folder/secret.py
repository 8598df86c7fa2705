"""Passwords and tokens of sources: a plugin.toml names them, `{ secret = "decheng.dsn" }`, and never holds them.

The node looks them up when a plugin is read and hands them to the worker over its pipe; only there do they stand in the
place of their names.
"""

from collections.abc import Callable, Iterator, Mapping

from pydantic import JsonValue

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Source

MARK = "secret"

Secrets = Callable[[str], str]
"""From the name of a secret to the secret; raises NoSecret."""


def names_of_secrets(plugin: Plugin) -> list[str]:
    """The secrets that the sources of `plugin` name."""
    return sorted({name for stream in plugin.streams for name in _named(stream.source)})


def with_secrets(plugin: Plugin, secrets: Mapping[str, str]) -> Plugin:
    """`plugin` with each secret in the place of its name."""
    streams = tuple(stream.model_copy(update={"source": _filled(stream.source, secrets)}) for stream in plugin.streams)
    return plugin.model_copy(update={"streams": streams})


def _named(source: Source) -> Iterator[str]:
    return (name for value in source.options.values() if (name := _name_in(value)))


def _filled(source: Source, secrets: Mapping[str, str]) -> Source:
    named = ((option, _name_in(value)) for option, value in source.options.items())
    filled = {option: secrets[name] for option, name in named if name and name in secrets}
    return source.model_copy(update={"options": source.options | filled})


def _name_in(value: JsonValue) -> str | None:
    """The name of a secret, where an option is one."""
    name = value.get(MARK) if isinstance(value, dict) and value.keys() == {MARK} else None
    return name if isinstance(name, str) else None
