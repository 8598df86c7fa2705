"""The command `schedule`: what a node does by itself, and when; doing it now, and letting it rest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.log import reporter_to
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, progress
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import LANG, say
from tiersync.errors import JobWrong
from tiersync.host.opening import now, settings_of

if TYPE_CHECKING:
    from tiersync.flow.node import Node
    from tiersync.rules.calendar.slots import Office, Schedule

NAME = click.argument("name", metavar="NAME")


@click.group(
    help=say("查看和管理计划：本节点自动做什么、何时做。", "What this node does by itself, and when."),
    epilog=examples("tiersync schedule list", "tiersync schedule next --days 7", "tiersync schedule run backup"),
)
def schedule() -> None:
    """What a node does by itself."""


def scheduled(folder: Path) -> "tuple[Node, list[Schedule], Office]":
    """A node, its schedules, and by what their slots are found."""
    from tiersync.host.jobs.schedules import office_of, schedules_of

    node = open_node(folder)
    return node, schedules_of(folder, settings_of(folder)), office_of(node)


@schedule.command(
    name="list",
    help=say(
        "全部计划：时间、下次、上次及结果。", "Every schedule: its time, when it comes next, and what came of it."
    ),
    epilog=examples("tiersync schedule list", "tiersync schedule list --json"),
)
@folder
@as_json
@as_file
def list_schedules(folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.running.jobs import schedule_lines, schedules_table

    node, schedules, office = scheduled(folder)
    lines = schedule_lines(node, schedules, office, now())
    if as_json:
        print_json([line.as_object() for line in lines])
    else:
        show_one(schedules_table(lines), node, wanted)


@schedule.command(
    name="next",
    help=say("今后几天将要执行的任务。", "What comes in the next days."),
    epilog=examples("tiersync schedule next", "tiersync schedule next --days 7 --name reconcile"),
)
@folder
@click.option(
    "--days", type=click.IntRange(1, 400), default=1, show_default=True, help=say("多少天", "For so many days")
)
@click.option("--name", default="", help=say("只看该计划", "Only this schedule"))
@as_json
@as_file
def coming(folder: Path, days: int, name: str, as_json: bool, wanted: AsFile) -> None:
    from tiersync.host.jobs.schedules import schedule_named
    from tiersync.views.running.jobs import coming_slots, coming_table

    node, schedules, office = scheduled(folder)
    if name:
        schedules = [schedule_named(schedules, name)]
    moment = now()
    slots = coming_slots(node, schedules, office, moment, moment + timedelta(days=days))
    if as_json:
        print_json([{"at": one.starts.isoformat(timespec="seconds"), "name": one.schedule.name} for one in slots])
    else:
        show_one(coming_table(slots), node, wanted)


@schedule.command(
    help=say("立即执行一次 NAME，不影响其计划。", "Do NAME once now, whatever its schedule says."),
    epilog=examples("tiersync schedule run backup", "tiersync schedule run reconcile --json"),
)
@NAME
@folder
@as_json
def run(name: str, folder: Path, as_json: bool) -> None:
    from tiersync.host.jobs.by_hand import run_by_hand

    ended = run_by_hand(folder, name, reporter_to("text"), progress())
    said = ended.outcome.said
    if as_json:
        print_json({"name": name, "result": ended.outcome.result, "said": said.say(LANG)})
    elif ended.outcome.result == "done":
        click.echo(say(f"{name} 已完成：{said.zh}", f"{name} is done: {said.en}"))
    if ended.outcome.result != "done":
        raise JobWrong(name=name, why_zh=said.zh, why_en=said.en)


@schedule.command(
    help=say(
        "暂停 NAME，直到 --until 或有人恢复；暂停期间错过的不补做。",
        "Let NAME rest until --until, or until somebody resumes it; what it misses meanwhile is not made up.",
    ),
    epilog=examples("tiersync schedule pause push --until 2026-02-24", "tiersync schedule pause backup"),
)
@NAME
@folder
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help=say("到此时恢复（本单位时间）", "Until then, by the clock of the office"),
)  # fmt: skip
def pause(name: str, folder: Path, until: datetime | None) -> None:
    from tiersync.flow.jobs.states import pause as let_rest
    from tiersync.host.jobs.schedules import schedule_named

    node, schedules, _ = scheduled(folder)
    schedule_named(schedules, name)
    moment = until.replace(tzinfo=ZoneInfo(node.time_zone)).astimezone(UTC) if until else None
    if moment and moment <= now():
        raise click.UsageError(say("--until 须在将来。", "--until lies in the past."))
    let_rest(node, name, moment, now())
    rests = f"{until:%Y-%m-%d %H:%M}" if until else ""
    click.echo(say(
        f"{name} 已暂停{'，' + rests + ' 恢复' if rests else ''}。恢复：tiersync schedule resume {name}",
        f"{name} rests{' until ' + rests if rests else ''}. To go on: tiersync schedule resume {name}",
    ))  # fmt: skip


@schedule.command(
    help=say("恢复已暂停的 NAME。", "Let NAME go on that rests."), epilog=examples("tiersync schedule resume push")
)
@NAME
@folder
def resume(name: str, folder: Path) -> None:
    from tiersync.flow.jobs.states import resume as let_go_on
    from tiersync.host.jobs.schedules import schedule_named

    node, schedules, _ = scheduled(folder)
    schedule_named(schedules, name)
    if let_go_on(node, name, now()):
        click.echo(say(f"{name} 已恢复。", f"{name} goes on."))
    else:
        click.echo(say(f"{name} 没有暂停。", f"{name} was not resting."))
