"""Options that many commands share."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.model.period import Period

folder = click.option(
    "--dir", "folder", envvar="TIERSYNC_DIR", default=".", show_default=True,
    type=click.Path(file_okay=False, path_type=Path), help=say("节点目录", "The node's folder"),
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help=say("输出一个 JSON 对象", "Print one JSON object"))


class PeriodType(click.ParamType):
    """A period as people write it; a wrong one raises BadPeriod, which says how to write one."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Period":
        from tiersync.model.period import Period

        return value if isinstance(value, Period) else Period(value)


class DayType(click.ParamType):
    """A day, written 2013-08-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(say(f"“{value}”不是日期，应如 2013-08-31", f"{value} is no day such as 2013-08-31"), param, ctx)


PERIOD = PeriodType()
AS_OF = DayType()

period = click.option(
    "--period",
    type=PERIOD,
    help=say("只处理该统计期，如 2013 或 2013-Q4", "Only this period, such as 2013 or 2013-Q4"),
)

clock_is_right = click.option(
    "--clock-is-right",
    is_flag=True,
    help=say("确认本机时钟无误，照常归档", "File by this machine's clock, whatever speaks against it"),
)


def examples(*lines: str) -> str:
    """An epilog that shows commands to copy."""
    return "\b\n" + say("示例：", "Examples:") + "\n" + "\n".join(f"  {line}" for line in lines)
