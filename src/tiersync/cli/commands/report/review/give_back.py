"""The command `report return`: a report goes back to the office that filed it, with reasons, cells and a date."""

import re
from datetime import datetime
from typing import Any

import click

from tiersync.cli.commands.report.meant import about_reports
from tiersync.cli.commands.report.review.saying import judge_meant
from tiersync.cli.terminal.options import examples
from tiersync.cli.terminal.words import say

CELL = re.compile(r"(?P<indicator>[A-Z]{1,3}[0-9]{2,3})(\[(?P<breakdown>[^\[\]]{1,128})\])?")


class CellType(click.ParamType):
    """A cell as people name it: P05, or P05[sex=1]."""

    name = "cell"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from tiersync.model.finding import CellNamed

        found = CELL.fullmatch(str(value).strip())
        if found is None:
            self.fail(say(f"{value}：写作 P05 或 P05[sex=1]", f"{value}: write P05 or P05[sex=1]"), param, ctx)
        return CellNamed(indicator=found["indicator"], breakdown=found["breakdown"] or "")


@click.command(
    name="return",
    help=say(
        "退回报告修改：须写明原因、单元格和期限。原版本保留，填报单位按期报送新版本。",
        "Return reports to be filed anew: why, which cells, and until when. The revision stays; the office that filed "
        "it sends another one by that day.",
    ),
    epilog=examples(
        'tiersync report return 371402001001 --form aging-year --period 2013 --reason "有误" --cell P05 '
        "--until 2014-01-20",
    ),
)
@about_reports
@click.option("--reason", "reasons", multiple=True, required=True, help=say("原因，可多次", "Why; may be repeated"))
@click.option(
    "--cell", "cells", type=CellType(), multiple=True, required=True,
    help=say("单元格，如 P05 或 P05[sex=1]，可多次", "A cell, such as P05 or P05[sex=1]; may be repeated"),
)  # fmt: skip
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True,
    help=say("重新报送的期限，如 2014-01-20", "Until when it is filed anew, such as 2014-01-20"),
)  # fmt: skip
def give_back(reasons: tuple[str, ...], cells: tuple[Any, ...], until: datetime, **named: Any) -> None:
    from tiersync.flow.review.judging import Words

    words = Words(reasons=reasons, cells=cells, due_on=until.date())
    judge_meant("returned", words, ("已退回", "Returned"), **named)
