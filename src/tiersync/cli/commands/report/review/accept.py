"""The command `report accept`: the reports that are right."""

from typing import Any

import click

from tiersync.cli.commands.report.meant import about_reports
from tiersync.cli.commands.report.review.saying import judge_meant
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "验收报告。不写单位时，验收本节点负责审核的全部待审核报告。验收的是这一版本：之后的新版本须另行验收。",
        "Accept reports. Without UNIT every report that is to be reviewed here. What is accepted is this revision: "
        "another one is accepted anew.",
    ),
    epilog=examples(
        "tiersync report accept 371402001001 --form aging-quarter --period 2013-Q4",
        "tiersync report accept --form aging-quarter --period 2013-Q4 --part own --dry-run",
    ),
)
@about_reports
def accept(**named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("accepted", Words(), ("已验收", "Accepted"), **named)
