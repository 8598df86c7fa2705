"""Commands that make a node: init, invite, join, link."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tiersync.cli.opening import new_store, now, office_time, open_node, settings_of, writing
from tiersync.cli.options import as_json, examples, folder
from tiersync.cli.output import note, print_json, print_table
from tiersync.cli.words import say
from tiersync.errors import BadSetting, NobodyToJoin, NodeExists, ParentDown

if TYPE_CHECKING:
    from tiersync.config.settings import ServeSettings, Settings, StoreSettings
    from tiersync.link.messages import Joined
    from tiersync.link.token import Token
    from tiersync.model.catalogue import Catalogue

listening = click.option(
    "--listen", default="", help=say(
        "Where to listen; default: the address in --url on this machine, else 127.0.0.1:8471 behind a proxy",
        "监听地址；默认：--url 为本机地址时与其相同，否则为 127.0.0.1:8471（由反向代理转发）",
    ),
)  # fmt: skip

stored_at = click.option(
    "--store", "store", default="", metavar="URL", help=say(
        "The node's database: postgresql://… without a password, or secret:NAME; default: a file in the folder",
        "节点数据库：不含密码的 postgresql:// 地址，或 secret:名称；默认为目录中的文件",
    ),
)  # fmt: skip


def store_named(url: str) -> "StoreSettings":
    """What --store says as a setting; raises BadSetting, as a tiersync.toml with it would."""
    from pydantic import ValidationError

    from tiersync.config.settings import StoreSettings
    from tiersync.model.wording import first_wrong

    try:
        return StoreSettings(url=url)
    except ValidationError as error:
        wrong = first_wrong(error)
        raise BadSetting(file="--store", setting="url", why_en=wrong.en, why_zh=wrong.zh) from None


def refuse_existing(place: Path) -> None:
    """A folder that already holds a node is never made into another."""
    if (place / "tiersync.toml").exists():
        raise NodeExists(dir=place.resolve(), unit=settings_of(place).node.unit)


@click.command(
    help=say("Set up the top node: UNIT is the top of the tree.", "建立最上级节点：UNIT 为单位树的顶端。"),
    epilog=examples("tiersync init 371400000000 --dir city --url https://city.example:8471"),
)
@click.argument("unit")
@folder
@click.option("--url", required=True, help=say("Where children reach this node", "下级访问本节点的地址"))
@listening
@click.option(
    "--units", "units_csv", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("A list of units (CSV); default: the packaged tree of Dezhou", "单位清单（CSV）；默认为内置的德州市单位"),
)  # fmt: skip
@click.option(
    "--catalogue", "own", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=say(
        "A folder with indicators, forms (*.toml) and code lists (codes/*.csv) of your own, beside the packaged ones",
        "存放自定义指标、报表（*.toml）和代码表（codes/*.csv）的目录，与内置目录合并使用",
    ),
)  # fmt: skip
@click.option("--insecure", is_flag=True, help=say("Allow plain http off this machine", "允许跨机器使用未加密的 http"))
@stored_at
def init(
    unit: str, folder: Path, url: str, listen: str, units_csv: Path | None, own: Path | None, insecure: bool, store: str
) -> None:
    from tiersync.cli.secrets import OFFLINE_COPY
    from tiersync.config.packaged import packaged_catalogue
    from tiersync.config.settings import NodeSettings, ServeSettings, Settings
    from tiersync.config.units import read_units
    from tiersync.web.client import check_url, listen_for

    refuse_existing(folder)
    serve = ServeSettings(listen=listen or listen_for(url), url=check_url(url, insecure))
    catalogue = packaged_catalogue(unit, read_units(units_csv, unit) if units_csv else None, own)
    found_top(folder, catalogue, Settings(node=NodeSettings(unit=unit), serve=serve, store=store_named(store)))
    name = catalogue.tree[unit].name
    click.echo(say(
        f"{name} ({unit}) is set up in {folder} with {len(catalogue.units)} units. "
        f"Move {OFFLINE_COPY} to a disc in a safe. Next: tiersync run --dir {folder}",
        f"{name}（{unit}）已建立在 {folder}，共 {len(catalogue.units)} 个单位。"
        f"请将 {OFFLINE_COPY} 移到离线介质妥善保管。下一步：tiersync run --dir {folder}",
    ))  # fmt: skip


def found_top(place: Path, catalogue: "Catalogue", settings: "Settings") -> None:
    """Make the top node of a network in `place`."""
    from tiersync.cli.secrets import make_keys, write_offline_copy
    from tiersync.config.written import write_settings
    from tiersync.flow.found import found
    from tiersync.flow.node import Node

    keys = make_keys(place)
    found(Node(settings.node.unit, new_store(place, settings), keys), catalogue, now())
    write_offline_copy(place)
    (place / "plugins").mkdir(exist_ok=True)
    write_settings(place, settings)


@click.command(
    help=say("Make a token for UNIT; it is valid for seven days.", "为 UNIT 生成邀请码，七天内有效。"),
    epilog=examples("tiersync invite 371402000000 --dir city"),
)
@click.argument("unit")
@folder
@as_json
def invite(unit: str, folder: Path, as_json: bool) -> None:
    from tiersync.flow.welcome import make_invitation

    settings = settings_of(folder)
    token = make_invitation(open_node(folder), unit, settings.serve.address, now())
    warn_of_loopback(token.url)
    if as_json:
        print_json({"unit": unit, "token": token.text(), "expires": token.expires})
        return
    click.echo(token.text())
    note(say(
        f"Hand this one line to {unit}; there: tiersync join TOKEN --dir FOLDER. Valid until {token.expires:%Y-%m-%d}.",
        f"请把上面这一行交给 {unit}，由其运行：tiersync join TOKEN --dir 目录。有效期至 {token.expires:%Y-%m-%d}。",
    ))  # fmt: skip


def warn_of_loopback(url: str) -> None:
    """An address at which only this machine is reached is no use to a child on another one."""
    from tiersync.web.client import is_only_here

    if is_only_here(url):
        note(say(
            f"The token names {url}, which only this machine itself can reach. A unit on another machine cannot join "
            "with it: write the address at which others reach this node as url under [serve] in tiersync.toml (at a "
            "new node: init --url), then invite it again.",
            f"邀请码中的地址 {url} 只有本机自己能访问，其他机器上的单位无法凭它加入：请把别人访问本节点的地址写入 "
            "tiersync.toml 的 [serve] url（新建节点时用 init --url），然后重新邀请。",
        ))  # fmt: skip


@click.command(
    help=say("Join the unit above with the TOKEN that it made.", "凭上级生成的邀请码 TOKEN 加入。"),
    epilog=examples(
        "tiersync join tiersync1.eyJ… --dir decheng",
        "tiersync join tiersync1.eyJ… --dir decheng --url https://decheng.example:8471",
    ),
)
@click.argument("token")
@folder
@click.option("--url", default="", help=say("Where this node will serve children of its own", "本节点供下级访问的地址"))
@listening
@click.option("--insecure", is_flag=True, help=say("Allow plain http off this machine", "允许跨机器使用未加密的 http"))
@stored_at
@as_json
def join(token: str, folder: Path, url: str, listen: str, insecure: bool, store: str, as_json: bool) -> None:
    from tiersync.config.settings import ServeSettings
    from tiersync.web.client import check_url, listen_for

    serve = ServeSettings(listen=listen or listen_for(url), url=check_url(url, insecure) if url else "")
    invitation, joined = join_parent(folder, token, Joining(serve, insecure, store_named(store)))
    if as_json:
        print_json({"unit": invitation.unit, "parent": invitation.parent, "held_before": joined.held_before})
        return
    click.echo(say(
        f"{invitation.unit} has joined {invitation.parent}. Put plugin folders into {folder / 'plugins'}; "
        f"next: tiersync push --dir {folder}",
        f"{invitation.unit} 已加入 {invitation.parent}。请把插件目录放入 {folder / 'plugins'}；"
        f"下一步：tiersync push --dir {folder}",
    ))  # fmt: skip
    if joined.held_before:
        click.echo(say(
            f"The unit above held {len(joined.held_before)} reports of this unit from before.",
            f"上级此前已持有本单位 {len(joined.held_before)} 份报告。",
        ))  # fmt: skip


class Joining(NamedTuple):
    """How a node that joins is set up: where it serves, whether plain http is allowed, where its database is, and what
    it has nothing of."""

    serve: "ServeSettings"
    insecure: bool = False
    store: "StoreSettings | None" = None
    nil: tuple[str, ...] = ()

    def settings(self, invitation: "Token") -> "Settings":
        """The settings of the node that a token invites."""
        from tiersync.config.settings import NodeSettings, ParentSettings, Settings, StoreSettings

        node = NodeSettings.model_validate({"unit": invitation.unit, "nil": self.nil})
        parent = ParentSettings(url=invitation.url, insecure=self.insecure)
        return Settings(node=node, parent=parent, serve=self.serve, store=self.store or StoreSettings())


def join_parent(place: Path, token: str, joining: Joining) -> "tuple[Token, Joined]":
    """Make the node in `place` out of an invitation: ask, check every charter, and remember all of it."""
    from tiersync.cli.secrets import make_keys
    from tiersync.config.written import write_settings
    from tiersync.flow.found import ask_to_join, settle_in
    from tiersync.link.token import read_token
    from tiersync.web.client import http_ask

    refuse_existing(place)
    invitation = read_token(token, now())
    settings = joining.settings(invitation)
    ask = http_ask(invitation.url, joining.insecure)
    keys = make_keys(place)
    with writing(place):
        store = new_store(place, settings)  # The invitation is used up only when there is a place for what it brings.
        try:
            joined, envelopes = ask_to_join(keys, invitation, ask)
        except ParentDown as error:
            raise NobodyToJoin(**error.fields) from error
        settle_in(store, keys, invitation, joined, envelopes, now())
        (place / "plugins").mkdir(exist_ok=True)
        write_settings(place, settings)
    return invitation, joined


@click.group(help=say("Show links, or revoke one.", "查看或吊销链路。"), epilog=examples("tiersync link list"))
def link() -> None:
    """Links of this node."""


@link.command(
    name="list", help=say("Every link of this node.", "本节点的全部链路。"), epilog=examples("tiersync link list")
)
@folder
@as_json
def list_links(folder: Path, as_json: bool) -> None:
    from tiersync.cli.standing import LINK_HEADS, link_objects, link_row
    from tiersync.flow.status import link_lines

    lines = link_lines(open_node(folder))
    if as_json:
        print_json(link_objects(lines))
        return
    at = office_time(folder)
    print_table(LINK_HEADS, [link_row(line, at) for line in lines])


@link.command(
    help=say("Refuse UNIT's node from its next message on.", "从下一条报文起拒绝 UNIT 的节点。"),
    epilog=examples("tiersync link revoke 371402000000 --dir city --yes"),
)
@click.argument("unit")
@folder
@click.option("--yes", is_flag=True, help=say("Do not ask", "不再询问"))
def revoke(unit: str, folder: Path, yes: bool) -> None:
    from tiersync.flow import welcome

    node = open_node(folder)
    if not yes:
        click.confirm(say(f"Revoke the node of {unit}?", f"确定吊销 {unit} 的节点？"), abort=True)
    welcome.revoke(node, unit, now())
    click.echo(say(f"{unit} is revoked; invite it again when it is in order.", f"{unit} 已吊销；需要时可重新邀请。"))


@link.command(
    help=say("Take UNIT's figures again after two machines spoke as it, and one alone does now.",
             "曾有两台机器以 UNIT 的名义连接，现在只留一台：恢复接收其数据。"),
    epilog=examples("tiersync link resume 371402000000 --dir city --yes"),
)  # fmt: skip
@click.argument("unit")
@folder
@click.option("--yes", is_flag=True, help=say("Do not ask", "不再询问"))
def resume(unit: str, folder: Path, yes: bool) -> None:
    from tiersync.flow import places

    node = open_node(folder)
    if not yes:
        click.confirm(say(
            f"Is the other machine that spoke as {unit} stopped?", f"以 {unit} 名义连接的另一台机器是否已停用？"
        ), abort=True)  # fmt: skip
    places.resume(node, unit, now())
    click.echo(say(f"{unit} is heard again.", f"已恢复接收 {unit} 的数据。"))
