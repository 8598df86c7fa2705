"""The command `report matrix`: one indicator of many units side by side, a column for each period."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "一项指标（INDICATOR 为代码，如 P02）在某一层级各单位的数值，每个统计期一列。有合计的显示合计，否则显示本级数；"
        "— 表示未收到，或收到的报告已损坏，或按另一版目录的口径编制。",
        "One indicator (a code such as P02) of the units of one tier, a column for each period. Where a unit has a"
        " total, it is shown, else its own part; — is where nothing is held, or what is held is damaged or was made by"
        " the definitions of another catalogue.",
    ),
    epilog=examples(
        "tiersync report matrix P02 --period 2013-Q1 --to 2013-Q4",
        "tiersync report matrix B01 --period 2013 --unit 371402000000 --tier community --json",
        'tiersync report matrix P02 --period 2013-Q4 --breakdown "sex=1"',
    ),
)
@click.argument("indicator")
@folder
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013-Q4", "The period, such as 2013-Q4"))
@click.option("--to", "last", type=PERIOD, help=say("有多期时的最后一期", "The last period, where there are several"))
@click.option("--form", help=say("有多张报表含该指标时指定报表", "The form, where several have the indicator"))
@click.option(
    "--unit", help=say("该单位及其下级；默认为本节点的单位", "Units at or below this one; by default this node's")
)
@click.option("--tier", help=say("层级；默认为该单位的直接下级", "The tier; by default the one below the unit"))
@click.option("--breakdown", default="", help=say("分组，如 sex=1", "A breakdown, such as sex=1"))
@as_json
@as_file
def matrix(
    indicator: str, folder: Path, period: "Period", last: "Period | None", form: str | None, unit: str | None,
    tier: str | None, breakdown: str, as_json: bool, wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.views.reports import matrix as view

    node = open_node(folder)
    wanted_cells = view.MatrixWanted(indicator, period, last or period, breakdown, form, unit, tier)
    found = view.matrix(node, wanted_cells)
    if as_json:
        print_json(found.as_object())
        return
    if found.cells.is_empty():
        note(say("本节点没有这样的数据。", "No such figure is held here."))
    show_one(found.table(), node, wanted)
