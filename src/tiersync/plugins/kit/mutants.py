"""Mutants: the plugin's mapping broken in small ways, to see whether its fixtures would notice."""

from collections.abc import Iterator
from typing import NamedTuple

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import MappedField, Stream
from tiersync.plugins.kit.bench import Bench
from tiersync.plugins.kit.reads import differences
from tiersync.plugins.kit.sound import with_expected


class Mutant(NamedTuple):
    """A broken plugin, and how it was broken."""

    stream: str
    how: str
    plugin: Plugin


def mutants(plugin: Plugin) -> Iterator[Mutant]:
    """The plugin broken once in each way."""
    for stream in plugin.streams:
        for name, field in stream.map.items():
            for how, broken in broken_fields(stream, name, field):
                changed = stream.model_copy(update={"map": {**stream.map, name: broken}})
                streams = tuple(changed if one.name == stream.name else one for one in plugin.streams)
                yield Mutant(stream.name, f"{name}: {how}", plugin.model_copy(update={"streams": streams}))


def broken_fields(stream: Stream, name: str, field: MappedField) -> Iterator[tuple[str, MappedField]]:
    """One field's mapping broken: another column, codes exchanged, a word lost, a step left out."""
    if field.constant is not None:
        yield "another constant", field.model_copy(update={"constant": field.constant[::-1] + "0"})
    others = [other for key, other in stream.map.items() if key != name and other.columns]
    for header in field.ticks:
        ticks = {one: code for one, code in field.ticks.items() if one != header}
        yield "a tick lost", field.model_copy(update={"ticks": ticks, "headers": tuple(ticks)})
    if field.columns and others and not field.ticks:
        yield "another column", field.model_copy(update={"headers": others[0].columns})
    codes = list(field.values)
    if len(set(field.values.values())) > 1:
        turned = dict(zip(codes, [*list(field.values.values())[1:], field.values[codes[0]]], strict=True))
        yield "codes exchanged", field.model_copy(update={"values": turned})
    for word in codes:
        yield "a word lost", field.model_copy(update={"values": {w: c for w, c in field.values.items() if w != word}})
    if field.parse:
        yield "not parsed", field.model_copy(update={"parse": None})
    if field.lookup:
        yield "not looked up", field.model_copy(update={"lookup": None})


def noticed(bench: Bench) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether the fixtures tell it from the plugin."""
    streams = {stream.name: (stream, expected) for stream, expected in with_expected(bench)}
    for mutant in mutants(bench.plugin):
        if mutant.stream in streams:
            stream, expected = streams[mutant.stream]
            fixture = bench.fixture(stream) or bench.scratch
            read = bench.read(mutant.plugin.stream(stream.name), fixture, mutant.plugin)
            yield mutant, any(differences(stream, read, expected, with_places=False))
