"""The command `report board`: who has reported, who is late, and whose turn it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "一张报表一个统计期的报送情况：谁已报、迟报、漏报、零报告、免报、被退回，该谁处理。默认只列需要处理的单位。",
        "Where a form stands for a period, by name down to the last unit: reported, late, missing, nil, exempt, "
        "returned, and whose turn it is. By default only units that somebody has to look at.",
    ),
    epilog=examples(
        "tiersync report board aging-quarter 2013-Q4", "tiersync report board aging-year 2013 --all --out board.xlsx"
    ),
)
@click.argument("form")
@click.argument("period", type=PERIOD)
@folder
@click.option("--all", "every", is_flag=True, help=say("列出全部单位", "Every unit"))
@as_json
@as_file
def board(form: str, period: "Period", folder: Path, every: bool, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.reports.board import report_board

    node = open_node(folder)
    found = report_board(node, form, period, now())
    if as_json:
        print_json(found.as_object())
        return
    if not wanted.kind:
        click.echo(text(found.summary()))
    show_one(found.table(every), node, wanted)
