"""What has to be read: streams whose source, plugin or catalogue changed since their records were taken."""

from dataclasses import dataclass
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.model.canonical import digest
from tiersync.plugins.manifest import Plugin
from tiersync.plugins.reading import fingerprint
from tiersync.plugins.stream import Stream
from tiersync.rules.check import CheckContext
from tiersync.store.quarantine import newest_run
from tiersync.store.snapshots import current_snapshot, is_here


@dataclass(frozen=True)
class Task:
    """One stream that has to be read, with what its rows are checked against."""

    plugin: Plugin
    stream: Stream
    name: str
    fingerprint: str
    context: CheckContext


def name_of(plugin: Plugin, stream: Stream) -> str:
    """A stream's name within its node."""
    return f"{plugin.id}/{stream.name}"


def task_of(node: Node, plugin: Plugin, stream: Stream, now: datetime) -> Task:
    """The task of reading a stream; raises BadSource when there is nothing to read."""
    with node.store.read() as db:
        catalogue = node.catalogue(db)
    tree = catalogue.tree
    allowed = frozenset(tree.within(plugin.unit)) if plugin.unit in tree else frozenset((plugin.unit,))
    context = CheckContext(codes=catalogue.code_sets, today=now.date(), units=frozenset(tree.units), allowed=allowed)
    return Task(plugin, stream, name_of(plugin, stream), _fingerprint(node, plugin, stream, catalogue.number), context)


def _fingerprint(node: Node, plugin: Plugin, stream: Stream, catalogue: int) -> str:
    """What a snapshot depends on: the source's bytes, the plugin, the catalogue, and the key of its person keys."""
    return digest(f"{fingerprint(plugin, stream)}|{catalogue}|{key_id(node)}".encode())


def key_id(node: Node) -> str:
    """Names the secret of the person keys without telling it."""
    return digest(b"person-key-id" + node.keys.person)[:16]


def is_current(node: Node, task: Task) -> bool:
    """Whether the stream's records are those of its source as it is. After a run that did not count it is read again,
    so that what that run put into quarantine goes with it."""
    with node.store.read() as db:
        held, newest = current_snapshot(db, task.name), newest_run(db, task.name)
    if held is None or held.run != newest or held.fingerprint != task.fingerprint:
        return False
    return is_here(node.store, held.digest)


def names_within(node: Node, plugin: Plugin) -> dict[str, str]:
    """Code and name of every unit that this plugin may name."""
    with node.store.read() as db:
        tree = node.tree(db)
    within = tree.within(plugin.unit) if plugin.unit in tree else ()
    return {code: tree[code].name for code in within}
