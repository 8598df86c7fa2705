"""Opening a node for somebody at a terminal: progress is shown, and what is not read is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tiersync.cli.terminal.output import end_progress, note, progress
from tiersync.cli.terminal.words import LANG
from tiersync.host import opening

if TYPE_CHECKING:
    from tiersync.flow.node import Node
    from tiersync.flow.reading_node import ReadingNode


def open_node(folder: Path) -> "Node":
    """The node in `folder`, without its plugins."""
    return opening.open_node(folder, progress())


def open_with_plugins(folder: Path) -> "ReadingNode":
    """The node in `folder` with its plugins; those that are not enabled are named."""
    node = opening.open_with_plugins(folder, progress())
    for plugin in node.disabled:
        note(opening.not_enabled(plugin.id).say(LANG))
    return node


@contextmanager
def writing(folder: Path, patience: float = opening.PATIENCE) -> Iterator[None]:
    """One command at a time files for a node; progress ends with it."""
    try:
        with opening.writing(folder, patience):
            yield
    finally:
        end_progress()
