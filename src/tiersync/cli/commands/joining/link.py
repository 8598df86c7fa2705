"""The command `link`: the links of this node, revoked or resumed."""

from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now


@click.group(help=say("查看或吊销链路。", "Show links, or revoke one."), epilog=examples("tiersync link list"))
def link() -> None:
    """Links of this node."""


@link.command(
    name="list", help=say("本节点的全部链路。", "Every link of this node."), epilog=examples("tiersync link list")
)
@folder
@as_json
@as_file
def list_links(folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.links import link_lines, link_objects, links_table

    node = open_node(folder)
    lines = link_lines(node, now())
    if as_json:
        print_json(link_objects(lines))
        return
    show_one(links_table(lines), node, wanted)


@link.command(
    help=say("从下一条报文起拒绝 UNIT 的节点。", "Refuse UNIT's node from its next message on."),
    epilog=examples("tiersync link revoke 371402000000 --dir city --yes"),
)
@click.argument("unit")
@folder
@click.option("--yes", is_flag=True, help=say("不再询问", "Do not ask"))
def revoke(unit: str, folder: Path, yes: bool) -> None:
    from tiersync.flow.joining import welcome

    node = open_node(folder)
    if not yes:
        click.confirm(say(f"确定吊销 {unit} 的节点？", f"Revoke the node of {unit}?"), abort=True)
    welcome.revoke(node, unit, now())
    click.echo(say(f"{unit} 已吊销；需要时可重新邀请。", f"{unit} is revoked; invite it again when it is in order."))


@link.command(
    help=say("曾有两台机器以 UNIT 的名义连接，现在只留一台：恢复接收其数据。",
             "Take UNIT's figures again after two machines spoke as it, and one alone does now."),
    epilog=examples("tiersync link resume 371402000000 --dir city --yes"),
)  # fmt: skip
@click.argument("unit")
@folder
@click.option("--yes", is_flag=True, help=say("不再询问", "Do not ask"))
def resume(unit: str, folder: Path, yes: bool) -> None:
    from tiersync.flow.exchange import two_machines

    node = open_node(folder)
    if not yes:
        click.confirm(say(
            f"以 {unit} 名义连接的另一台机器是否已停用？", f"Is the other machine that spoke as {unit} stopped?"
        ), abort=True)  # fmt: skip
    two_machines.resume(node, unit, now())
    click.echo(say(f"已恢复接收 {unit} 的数据。", f"{unit} is heard again."))
