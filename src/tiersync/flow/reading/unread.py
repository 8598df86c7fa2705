"""What has to be read: streams whose source, plugin or catalogue changed since their records were taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tiersync.errors import BadPlugin
from tiersync.flow.figures.asked import catalogues_in_use
from tiersync.flow.node import Node
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.canonical import canonical, digest
from tiersync.model.catalogue import united_codes
from tiersync.model.records.kinds import Code, Codes
from tiersync.model.records.record import RECORDS
from tiersync.model.unit import Nameable
from tiersync.plugins.folder.manifest import Plugin, refuse_foreign_spellings
from tiersync.plugins.folder.stream import Resume, Stream
from tiersync.plugins.kinds.files import code_of, digests_of, fingerprint_of, reads_files
from tiersync.rules.rows.check import CheckContext
from tiersync.rules.rows.further import of_record
from tiersync.rules.rows.needed import needed_fields
from tiersync.store.catalogues import held_catalogues
from tiersync.store.files.snapshots import current_snapshot, is_here
from tiersync.store.runs.quarantine import newest_run, waiting_since

NOT_YET = "not_yet"  # Why a row is refused that is dated tomorrow; tomorrow it is not.
MAY_BE_EMPTY = ("file", "none")  # cursors of files that somebody may put away once they are read
READING = 12  # Raised when the same rows would be read, checked or projected otherwise, so that every node reads anew.


@dataclass(frozen=True)
class Task:
    """One stream that has to be read, with what its rows are checked against.

    `reads` tells by what rules it is read; `fingerprint` also what its source holds, '' where only reading tells that;
    `files` are its files with their digests.
    One that is read `anew` is read from its beginning, whatever its cursor says.
    """

    plugin: Plugin
    stream: Stream
    name: str
    reads: str
    fingerprint: str
    context: CheckContext
    anew: bool = False
    files: Mapping[str, str] = field(default_factory=dict)


def name_of(plugin: Plugin, stream: Stream) -> str:
    """A stream's name within its node."""
    return f"{plugin.id}/{stream.name}"


def names_of_streams(plugins: Iterable[Plugin]) -> list[str]:
    """The names of all streams of some plugins."""
    return [name_of(plugin, stream) for plugin in plugins for stream in plugin.streams]


def task_of(node: ReadingNode, plugin: Plugin, stream: Stream, now: datetime) -> Task:
    """The task of reading a stream; raises BadSource when there is nothing to read, and BadPlugin when a package brings
    its record type without all that it needs."""
    with node.store.read() as db:
        catalogue, held = node.catalogue(db), current_snapshot(db, name_of(plugin, stream))
        in_use, newest = catalogues_in_use(db, node, node.day_of(now)), held_catalogues(db)[-1].envelope
    if stream.cursor.kind in MAY_BE_EMPTY and held is not None and is_here(node.store, held.digest):
        stream = stream.model_copy(update={"resume": Resume(goes_on=True)})  # Its files may have been taken away.
    read_on = stream.resume.model_copy(update={"read_on": node.day_of(now)})
    stream = stream.model_copy(update={"resume": read_on})
    tree = catalogue.tree
    allowed = frozenset(tree.ever_within(plugin.unit)) if plugin.unit in tree else frozenset((plugin.unit,))
    refuse_foreign_spellings(plugin, allowed)
    brought = {name: codes for one in node.brought for name, codes in one.codes.items()}
    checked = [check.field for check in of_record(node.further, stream.record)]
    named = (*stream.key, *checked)
    needs = (needed_fields(stream.record, one, named, node.further_indicators) for one in in_use)
    needed = {stream.record: frozenset().union(*needs)}
    codes = brought | united_codes(in_use)
    context = CheckContext(codes, node.day_of(now), frozenset(tree.units), allowed, needed)
    _check_lists(node, stream.record, context)
    reads = _reads(node, plugin, stream, newest, needed[stream.record])
    files = digests_of(plugin, stream) if reads_files(stream) else []
    whole = digest(f"{fingerprint_of(plugin, stream, files)}|{reads}".encode()) if reads_files(stream) else ""
    return Task(plugin, stream, name_of(plugin, stream), reads, whole, context, files=dict(files))


def _check_lists(node: ReadingNode, record: str, context: CheckContext) -> None:
    """A package's record type names code lists that come with it or stand in the catalogue; raises BadPlugin."""
    needed = {kind.codes for kind in RECORDS[record].kinds().values() if isinstance(kind, Code | Codes)}
    lacking = ", ".join(sorted(needed - context.codes.keys()))
    for one in node.brought:
        if one.record == record and lacking:
            raise BadPlugin(
                file=one.package, why_en=f"{record}: no code list {lacking}", why_zh=f"{record}：没有代码表 {lacking}"
            )


def _reads(node: ReadingNode, plugin: Plugin, stream: Stream, catalogue: str, needed: frozenset[str]) -> str:
    """What a row's record depends on beside the row: the program, the plugin, the catalogue, the office's clock, the
    person key, and which fields are needed."""
    further = [f"{check.package} {check.version} {check.reason}" for check in of_record(node.further, stream.record)]
    brought = [f"{one.package} {one.version}" for one in node.brought if one.record == stream.record]
    code = code_of(plugin, stream)
    told = [READING, code, stream.name, catalogue, node.time_zone, key_id(node), sorted(needed), *further, *brought]
    return digest(canonical(told))


def key_id(node: Node) -> str:
    """Names the secret of the person keys without telling it."""
    return digest(b"person-key-id" + node.keys.person)[:16]


def is_current(node: Node, task: Task) -> bool:
    """Whether the stream's records are those of its source as it is. After a run that did not count it is read again,
    so that what that run put into quarantine goes with it; and so it is on another day when dates had not come yet."""
    with node.store.read() as db:
        held, newest = current_snapshot(db, task.name), newest_run(db, task.name)
        waits = waiting_since(db, task.name, NOT_YET)
    if held is None or newest is None or held.run != newest.id:
        return False
    if not task.fingerprint or held.fingerprint != task.fingerprint or not held.spoken:
        return False
    read_on = node.day_of(datetime.fromisoformat(newest.started_at))
    if waits and read_on < task.context.today:
        return False
    return is_here(node.store, held.digest)


def names_within(node: Node, plugin: Plugin) -> Nameable:
    """Every unit that this plugin may name, whenever it was alive."""
    with node.store.read() as db:
        return node.tree(db).nameable(plugin.unit)
