"""A plugin folder for a made-up source: its plugin.toml, and the inbox that its files lie in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tiersync.example.habits import Habits
from tiersync.example.words import DATES, KEYS, LOOKED_UP, UNMAPPED

PLUGINS = "plugins"
FOLDER = "ledgers"
INBOX = "inbox"


class Source(NamedTuple):
    """One stream of a plugin: what it holds, where its file lies, and how whoever keeps it writes."""

    record: str
    file: str
    habits: Habits
    limits: Mapping[str, float] = {}


def folder_of(unit: str) -> str:
    """The plugin folder of `unit`, below the folder of the network."""
    return f"{unit}/{PLUGINS}/{FOLDER}"


def place_of(unit: str, file: str) -> str:
    """Where a source file of `unit` lies, below the folder of the network."""
    return f"{folder_of(unit)}/{INBOX}/{file}"


def write_plugin(folder: Path, unit: str, name: str, sources: Sequence[Source]) -> None:
    """Make the plugin folder of `unit` with its plugin.toml and an inbox for its files."""
    (folder / INBOX).mkdir(parents=True, exist_ok=True)
    lines = [*_plugin(unit, name), *(line for source in sources for line in _stream(source))]
    (folder / "plugin.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plugin(unit: str, name: str) -> Iterator[str]:
    yield "[plugin]"
    yield f"id = {_quoted(FOLDER)}"
    yield f"name = {_quoted(name)}"
    yield 'version = "1.0.0"'
    yield "api = 1"
    yield f"unit = {_quoted(unit)}"


def _stream(source: Source) -> Iterator[str]:
    yield ""
    yield "[[stream]]"
    yield f"record = {_quoted(source.record)}"
    yield f"key = [{', '.join(map(_quoted, KEYS[source.record]))}]"
    yield "[stream.source]"
    yield f"kind = {_quoted(source.habits.kind)}"
    yield f"path = {_quoted(f'{INBOX}/{source.file}')}"
    if source.limits:
        yield "[stream.limits]"
        yield from (f"{name} = {limit}" for name, limit in source.limits.items())
    yield "[stream.map]"
    yield from _map(source)


def _map(source: Source) -> Iterator[str]:
    for name, header in source.habits.headers_of(source.record).items():
        if name not in UNMAPPED:
            yield f"{name} = {_field(source, name, _quoted(header))}"


def _field(source: Source, name: str, header: str) -> str:
    """What the mapping says of one field; `header` is quoted already."""
    words = source.habits.words_of(source.record)
    if name in DATES:
        return f'{{ from = {header}, parse = "date" }}'
    if (source.record, name) in LOOKED_UP:
        return f'{{ from = {header}, lookup = "units" }}'
    if name not in words:
        return header
    values = ", ".join(f"{_quoted(word)} = {_quoted(code)}" for code, word in words[name].items())
    return f"{{ from = {header}, values = {{ {values} }} }}"


def _quoted(text: str) -> str:
    """A TOML basic string; what JSON escapes, TOML escapes the same way."""
    return json.dumps(text, ensure_ascii=False)
