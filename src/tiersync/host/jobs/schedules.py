"""The schedules of a node: those in its tiersync.toml, and a default for whatever has none there."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tiersync.config.schedules import NEVER, ScheduleSettings, interval_of
from tiersync.config.settings import FILE, Settings
from tiersync.errors import BadSetting, UnknownName
from tiersync.flow.node import Node
from tiersync.rules.calendar.slots import After, Cron, Every, Office, Rule, Schedule, why_no_cron

AT_NIGHT = {"reconcile": "20 1 * * *", "scrub": "50 1 * * *", "tidy": "40 3 * * *", "backup": "10 3 * * 0"}
WHY_NO_CRON = {
    "five fields": ("it is no cron expression of five fields", "不是五段的 cron 表达式"),
    "never": ("it never comes", "永远不会触发"),
}


def schedules_of(folder: Path, settings: Settings) -> list[Schedule]:
    """Every schedule of a node, those that were written first; raises BadSetting for one that never comes, and for two
    of one name: what a node remembers of a schedule goes by its name."""
    said = {one.what for one in settings.schedule}
    defaults = [one for one in _defaults(settings) if one.what not in said]
    return [*_written(folder, settings, {one.name for one in defaults}), *defaults]


def _written(folder: Path, settings: Settings, taken: set[str]) -> Iterator[Schedule]:
    for place, one in enumerate(settings.schedule, 1):
        if one.when == NEVER:
            continue
        name = one.name or one.what
        if name in taken:
            en = f"{name} stands twice; give each schedule a name of its own"
            raise _unusable(folder, place, "name", en, f"名称 {name} 重复，请为每项计划取不同的名称（name）")
        taken.add(name)
        yield Schedule(name, one.what, _rule(folder, place, one), one.streams)


def _rule(folder: Path, place: int, one: ScheduleSettings) -> Rule:
    if one.after:
        return After(*one.after.model_dump().values())
    if one.every:
        return Every(interval_of(one.every))
    wrong = why_no_cron(one.when)
    if wrong:
        en, zh = WHY_NO_CRON.get(wrong, (f"it is no time that comes ({wrong})", f"不是会到来的时间（{wrong}）"))
        raise _unusable(folder, place, "when", en, zh)
    return Cron(one.when)


def _unusable(folder: Path, place: int, setting: str, en: str, zh: str) -> BadSetting:
    return BadSetting(file=folder / FILE, setting=f"schedule {place}.{setting}", why_en=en, why_zh=zh)


def _defaults(settings: Settings) -> Iterator[Schedule]:
    """Push and pull every quarter of an hour, everything else at night; nobody is pulled from at the top."""
    often = Every(timedelta(seconds=settings.run.interval_seconds))
    yield Schedule("push", "push", often, is_default=True)
    if settings.parent.url:
        yield Schedule("pull", "pull", often, is_default=True)
    for what, expression in AT_NIGHT.items():
        yield Schedule(what, what, Cron(expression), is_default=True)


def schedule_named(schedules: list[Schedule], name: str) -> Schedule:
    """The schedule of a name; raises UnknownName."""
    for one in schedules:
        if one.name == name:
            return one
    raise UnknownName(what="schedule", name=name, hint="See: tiersync schedule list")


def office_of(node: Node) -> Office:
    """By what the slots of a node are found."""
    return Office(node.home, ZoneInfo(node.time_zone), cache(node.working_days_now))
