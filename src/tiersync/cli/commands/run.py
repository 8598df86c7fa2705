"""The command `run`: the node serves its children, and pushes and pulls by an interval."""

import sys
from pathlib import Path

import click
from click.core import ParameterSource

from tiersync.cli.main import unforeseen
from tiersync.cli.terminal.options import clock_is_right, examples, folder
from tiersync.cli.terminal.output import note
from tiersync.cli.terminal.words import LANG, say


@click.command(
    help=say(
        "为下级提供服务，定时上报和接收。可写多个节点目录，由一个进程同时运行；监听地址相同的节点共用一个端口。"
        "按 Ctrl-C 结束。",
        "Serve children; push and pull by an interval. Several nodes' folders are run by one process, and share a port "
        "where they listen on the same address. Ends with Ctrl-C.",
    ),
    epilog=examples("tiersync run --dir city", "tiersync run street community-1 community-2"),
)
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(file_okay=False, path_type=Path))
@folder
@clock_is_right
def run(folders: tuple[Path, ...], folder: Path, clock_is_right: bool) -> None:
    from tiersync.host.reporter import Reporter
    from tiersync.host.serving import serve

    if folders and click.get_current_context().get_parameter_source("folder") is ParameterSource.COMMANDLINE:
        raise click.UsageError(say("目录写在命令之后，或用 --dir，二者不可同用。", "Name folders, or --dir; not both."))
    reporter = Reporter(say_address, lambda text: note(text.say(LANG)), report_fault)
    serve(list(dict.fromkeys(folders)) or [folder], reporter, clock_is_right)


def say_address(unit: str, host: str, port: int) -> None:
    """Said on standard output, for a script that started the node waits for it."""
    click.echo(
        say(f"{unit} 已在 {host}:{port} 提供服务，按 Ctrl-C 结束。", f"{unit} serves at {host}:{port}. Ctrl-C ends it.")
    )
    sys.stdout.flush()


def report_fault(error: Exception) -> None:
    """A fault of tiersync's own ends nothing that the node does by itself, and is told."""
    note(unforeseen(error))
