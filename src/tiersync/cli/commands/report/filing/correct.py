"""The command `report correct`: the office that files a report alone changes it, and asks the one above."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.commands.report.meant import ReportOutcome, about_reports, meant, tell
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.flow.review.asking import Asks


@click.command(
    help=say(
        "申请更正已验收的报告（correct）、解锁（unlock）、补报（late）或免报（exempt）。由本节点自行审核的报告即时准予。",
        "Ask for a correction of what is accepted, to unlock what is locked, to file late, or to be exempt. What this "
        "node reviews itself it grants at once.",
    ),
    epilog=examples('tiersync report correct 371402001001 --form aging-year --period 2013 --text "重复录入两人"'),
)
@about_reports
@click.option("--text", required=True, help=say("原因", "Why"))
@click.option(
    "--ask", "asks", type=click.Choice(["correct", "unlock", "late", "exempt"]), default="correct", show_default=True,
    help=say("申请什么", "What is asked for"),
)  # fmt: skip
def correct(text: str, asks: "Asks", folder: Path, as_json: bool, dry_run: bool, **named: Any) -> None:
    from tiersync.flow.review.asking import ask

    asked = ask(open_node(folder), asks, meant(**named), text, now(), dry_run)
    tell([ReportOutcome(one.key, one.why_not) for one in asked], ("已申请", "Asked for"), dry_run, as_json)
