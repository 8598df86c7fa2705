"""The commands `report history` and `report diff`: what became of a report, and what a revision changed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.report.meant import FORM, PART, THE_PERIOD
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.words import say, text

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "一份报告的经过：各版本，以及验收、退回、申请、准予、锁定。", "What became of a report, and who said what."
    ),
    epilog=examples("tiersync report history 371402001001 --form aging-year --period 2013"),
)
@click.argument("unit")
@folder
@FORM
@THE_PERIOD
@PART
@as_json
@as_file
def history(
    unit: str, folder: Path, form: str, period: "Period", part: str | None, as_json: bool, wanted: AsFile
) -> None:
    from tiersync.flow.review.words import STATES
    from tiersync.link.life import ReviewState
    from tiersync.views.reports.history import history as view

    node = open_node(folder)
    found = view(node, form, unit, period, part)
    if as_json:
        print_json(found.as_object())
        return
    if not wanted.kind:
        state = STATES[ReviewState(found.state) if found.state != "missing" else None]
        click.echo(say(f"目前{state.zh}。", f"It is {text(state)}."))
    show_one(found.table(), node, wanted)


@click.command(
    help=say(
        "一份报告的当前版本与前一版本（或指定版本）相比，哪些单元格变了；退回时未要求修改的会标出。",
        "Which cells the current revision of a report says otherwise than the one before, or than the one that is "
        "named; after a return those that were not asked for are marked.",
    ),
    epilog=examples("tiersync report diff 371402001001 --form aging-year --period 2013 --since 1"),
)
@click.argument("unit")
@folder
@FORM
@THE_PERIOD
@PART
@click.option("--since", help=say("与该版本相比，如 1 或 1.1.1", "Against this revision, such as 1 or 1.1.1"))
@as_json
@as_file
def diff(
    unit: str, folder: Path, form: str, period: "Period", part: str | None, since: str | None, as_json: bool,
    wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.views.reports.history import changes

    node = open_node(folder)
    found = changes(node, form, unit, period, part, since)
    if as_json:
        print_json(found.as_object())
        return
    if not found.changed and not wanted.kind:
        click.echo(say("两个版本的数据相同。", "Both say the same."))
    show_one(found.table(), node, wanted)
