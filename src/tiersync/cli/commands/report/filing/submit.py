"""The command `report submit`: what was entered by hand, or recalled, is checked and filed."""

from pathlib import Path
from typing import Any

import click

from tiersync.cli.commands.report.meant import ReportOutcome, about_reports, meant, tell
from tiersync.cli.terminal.opening import open_with_plugins, writing
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now


@click.command(
    help=say(
        "提交草稿和已撤回的报告：先按规则审核，通过后归档，随下一次 push 上报。不写单位时，"
        "提交全部有草稿或已撤回的单位。",
        "Submit drafts and recalled reports: checked by the rules first, then filed; they go up with the next push. "
        "Without UNIT all units of which drafts or recalled reports wait.",
    ),
    epilog=examples("tiersync report submit 371402001001 --form aging-quarter --period 2013-Q4"),
)
@about_reports
def submit(folder: Path, as_json: bool, dry_run: bool, **named: Any) -> None:
    from tiersync.flow.review.submitting import submit as file

    node = open_with_plugins(folder)
    with writing(folder):
        done = file(node, meant(**named), now(), dry_run)
    tell([ReportOutcome(one.key, one.why_not) for one in done], ("已提交", "Submitted"), dry_run, as_json)
