"""The commands `report grant` and `report decline`: what the office that files a report asked for."""

from datetime import datetime
from typing import Any

import click

from tiersync.cli.commands.report.meant import about_reports
from tiersync.cli.commands.report.review.saying import judge_meant
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "准予更正已验收的报告，或准予补报逾期未报的报告。",
        "Grant a correction of what is accepted, or that a report is filed although its time is past.",
    ),
    epilog=examples("tiersync report grant 371402001001 --form aging-year --period 2013 --until 2014-03-31"),
)
@about_reports
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help=say("期限，如 2014-03-31", "Until when, such as 2014-03-31")
)
def grant(until: datetime | None, **named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("granted", Words(due_on=until.date() if until else None), ("已同意", "Granted"), **named)


@click.command(
    help=say("不同意所申请的更正、解锁、补报或免报。", "Decline what was asked: a correction, unlocking, filing late."),
    epilog=examples('tiersync report decline 371402001001 --form aging-year --period 2013 --reason "已过更正期限"'),
)
@about_reports
@click.option("--reason", "reasons", multiple=True, required=True, help=say("原因，可多次", "Why; may be repeated"))
def decline(reasons: tuple[str, ...], **named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("declined", Words(reasons=reasons), ("不予同意", "Declined"), **named)
