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


SCHEDULES = """\
# 计划：没有写明的按默认（tiersync schedule list 可查看）。
# what 为 read、push、pull、reconcile、scrub、backup、tidy 或 remind；
# 时间写 when（cron 五段，或 "never" 停用默认计划）、every 或 after 之一；read、push 可用 streams 限定数据流。
# Schedules; what is not written here has a default (tiersync schedule list shows them). when is a cron expression of
# five fields, or "never" to switch a default off; read and push may name streams.
#   [[schedule]]
#   what = "push"
#   when = "30 2 * * 1-5"
#   [[schedule]]
#   what = "reconcile"
#   after = { period = "Q", days = 5, working = true, at = "09:00" }
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
    sections = (name for name in Settings.model_fields if name != "schedule")
    lines = (line for name in sections for line in spell_section(settings, name))
    return "\n".join([HEAD, *lines, *spell_schedules(settings)])


def spell_schedules(settings: Settings) -> Iterator[str]:
    """The schedules that were written, below an example."""
    yield SCHEDULES
    for one in settings.schedule:
        yield "[[schedule]]"
        said = one.model_dump(mode="json", exclude_defaults=True)
        yield from (f"{name} = {spell_value(value)}" for name, value in said.items() if name != "after")
        if one.after:
            after = one.after.model_dump(mode="json")
            yield f"after = {{ {', '.join(f'{name} = {spell_value(value)}' for name, value in after.items())} }}"
        yield ""


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
