"""The command `report recall`: take back what was not sent yet."""

from pathlib import Path
from typing import Any

import click

from tiersync.cli.commands.report.meant import ReportOutcome, about_reports, meant, tell
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now


@click.command(
    help=say(
        "撤回尚未发出的报告。撤回后保留在本机，直至 report submit；已发出的不能撤回，可请上级退回。",
        "Take back reports that were not sent yet. They stay here until report submit; what was sent cannot be "
        "recalled: the office above can return it.",
    ),
    epilog=examples("tiersync report recall 371402001001 --form aging-quarter --period 2013-Q4"),
)
@about_reports
def recall(folder: Path, as_json: bool, dry_run: bool, **named: Any) -> None:
    from tiersync.flow.review.asking import recall as take_back

    done = take_back(open_node(folder), meant(**named), now(), dry_run)
    tell([ReportOutcome(one.key, one.why_not) for one in done], ("已撤回", "Recalled"), dry_run, as_json)
