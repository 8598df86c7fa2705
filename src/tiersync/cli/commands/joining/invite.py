"""The command `invite`: a token for a unit below."""

from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now, settings_of


@click.command(
    help=say("为 UNIT 生成邀请码，七天内有效。", "Make a token for UNIT; it is valid for seven days."),
    epilog=examples("tiersync invite 371402000000 --dir city"),
)
@click.argument("unit")
@folder
@as_json
def invite(unit: str, folder: Path, as_json: bool) -> None:
    from tiersync.flow.joining.welcome import make_invitation

    settings = settings_of(folder)
    token = make_invitation(open_node(folder), unit, settings.serve.address, now())
    warn_of_loopback(token.url)
    if as_json:
        print_json({"unit": unit, "token": token.text(), "expires": token.expires})
        return
    click.echo(token.text())
    note(say(
        f"请把上面这一行交给 {unit}，由其运行：tiersync join TOKEN --dir 目录。有效期至 {token.expires:%Y-%m-%d}。",
        f"Hand this one line to {unit}; there: tiersync join TOKEN --dir FOLDER. Valid until {token.expires:%Y-%m-%d}.",
    ))  # fmt: skip


def warn_of_loopback(url: str) -> None:
    """An address at which only this machine is reached is no use to a child on another one."""
    from tiersync.web.client import is_only_here

    if is_only_here(url):
        note(say(
            f"邀请码中的地址 {url} 只有本机自己能访问，其他机器上的单位无法凭它加入：请把别人访问本节点的地址写入 "
            "tiersync.toml 的 [serve] url（新建节点时用 init --url），然后重新邀请。",
            f"The token names {url}, which only this machine itself can reach. A unit on another machine cannot join "
            "with it: write the address at which others reach this node as url under [serve] in tiersync.toml (at a "
            "new node: init --url), then invite it again.",
        ))  # fmt: skip
