"""The command `doctor`: everything about a node is looked at, each thing with what to do about it."""

from pathlib import Path

import click

from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_or_write, show_untitled
from tiersync.cli.terminal.words import LANG, say
from tiersync.errors import Ailing
from tiersync.host.opening import now


@click.command(
    help=say(
        "检查本节点：设置、权限、密钥、磁盘、数据库、时钟、上级、证书、代理、插件、计划、备份等，每项写明怎么办。"
        "有误时退出码为 3。",
        "Examine this node: settings, permissions, keys, disk, database, clock, the unit above, certificate, proxies, "
        "plugins, schedules, backup and more, each with what to do. Exit code 3 when something is wrong.",
    ),
    epilog=examples("tiersync doctor", "tiersync doctor --dir city --json", "tiersync doctor --offline"),
)
@folder
@click.option("--offline", is_flag=True, help=say("不尝试连接上级", "Do not try to reach the unit above"))
@as_json
@as_file
def doctor(folder: Path, offline: bool, as_json: bool, wanted: AsFile) -> None:
    from zoneinfo import ZoneInfo

    from tiersync.host.doctor.examine import examine
    from tiersync.views.running.examined import examined_table

    found = list(examine(folder, now(), asks=not offline))
    if as_json:
        print_json([one.as_object(LANG) for one in found])
    elif wanted.kind:
        show_or_write([examined_table(found)], wanted, ZoneInfo("UTC"))
    else:
        show_untitled(examined_table(found))
    if count := sum(one.level == "wrong" for one in found):
        raise Ailing(count=count)
