"""Reading as a job: what keeps failing is left alone for a while, and only some streams may be looked at."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from tiersync.errors import PluginPaused, UnknownName
from tiersync.flow.reading.ingest import Ingested, Outcome, gather, read_plugin
from tiersync.flow.reading.unread import name_of, names_of_streams
from tiersync.flow.reading_node import ReadingNode
from tiersync.plugins.folder.manifest import Plugin
from tiersync.rules.calendar.probe import next_probe
from tiersync.store.runs.quarantine import crashes_in_a_row


def read_patiently(node: ReadingNode, now: datetime, among: Collection[str] = ()) -> Ingested:
    """The same, as the daemon does it: a plugin whose worker keeps failing is left alone until its next probe. Where
    streams are named, only those `among` them are looked at; raises UnknownName for one that nobody has."""
    names = names_of_streams(node.plugins)
    for name in among:
        if name not in names:
            raise UnknownName(what="stream", name=name, hint="See: tiersync plugin list")
    outcomes: list[Outcome] = []
    for plugin in node.plugins:
        if among and not any(name_of(plugin, stream) in among for stream in plugin.streams):
            continue
        paused = _paused(node, plugin, now)
        outcomes += [paused] if paused else read_plugin(node, plugin, now, among=among or None)
    return gather(node, now, outcomes)


def _paused(node: ReadingNode, plugin: Plugin, now: datetime) -> PluginPaused | None:
    """Why a plugin is not tried now, if it is not."""
    with node.store.read() as db:
        failures = [crashes_in_a_row(db, name_of(plugin, stream)) for stream in plugin.streams]
    times, last = max(failures)
    probe = next_probe(times, datetime.fromisoformat(last)) if last else None
    if probe is None or probe <= now:
        return None
    until = f"{probe.astimezone(ZoneInfo(node.time_zone)):%Y-%m-%d %H:%M}"
    return PluginPaused(plugin=plugin.id, times=times, until=until)
