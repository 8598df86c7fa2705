"""The commands `report lock` and `report unlock`: what is accepted may not change any more."""

from typing import Any

import click

from tiersync.cli.commands.report.meant import about_reports
from tiersync.cli.commands.report.review.saying import judge_meant
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "锁定已验收的报告；不写单位时，锁定本节点范围内全部已验收的报告。由锁定的单位或其上级解锁。",
        "Lock reports that are accepted; without UNIT all of them at or below this node. Who locked, or somebody "
        "above, unlocks.",
    ),
    epilog=examples("tiersync report lock --form aging-year --period 2013 --dry-run"),
)
@about_reports
def lock(**named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("locked", Words(), ("已锁定", "Locked"), **named)


@click.command(
    help=say("解锁报告；更正还须准予（report grant）。", "Unlock reports; a correction is granted besides."),
    epilog=examples("tiersync report unlock 371402001001 --form aging-year --period 2013"),
)
@about_reports
def unlock(**named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("unlocked", Words(), ("已解锁", "Unlocked"), **named)
