"""The command `report check`: what the rules find, before a report is filed and after."""

from pathlib import Path
from typing import Any

import click

from tiersync.cli.commands.report.meant import FORM, PART, THE_PERIOD, UNITS, meant
from tiersync.cli.terminal.opening import open_node, open_with_plugins
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now


@click.command(
    help=say(
        "按审核规则检查本节点填报的报告（含未提交的草稿），不归档、不上报。"
        "--held 检查本节点现存的报告（含下级上报的）。"
        "有强制性问题或填报数未作说明时，退出码为 1。",
        "Check the reports that this node files, drafts included, by the rules; nothing is filed or sent. With --held "
        "the reports that are held here, those from below too. Exits with 1 where something stops a report.",
    ),
    epilog=examples(
        "tiersync report check --form aging-quarter --period 2013-Q4",
        "tiersync report check 371402001001 --form aging-year --period 2013 --held --as csv",
    ),
)
@UNITS
@folder
@FORM
@THE_PERIOD
@PART
@click.option("--held", is_flag=True, help=say("检查本节点现存的报告", "The reports that are held here"))
@as_json
@as_file
def check(held: bool, folder: Path, as_json: bool, wanted: AsFile, **named: Any) -> None:
    from tiersync.flow.review.submitting import checked
    from tiersync.views.reports.check import check_of, held_check

    node = open_node(folder)
    about = meant(**named)
    found = held_check(node, about, now()) if held else check_of(checked(open_with_plugins(folder), about, now()))
    if as_json:
        print_json([line.as_object() for line in found.lines])
    else:
        if not wanted.kind:
            click.echo(text(found.summary()))
        show_one(found.table(), node, wanted)
    if found.is_stopped:
        click.get_current_context().exit(1)
