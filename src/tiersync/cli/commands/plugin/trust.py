"""Commands that decide which plugins run: enable, disable, diff."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.plugin.list import plugin_of
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import say
from tiersync.errors import NeedsAnswers
from tiersync.model.hidden import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence


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
@click.option("--yes", is_flag=True, help=say("Enable it though its last test failed", "上次检验未通过也启用"))
def enable(id_: str, folder: Path, inbox_group: str, yes: bool) -> None:
    from tiersync.plugins.folder import trust
    from tiersync.plugins.folder.shared import share_inbox
    from tiersync.plugins.folder.tested import failed_checks

    one = plugin_of(folder, id_)
    if not yes and (failed := failed_checks(one)):
        ask_all_the_same(one.id, failed)
    if inbox_group:
        share_inbox(one.folder.resolve(), inbox_group)
    was = trust.standing(one)
    pinned = trust.enable(one)
    again = say(" again", "（再次）") if was is trust.PluginStanding.CHANGED else ""
    click.echo(say(
        f"{one.id} is enabled{again}, SHA-256 {pinned[:12]}…. Next: tiersync push",
        f"{one.id} 已启用{again}，SHA-256 {pinned[:12]}…。下一步：tiersync push",
    ))  # fmt: skip


def ask_all_the_same(id_: str, failed: "Sequence[str]") -> None:
    """Ask whether a plugin is to run that failed its test. Raises NeedsAnswers where nobody is there."""
    checks = "、".join(failed)
    if not sys.stdin.isatty():
        raise NeedsAnswers(
            each_en=f"- {id_} failed its last test ({checks}). Mend it, or enable it all the same with --yes",
            each_zh=f"- {id_} 上次检验未通过（{checks}）。请先修改；确要启用请加 --yes",
        )
    click.secho(say(f"{id_} failed its last test: {checks}", f"{id_} 上次检验未通过：{checks}"), fg="yellow")
    click.confirm(say("Enable it all the same?", "仍要启用吗？"), abort=True)


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
    from tiersync.plugins.folder import trust

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
    from tiersync.plugins.folder import trust

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
