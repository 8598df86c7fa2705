"""The tiersync.toml that `init` and `join` write: every setting with its value and a line that says what it is."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import tomlkit
from pydantic.fields import FieldInfo

from tiersync.config.settings import FILE, Settings, StoreSettings
from tiersync.model.canonical import Value

HEAD = """\
# tiersync 节点设置。修改后，下一条命令起生效；删去一行即恢复默认值。
# Settings of this tiersync node. A change counts from the next command on; a line taken out is back at its default.
"""


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `settings` as the commented tiersync.toml of `folder`, whole or not at all."""
    _write(folder, spell_settings(settings))


def write_store(folder: Path, store: StoreSettings) -> None:
    """Say in the tiersync.toml of `folder` that the database is elsewhere; every other word of it stays."""
    said = tomlkit.parse((folder / FILE).read_text(encoding="utf-8-sig"))
    if "store" not in said:
        said["store"] = tomlkit.table()
    said["store"]["url"] = store.url
    _write(folder, tomlkit.dumps(said))


def _write(folder: Path, text: str) -> None:
    partial = folder / f".{FILE}.partial"
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / FILE)


def spell_settings(settings: Settings) -> str:
    """`settings` as commented TOML."""
    return "\n".join([HEAD, *(line for name in Settings.model_fields for line in spell_section(settings, name))])


def spell_section(settings: Settings, name: str) -> Iterator[str]:
    """One heading with its settings."""
    section: Value = getattr(settings, name)
    yield f"[{name}]"
    for setting, field in type(section).model_fields.items():
        yield f"# {zh_of(field)}"
        yield f"# {field.description}"
        yield f"{setting} = {spell_value(getattr(section, setting))}"
    yield ""


def zh_of(field: FieldInfo) -> str:
    """What a setting is, in Chinese."""
    extra = field.json_schema_extra
    return str(extra["zh"]) if isinstance(extra, dict) else ""


def spell_value(value: object) -> str:
    """A value in TOML; texts, whole numbers, truths and lists are spelled there as in JSON."""
    return json.dumps(value, ensure_ascii=False)
