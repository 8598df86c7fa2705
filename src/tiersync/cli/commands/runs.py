"""The command `runs`: the jobs that were done by schedules, and what came of them."""

from datetime import timedelta
from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import LANG, say
from tiersync.host.opening import now


@click.command(
    help=say(
        "已执行的任务：何时、由哪个进程执行、结果和说明，最近的在前。",
        "The jobs that were done: when, by which process, and what came of them, the newest first.",
    ),
    epilog=examples("tiersync runs", "tiersync runs push --last 50", "tiersync runs --failed --days 30 --json"),
)
@click.argument("name", metavar="[SCHEDULE]", default="")
@folder
@click.option(
    "--last",
    "most",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help=say("最多显示多少项", "At most so many"),
)
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    default=7,
    show_default=True,
    help=say("只看最近多少天", "Of so many days"),
)
@click.option("--failed", "only_wrong", is_flag=True, help=say("只看失败或有问题的", "Only what failed or is faulty"))
@as_json
@as_file
def runs(name: str, folder: Path, most: int, days: int, only_wrong: bool, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.running.jobs import job_lines, jobs_table

    node = open_node(folder)
    lines = job_lines(node, now() - timedelta(days=days), most, name, only_wrong)
    if as_json:
        print_json([line.as_object(LANG) for line in lines])
    elif not lines and not wanted.kind:
        click.echo(say(f"最近 {days} 天没有任务。", f"No jobs in the last {days} days."))
    else:
        show_one(jobs_table(lines), node, wanted)
