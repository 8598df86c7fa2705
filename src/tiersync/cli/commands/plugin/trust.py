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
        "按现状启用插件。以后有改动时，须再次启用才会运行。",
        "Enable a plugin as it is now. If it changes later it is not run until it is enabled again.",
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
        "允许本机该用户组的成员向插件的 inbox 放入文件，其他内容仍不开放",
        "Let the members of this group of the machine put files into the plugin's inbox, and nowhere else",
    ),
)  # fmt: skip
@click.option("--yes", is_flag=True, help=say("上次检验未通过也启用", "Enable it though its last test failed"))
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
    again = say("（再次）", " again") if was is trust.PluginStanding.CHANGED else ""
    click.echo(say(
        f"{one.id} 已启用{again}，SHA-256 {pinned[:12]}…。下一步：tiersync push",
        f"{one.id} is enabled{again}, SHA-256 {pinned[:12]}…. Next: tiersync push",
    ))  # fmt: skip


def ask_all_the_same(id_: str, failed: "Sequence[str]") -> None:
    """Ask whether a plugin is to run that failed its test. Raises NeedsAnswers where nobody is there."""
    checks = "、".join(failed)
    if not sys.stdin.isatty():
        raise NeedsAnswers(
            each_en=f"- {id_} failed its last test ({checks}). Mend it, or enable it all the same with --yes",
            each_zh=f"- {id_} 上次检验未通过（{checks}）。请先修改；确要启用请加 --yes",
        )
    click.secho(say(f"{id_} 上次检验未通过：{checks}", f"{id_} failed its last test: {checks}"), fg="yellow")
    click.confirm(say("仍要启用吗？", "Enable it all the same?"), abort=True)


@click.command(
    help=say(
        "停用插件：目录保留，其记录不再计入。可用 enable 恢复。",
        "Take a plugin out of use; its folder stays, its records no longer count. Undo with enable.",
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
            f"{one.id} 已停用；从下次 push 起其记录不再计入。",
            f"{one.id} is disabled; from the next push on its records do not count.",
        ))  # fmt: skip
    else:
        click.echo(say(f"{one.id} 本来就未启用。", f"{one.id} was not enabled."))


@click.command(
    help=say(
        "与启用时相比有哪些不同；有不同时退出码为 1。",
        "What is different from the plugin as it was enabled; exit code 1 when something is.",
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
        click.echo(say("没有不同。", "Nothing is different."))
    for change in found:
        click.secho(f"{change.file}: {spoken(change.what)}", bold=True)
        for line in change.lines:
            click.secho(escaped(line), fg={"+": "green", "-": "red"}.get(line[:1]))
    return int(bool(found))
