"""The command `report exempt`: units that need not file a form for a period."""

from typing import Any

import click

from tiersync.cli.commands.report.meant import about_reports
from tiersync.cli.commands.report.review.saying import judge_meant
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say


@click.command(
    help=say(
        "免除单位本期的填报。截止日前免报的不计入应报；之后免报的不改变报送率。",
        "Exempt units from a form for a period. Before it is due they are not expected any more; afterwards no rate "
        "changes.",
    ),
    epilog=examples('tiersync report exempt 371402001001 --form aging-year --period 2013 --reason "拆迁，已无居民"'),
)
@about_reports
@click.option("--reason", "reasons", multiple=True, required=True, help=say("原因，可多次", "Why; may be repeated"))
def exempt(reasons: tuple[str, ...], **named: Any) -> None:
    from tiersync.flow.review.judging import Words

    judge_meant("exempted", Words(reasons=reasons), ("已免报", "Exempted"), **named)
