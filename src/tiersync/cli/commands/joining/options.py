"""Options of whoever sets up a node: where it listens, and where its database is."""

import click

from tiersync.cli.terminal.words import say

listening = click.option(
    "--listen", default="", help=say(
        "监听地址；默认：--url 为本机地址时与其相同，否则为 127.0.0.1:8471（由反向代理转发）",
        "Where to listen; default: the address in --url on this machine, else 127.0.0.1:8471 behind a proxy",
    ),
)  # fmt: skip

stored_at = click.option(
    "--store", "store", default="", metavar="URL", help=say(
        "节点数据库：不含密码的 postgresql:// 地址，或 secret:名称；默认为目录中的文件",
        "The node's database: postgresql://… without a password, or secret:NAME; default: a file in the folder",
    ),
)  # fmt: skip
due_is_meant = click.option(
    "--due-is-meant", is_flag=True,
    help=say("确认报表的截止日无误，即使在统计期结束半年之后", "Due dates of forms are meant, however late they lie"),
)  # fmt: skip
