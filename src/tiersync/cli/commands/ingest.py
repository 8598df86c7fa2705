"""The command `ingest`: every source is read and checked; nothing is filed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.quarantine.doubtful import SEE, print_counts
from tiersync.cli.commands.runs import RUN_HEADS, as_objects, print_reasons, remarks, run_row
from tiersync.cli.terminal.opening import open_with_plugins, writing
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.flow.agreement.doubts import Counts
    from tiersync.store.quarantine import RunDone


@click.command(
    help=say("读取并核对全部数据源；只计数，不上报。", "Read and check every source; count, but file nothing."),
    epilog=examples("tiersync ingest --dir decheng"),
)
@folder
@as_json
def ingest(folder: Path, as_json: bool) -> None:
    from tiersync.flow.agreement.doubts import count_doubts
    from tiersync.flow.reading import ingest as reading
    from tiersync.store.quarantine import latest_runs

    node = open_with_plugins(folder)
    with writing(folder):
        done = reading.read_sources(node, now())
    with node.store.read() as db:
        runs = latest_runs(db)
    if as_json:
        print_json(as_objects(runs))
    else:
        print_runs(folder, runs, count_doubts(node))
    reading.raise_together(done.failed)


def print_runs(folder: Path, runs: "list[RunDone]", doubts: "Counts") -> None:
    if not runs:
        click.echo(say(f"{folder / 'plugins'} 中还没有插件。", f"No plugin lies in {folder / 'plugins'} yet."))
    print_table(RUN_HEADS, map(run_row, runs))
    print_reasons(say("被拒：tiersync quarantine list", "Refused: tiersync quarantine list"), [r.refused for r in runs])
    print_counts(say(f"保留但需核对：{SEE}", f"Kept, and in doubt: {SEE}"), doubts)
    for remark in remarks(run for run in runs if run.outcome not in ("failed", "crashed")):
        click.echo(remark)
