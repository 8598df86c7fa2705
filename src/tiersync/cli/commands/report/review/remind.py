"""The command `report remind`: a notice to exactly those who have not reported."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "催报：向尚未报送的单位（免报的除外）下发通知，回执见 notice board。",
        "Send a notice to exactly those units that have not reported and are not exempt; notice board has receipts.",
    ),
    epilog=examples("tiersync report remind aging-quarter 2013-Q4 --dry-run"),
)
@click.argument("form")
@click.argument("period", type=PERIOD)
@folder
@click.option("--dry-run", is_flag=True, help=say("只列出单位，不发通知", "Name the units, and send nothing"))
@as_json
def remind(form: str, period: "Period", folder: Path, dry_run: bool, as_json: bool) -> None:
    from tiersync.flow.jobs.remind import remind_by_hand

    sent = remind_by_hand(open_node(folder), form, period, now(), dry_run)
    if as_json:
        print_json({"notice": None if dry_run else sent.notice, "units": sent.units})
    elif dry_run:
        click.echo(say(f"将催报 {len(sent.units)} 个单位：", f"{len(sent.units)} units would be reminded:"))
        click.echo("\n".join(sent.units))
    else:
        click.echo(say(
            f"已催报 {len(sent.units)} 个单位。送达情况：tiersync notice board {sent.notice}",
            f"{len(sent.units)} units are reminded. Who has it: tiersync notice board {sent.notice}",
        ))  # fmt: skip
