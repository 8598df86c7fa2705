"""The command `ingest`: every source is read and checked; nothing is filed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_with_plugins, writing
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import show, show_untitled
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.flow.agreement.doubts import Counts
    from tiersync.store.runs.quarantine import RunDone


@click.command(
    help=say("读取并核对全部数据源；只计数，不上报。", "Read and check every source; count, but file nothing."),
    epilog=examples("tiersync ingest --dir decheng"),
)
@folder
@as_json
def ingest(folder: Path, as_json: bool) -> None:
    from tiersync.flow.agreement.doubts import count_doubts
    from tiersync.flow.reading import ingest as reading
    from tiersync.views.sources.runs import run_objects, runs_of

    node = open_with_plugins(folder)
    with writing(folder):
        done = reading.read_sources(node, now())
    runs = runs_of(node)
    if as_json:
        print_json(run_objects(runs))
    else:
        print_runs(folder, runs, count_doubts(node))
    reading.raise_together(done.failed)


def print_runs(folder: Path, runs: "list[RunDone]", doubts: "Counts") -> None:
    from tiersync.views.sources.doubtful import held_doubts_table
    from tiersync.views.sources.runs import reasons_table, remarks_on_well, runs_table

    if not runs:
        click.echo(say(f"{folder / 'plugins'} 中还没有插件。", f"No plugin lies in {folder / 'plugins'} yet."))
    show_untitled(runs_table(runs))
    refused = Text("被拒：tiersync quarantine list", "Refused: tiersync quarantine list")
    show(reasons_table(refused, [run.refused for run in runs]), held_doubts_table(doubts))
    for remark in remarks_on_well(runs):
        click.echo(text(remark))
