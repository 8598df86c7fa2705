"""The command `source`: whether a plugin's sources can be reached and read, before anything depends on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tiersync.cli.commands.plugin.list import plugin_of
from tiersync.cli.terminal.opening import open_with_plugins
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import LANG, say
from tiersync.host.opening import now
from tiersync.model.hidden import escaped

if TYPE_CHECKING:
    from tiersync.flow.reading_node import ReadingNode
    from tiersync.plugins.folder.manifest import Plugin
    from tiersync.plugins.folder.stream import Stream
    from tiersync.plugins.worker.reading import Worker


class CheckedSource(NamedTuple):
    """What came of looking at one stream's source: its first rows, how many of them are sound, the headers that nobody
    knew when it was mapped and those that are gone, and what is wrong."""

    stream: str
    kind: str
    rows: int = 0
    sound: int = 0
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    wrong: str = ""


@click.group(
    help=say("检查数据源能否连接和读取。", "Check whether sources can be reached and read."),
    epilog=examples("tiersync source check", "tiersync source check decheng"),
)
def source() -> None:
    """Sources of plugins."""


@source.command(
    help=say(
        "连接每个数据源，读取并核对前几行，不保存也不计数。有不能读取的，退出码为 1。"
        "ID 为插件编号（启用与否均可）；默认检查全部已启用的。",
        "Reach each source, read its first rows and check them; nothing is kept or counted. Exit code 1 when one "
        "cannot be read. ID is a plugin, enabled or not; by default all that are enabled.",
    ),
    epilog=examples("tiersync source check", "tiersync source check decheng --json"),
)
@click.argument("id_", metavar="[ID]", required=False)
@folder
@as_json
def check(id_: str | None, folder: Path, as_json: bool) -> int:
    node = open_with_plugins(folder)
    plugins = [plugin_of(folder, id_)] if id_ else list(node.plugins)
    found = [one for plugin in plugins for one in checked(node, plugin)]
    broken = [] if id_ else [error.say(LANG) for error in node.broken_plugins]
    if as_json:
        print_json({"sources": [one._asdict() for one in found], "broken": broken})
    else:
        show(found, broken)
    return int(bool(broken) or any(one.wrong for one in found))


def checked(node: "ReadingNode", plugin: "Plugin") -> Iterator[CheckedSource]:
    """Each stream of a plugin; one that cannot be read keeps no other from being looked at."""
    from tiersync.errors import TiersyncError
    from tiersync.flow.reading.unread import name_of, names_within

    for stream in plugin.streams:
        name = name_of(plugin, stream)
        try:
            there, units = plugin.in_zone(node.time_zone), names_within(node, plugin)
            with node.workers.open(there, units, node.bounds, node.secrets) as worker:
                yield look(node, plugin, stream, worker)
        except TiersyncError as error:
            yield CheckedSource(name, stream.source.kind, wrong=error.say(LANG))


def look(node: "ReadingNode", plugin: "Plugin", stream: "Stream", worker: "Worker") -> CheckedSource:
    """A stream's first rows, read and checked as a push would."""
    from tiersync.flow.reading.unread import task_of
    from tiersync.plugins.folder.lock import changed_headers
    from tiersync.rules.rows.check import check as check_rows

    task = task_of(node, plugin, stream, now())
    batch = next(iter(worker.read(stream, resume=task.stream.resume)), None)
    if batch is None:
        return CheckedSource(task.name, stream.source.kind)
    refused = check_rows(stream.record, batch.rows, task.context).refused.height
    changed = changed_headers(plugin, batch.head.unknown)
    rows = batch.rows.height
    return CheckedSource(task.name, stream.source.kind, rows, rows - refused, changed.new, changed.gone)


def show(found: list[CheckedSource], broken: list[str]) -> None:
    if not found and not broken:
        click.echo(say("没有启用的插件：tiersync plugin list", "No plugin is enabled: tiersync plugin list"))
    for one in found:
        if one.wrong:
            said = one.wrong.removeprefix(f"{one.stream}: ").removeprefix(f"{one.stream}：")
            click.secho(escaped(f"{one.stream} ({one.kind}): {said}"), fg="red")
            continue
        click.echo(say(
            f"{one.stream}（{one.kind}）：可以读取；前 {one.rows} 行中 {one.sound} 行有效。",
            f"{one.stream} ({one.kind}): can be read; of the first {one.rows} rows {one.sound} are sound.",
        ))  # fmt: skip
        for en, zh, headers in (("new columns", "新增的列", one.new), ("columns gone", "消失的列", one.gone)):
            if headers:
                click.secho(escaped(f"  {say(zh, en)}: {'、'.join(headers)}"), fg="yellow")
    for error in broken:
        click.secho(escaped(error), fg="red")
