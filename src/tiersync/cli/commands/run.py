"""The command `run`: the node serves its children, and pushes and pulls by an interval."""

from pathlib import Path

import click

from tiersync.cli.terminal.options import clock_is_right, examples, folder
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "Serve children; push and pull by an interval. Ends with Ctrl-C.",
        "为下级提供服务，定时上报和接收。按 Ctrl-C 结束。",
    ),
    epilog=examples("tiersync run --dir city"),
)
@folder
@clock_is_right
def run(folder: Path, clock_is_right: bool) -> None:
    from tiersync.cli.host.daemon import serve

    serve(folder, clock_is_right)
