"""Commands that decide which plugins run: enable, disable, diff."""

from pathlib import Path

import click

from tiersync.cli.options import as_json, examples, folder
from tiersync.cli.output import print_json
from tiersync.cli.plugin_list import plugin_of
from tiersync.cli.spoken import spoken
from tiersync.cli.words import say
from tiersync.model.hidden import escaped


@click.command(
    help=say(
        "Enable a plugin as it is now. If it changes later it is not run until it is enabled again.",
        "按现状启用插件。以后有改动时，须再次启用才会运行。",
    ),
    epilog=examples(
        "tiersync plugin enable decheng", "tiersync plugin enable decheng --inbox-group laoling --dir decheng"
    ),
)
@click.argument("id_", metavar="ID")
@folder
@click.option(
    "--inbox-group", default="", metavar="GROUP",
    help=say(
        "Let the members of this group of the machine put files into the plugin's inbox, and nowhere else",
        "允许本机该用户组的成员向插件的 inbox 放入文件，其他内容仍不开放",
    ),
)  # fmt: skip
def enable(id_: str, folder: Path, inbox_group: str) -> None:
    from tiersync.plugins import trust
    from tiersync.plugins.shared import share_inbox

    one = plugin_of(folder, id_)
    if inbox_group:
        share_inbox(one.folder.resolve(), inbox_group)
    was = trust.standing(one)
    pinned = trust.enable(one)
    again = say(" again", "（再次）") if was is trust.Standing.CHANGED else ""
    click.echo(say(
        f"{one.id} is enabled{again}, SHA-256 {pinned[:12]}…. Next: tiersync push",
        f"{one.id} 已启用{again}，SHA-256 {pinned[:12]}…。下一步：tiersync push",
    ))  # fmt: skip


@click.command(
    help=say(
        "Take a plugin out of use; its folder stays, its records no longer count. Undo with enable.",
        "停用插件：目录保留，其记录不再计入。可用 enable 恢复。",
    ),
    epilog=examples("tiersync plugin disable decheng"),
)
@click.argument("id_", metavar="ID")
@folder
def disable(id_: str, folder: Path) -> None:
    from tiersync.plugins import trust

    one = plugin_of(folder, id_)
    if trust.disable(one):
        click.echo(say(
            f"{one.id} is disabled; from the next push on its records do not count.",
            f"{one.id} 已停用；从下次 push 起其记录不再计入。",
        ))  # fmt: skip
    else:
        click.echo(say(f"{one.id} was not enabled.", f"{one.id} 本来就未启用。"))


@click.command(
    help=say(
        "What is different from the plugin as it was enabled; exit code 1 when something is.",
        "与启用时相比有哪些不同；有不同时退出码为 1。",
    ),
    epilog=examples("tiersync plugin diff decheng"),
)
@click.argument("id_", metavar="ID")
@folder
@as_json
def diff(id_: str, folder: Path, as_json: bool) -> int:
    from tiersync.plugins import trust

    found = trust.changes(plugin_of(folder, id_))
    if as_json:
        print_json([change._asdict() for change in found])
        return int(bool(found))
    if not found:
        click.echo(say("Nothing is different.", "没有不同。"))
    for change in found:
        click.secho(f"{change.file}: {spoken(change.what)}", bold=True)
        for line in change.lines:
            click.secho(escaped(line), fg={"+": "green", "-": "red"}.get(line[:1]))
    return int(bool(found))
