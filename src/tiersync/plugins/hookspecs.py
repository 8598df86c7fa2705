"""The hooks: what a plugin package may add. Every function of a package whose name begins with tiersync_ is one."""

from collections.abc import Iterable
from typing import Annotated

import pluggy
from pydantic import Field

from tiersync.model.canonical import Value

GROUP = "tiersync"  # the entry-point group, and the name of the pluggy project
PREFIX = "tiersync_"

hookspec = pluggy.HookspecMarker(GROUP)


class SourceKind(Value):
    """A kind of source that a plugin folder can name, and the function that reads it.

    `reader` is imported in the worker process only: `package.module:function`, called with a plugin and one of its
    streams, and yielding `rows.Table` and `rows.FileRead`. A kind that `reads_files` finds them by the source's path,
    so the node can tell by their bytes that nothing has changed. `options` are the settings it knows beside those.
    `check`, named like the reader, is called with each stream of the kind when its folder is loaded, and yields what is
    wrong with the settings, in English and Chinese; the module that holds it is imported by the node.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
    reader: Annotated[str, Field(pattern=r"^[\w.]+:\w+$")]
    reads_files: bool = False
    options: frozenset[str] = frozenset()
    check: Annotated[str, Field(pattern=r"^([\w.]+:\w+)?$")] = ""


@hookspec
def tiersync_source_kinds() -> Iterable[SourceKind]:  # type: ignore[empty-body]
    """The kinds of source that this package reads."""
