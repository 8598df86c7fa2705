"""Commands that plugin packages bring; no package is imported for a command of tiersync's own."""

from collections.abc import Iterator
from importlib import import_module

import click

from tiersync.cli.terminal.words import say
from tiersync.errors import BadPlugin

GROUP = "tiersync"  # the entry-point group; the hooks are not imported to know whether there is a package


def command_of_package(name: str) -> click.Command | None:
    """The command called `name`, if some package brings it; raises BadPlugin for one that cannot be used."""
    if not is_any_package_there():
        return None
    from tiersync.plugins.hooks import offered, package_failed

    for offer in offered("tiersync_commands"):
        if offer.value.name == name:
            module, _, target = offer.value.command.partition(":")
            try:
                command = getattr(import_module(module), target)
            except (Exception, SystemExit) as error:
                raise package_failed(offer.package, f"{name}: {type(error).__name__}") from error
            if not isinstance(command, click.Command):
                raise package_failed(offer.package, f"{name}: {type(command).__name__}")
            return command
    return None


def commands_of_packages() -> Iterator[tuple[str, str]]:
    """Name and short help of every command that some package brings."""
    if is_any_package_there():
        from tiersync.plugins.hooks import offered

        yield from ((o.value.name, say(o.value.zh, o.value.en)) for o in offered("tiersync_commands"))


def is_any_package_there() -> bool:
    from importlib.metadata import entry_points

    return bool(entry_points(group=GROUP))


def problems_of_packages() -> "tuple[BadPlugin, ...]":
    """What is wrong with the packages that cannot be used."""
    if not is_any_package_there():
        return ()
    from tiersync.plugins.hooks import all_doors

    return all_doors().problems
