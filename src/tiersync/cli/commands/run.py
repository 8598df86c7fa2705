"""The commands `run`, `serve` and `work`: nodes are kept going, wholly or in part, until somebody ends them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tiersync.cli.terminal.log import reporter_to
from tiersync.cli.terminal.options import clock_is_right, examples, folder
from tiersync.cli.terminal.words import say


def of_nodes(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments of a command that keeps nodes going."""
    for option in (
        click.option(
            "--log", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
            help=say("日志格式：每行一事", "The log, a line an event"),
        ),
        click.option(
            "--listen", metavar="HOST:PORT", default="",
            help=say("监听地址；默认按 [serve] listen", "Where to listen; default: [serve] listen"),
        ),
        click.option(
            "--health", metavar="HOST:PORT", default="",
            help=say(
                "健康检查地址（/healthz、/readyz、/metrics）；默认按 [health] listen",
                "The address of /healthz, /readyz and /metrics; default: [health] listen",
            ),
        ),
        clock_is_right,
        folder,
        click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(file_okay=False, path_type=Path)),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(
    help=say(
        "为下级提供服务，并按计划读取、上报、接收、核对、备份（tiersync schedule list 可查看）。可写多个节点目录，"
        "由一个进程同时运行；监听地址相同的节点共用一个端口。按 Ctrl-C 结束。",
        "Serve children, and read, push, pull, reconcile and back up by schedules (tiersync schedule list shows them). "
        "Several nodes' folders are run by one process, and share a port where they listen on the same address. Ends "
        "with Ctrl-C.",
    ),
    epilog=examples(
        "tiersync run --dir city", "tiersync run street community-1 community-2", "tiersync run --log json"
    ),
)
@of_nodes
def run(folders: tuple[Path, ...], folder: Path, clock_is_right: bool, form: str, listen: str, health: str) -> None:
    keep_going(folders, folder, clock_is_right, form, (listen, health), serves=True, works=True)


@click.command(
    help=say(
        "只为下级提供服务，不执行计划任务。节点数据库为 PostgreSQL 时，可同时运行任意多个 serve 和 work。"
        "按 Ctrl-C 结束。",
        "Serve children only, and do no jobs. Over PostgreSQL any number of serve and work run beside each other. Ends "
        "with Ctrl-C.",
    ),
    epilog=examples("tiersync serve --dir city"),
)
@of_nodes
def serve(folders: tuple[Path, ...], folder: Path, clock_is_right: bool, form: str, listen: str, health: str) -> None:
    keep_going(folders, folder, clock_is_right, form, (listen, health), serves=True, works=False)


@click.command(
    help=say(
        "只按计划执行任务，不为下级提供服务。节点数据库为 PostgreSQL 时，可同时运行任意多个 serve 和 work："
        "每项任务只由其中一个执行。按 Ctrl-C 结束。",
        "Do jobs by schedules only, and serve nobody. Over PostgreSQL any number of serve and work run beside each "
        "other: one of them does each job. Ends with Ctrl-C.",
    ),
    epilog=examples("tiersync work --dir city"),
)
@of_nodes
def work(folders: tuple[Path, ...], folder: Path, clock_is_right: bool, form: str, listen: str, health: str) -> None:
    keep_going(folders, folder, clock_is_right, form, (listen, health), serves=False, works=True)


def keep_going(
    folders: tuple[Path, ...],
    folder: Path,
    clock_is_right: bool,
    form: str,
    at: tuple[str, str],
    *,
    serves: bool,
    works: bool,
) -> None:
    from tiersync.host import serving

    if folders and click.get_current_context().get_parameter_source("folder") is ParameterSource.COMMANDLINE:
        raise click.UsageError(say("目录写在命令之后，或用 --dir，二者不可同用。", "Name folders, or --dir; not both."))
    doing = serving.Doing(serves, works, *(checked_listen(one) for one in at))
    serving.run(list(dict.fromkeys(folders)) or [folder], reporter_to(form), clock_is_right, doing)


def checked_listen(listen: str) -> str:
    """An address to listen on; raises UsageError for what is none."""
    from pydantic import ValidationError

    from tiersync.config.sections import HealthSettings

    try:
        return HealthSettings(listen=listen).listen
    except ValidationError:
        raise click.UsageError(say(f"{listen} 不是地址:端口", f"{listen} is no HOST:PORT")) from None
