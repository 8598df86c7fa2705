"""The command `join`: a node joins the unit above by its token."""

from pathlib import Path

import click

from tiersync.cli.commands.joining.options import listening, stored_at
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say
from tiersync.host.founding import Joining, join_parent, served_at, store_named


@click.command(
    help=say("凭上级生成的邀请码 TOKEN 加入。", "Join the unit above with the TOKEN that it made."),
    epilog=examples(
        "tiersync join tiersync1.eyJ… --dir decheng",
        "tiersync join tiersync1.eyJ… --dir decheng --url https://decheng.example:8471",
    ),
)
@click.argument("token")
@folder
@click.option("--url", default="", help=say("本节点供下级访问的地址", "Where this node will serve children of its own"))
@listening
@click.option("--insecure", is_flag=True, help=say("允许跨机器使用未加密的 http", "Allow plain http off this machine"))
@stored_at
@as_json
def join(token: str, folder: Path, url: str, listen: str, insecure: bool, store: str, as_json: bool) -> None:
    serve = served_at(listen, url, insecure)
    invitation, joined = join_parent(folder, token, Joining(serve, insecure, store_named(store)))
    if as_json:
        print_json({"unit": invitation.unit, "parent": invitation.parent, "held_before": joined.held_before})
        return
    click.echo(say(
        f"{invitation.unit} 已加入 {invitation.parent}。请把插件目录放入 {folder / 'plugins'}；"
        f"下一步：tiersync push --dir {folder}",
        f"{invitation.unit} has joined {invitation.parent}. Put plugin folders into {folder / 'plugins'}; "
        f"next: tiersync push --dir {folder}",
    ))  # fmt: skip
    if joined.held_before:
        click.echo(say(
            f"上级此前已持有本单位 {len(joined.held_before)} 份报告。",
            f"The unit above held {len(joined.held_before)} reports of this unit from before.",
        ))  # fmt: skip
