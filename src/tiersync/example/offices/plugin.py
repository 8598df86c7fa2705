"""The plugin folder of one office of the city: a plugin.toml with a stream for each of its files."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tiersync.example.offices.habits import Habits
from tiersync.example.offices.words import KEYS, Spelling, Words
from tiersync.model.records.kinds import Day
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import REGISTERS
from tiersync.model.unit import Unit

FOLDER = "register"
INBOX = "inbox"
BEGINS = "2012-01-01"  # Since when the offices keep lists of what happens.
FEWEST_REFUSED, REFUSED_PERCENT = 200, 1  # What a stream may refuse: more than the dirt that is planted.


def folder_of(unit: str) -> str:
    """The plugin folder of `unit`, below the folder of the city."""
    return f"{unit}/plugins/{FOLDER}"


def write_plugin(folder: Path, unit: Unit, rows: Mapping[str, int], habits: Habits, spelling: Spelling) -> None:
    """Write the plugin.toml of `unit`, whose files hold so many `rows` of each record."""
    lines = list(_plugin(unit.code, unit.name))
    for record, count in rows.items():
        lines += [*_stream(record, count, habits), *_map(record, habits, spelling)]
    (folder / "plugin.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plugin(unit: str, name: str) -> Iterator[str]:
    yield "[plugin]"
    yield f"id = {_quoted(FOLDER)}"
    yield f"name = {_quoted(f'{name}台账')}"
    yield 'version = "1.0.0"'
    yield "api = 1"
    yield f"unit = {_quoted(unit)}"


def _stream(record: str, rows: int, habits: Habits) -> Iterator[str]:
    yield ""
    yield "[[stream]]"
    yield f"record = {_quoted(record)}"
    yield f"key = [{', '.join(map(_quoted, KEYS[record]))}]"
    yield "[stream.source]"
    yield f"kind = {_quoted(habits.kind)}"
    yield f"path = {_quoted(f'{INBOX}/{habits.file_of(record)}')}"
    if record in REGISTERS:
        yield 'covers = "all"'
    elif record != "figure":
        yield f"from = {_quoted(BEGINS)}"
    if rows * REFUSED_PERCENT // 100 > FEWEST_REFUSED:
        yield "[stream.limits]"
        yield f"refused_rows = {rows * REFUSED_PERCENT // 100}"


def _map(record: str, habits: Habits, spelling: Spelling) -> Iterator[str]:
    words = habits.words_of(spelling.words[record])
    yield "[stream.map]"
    for name, header in habits.headers_of(record).items():
        if name in RECORDS[record].model_fields:
            yield f"{name} = {_field(record, name, _quoted(header), words.get(name, {}))}"


def _field(record: str, name: str, header: str, words: Words) -> str:
    """What the mapping says of one field; `header` is quoted already."""
    if isinstance(RECORDS[record].kinds()[name], Day):
        return f'{{ from = {header}, parse = "date" }}'
    if words:
        values = ", ".join(f"{_quoted(word)} = {_quoted(code)}" for code, word in words.items())
        return f"{{ from = {header}, values = {{ {values} }} }}"
    return header


def _quoted(text: str) -> str:
    """A TOML basic string; what JSON escapes, TOML escapes the same way."""
    return json.dumps(text, ensure_ascii=False)
