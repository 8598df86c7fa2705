"""The command `figures trace`: who changed a figure since."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import AS_OF, PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "一项数据的历次版本：何时、由谁、改为多少、因何。",
        "Each revision of one figure: when it came, who filed it, what it says, and why.",
    ),
    epilog=examples(
        "tiersync figures trace P02 --unit 371402000000 --period 2013-Q4",
        "tiersync figures trace P02 --unit 371402001001 --period 2013-Q4 --as-of 2014-03-31 --json",
    ),
)
@click.argument("indicator")
@folder
@click.option("--unit", required=True, help=say("单位", "The unit"))
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013-Q4", "The period, such as 2013-Q4"))
@click.option("--breakdown", default="", help=say("分组，如 sex=1", "A breakdown, such as sex=1"))
@click.option("--form", help=say("有多张报表含该指标时指定报表", "The form, where several have the indicator"))
@click.option("--as-of", type=AS_OF, help=say("只看截至该日的版本", "Only what had come by this day"))
@as_json
@as_file
def trace(
    indicator: str, folder: Path, unit: str, period: "Period", breakdown: str, form: str | None, as_of: date | None,
    as_json: bool, wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.views.figures.traced import TraceWanted, traced

    node = open_node(folder)
    found = traced(node, TraceWanted(indicator, unit, period, breakdown, form, as_of))
    if as_json:
        print_json(found.as_object())
        return
    if not found.revisions:
        note(say("本节点没有这样的数据。", "No such figure is held here."))
    show_one(found.table(), node, wanted)
