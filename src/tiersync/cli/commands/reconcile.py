"""The command `reconcile`: every difference with both values, its reason and what to do next; the goal is none."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import complain, print_json
from tiersync.cli.terminal.shown import show
from tiersync.cli.terminal.words import LANG, say
from tiersync.errors import TiersyncError, Unexplained
from tiersync.host.opening import now
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.views.differences import AllDifferences

LEVELS = ("transport", "holdings", "cells", "arithmetic", "published")
COULD_NOT_RUN = 2
ENDINGS = {  # exit codes of this command, which scripts ask first
    0: Text("没有未解释的差异", "nothing is unexplained"),
    1: Text("有未解释的差异", "something is unexplained"),
    COULD_NOT_RUN: Text("未能运行", "it could not run"),
}


@click.command(
    help=say(
        "核对已发与已存、数据与签名报告、合计与各部分、对外公布数与统计数。"
        "退出码 0：没有未解释的差异；1：有；2：未能运行。",
        "Compare what was sent with what is held, every figure with its sealed report, every total with its parts, "
        "what was published with what was counted. "
        "Exit code 0: nothing is unexplained; 1: something is; 2: it could not run.",
    ),
    epilog=examples(
        "tiersync reconcile", "tiersync reconcile 2013-Q4 --form aging-quarter --unit 371402000000",
        "tiersync reconcile --level cells --level arithmetic --json",
    ),
)  # fmt: skip
@click.argument("positional", metavar="[PERIOD]", type=PERIOD, required=False)
@folder
@click.option("--period", type=PERIOD, help=say("同 PERIOD", "The same as PERIOD"))
@click.option("--form", help=say("只核对该报表，如 aging-year", "Only this form, such as aging-year"))
@click.option("--unit", help=say("只核对该单位及其下级", "Only this unit and what lies below it"))
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(LEVELS), help=say("只核对该层面", "Only this level")
)
@as_json
def reconcile(
    positional: "Period | None", folder: Path, period: "Period | None", form: str | None, unit: str | None,
    levels: tuple[str, ...], as_json: bool,
) -> int:  # fmt: skip
    from tiersync.flow.agreement import reconcile as flow
    from tiersync.views.differences import outcome_of

    if positional and period and positional != period:
        raise click.UsageError(say("指定了两个不同的统计期。", "Two different periods are named."))
    try:
        node = open_node(folder)
        wanted = flow.Wanted(positional or period, form, unit, levels or LEVELS)
        outcome = outcome_of(node, flow.reconcile(node, wanted, now()))
    except TiersyncError as error:
        complain(error.say(LANG))
        return COULD_NOT_RUN
    if as_json:
        print_json(outcome.as_object(LANG))
    else:
        print_outcome(outcome)
    if outcome.unexplained:
        raise Unexplained(count=outcome.unexplained)
    return 0


def print_outcome(outcome: "AllDifferences") -> None:
    residual = ", ".join(f"{name} {value}" for name, value in outcome.residual.items()) or "0"
    click.secho(
        say(
            f"差异 {len(outcome.lines)} 处，其中未解释 {outcome.unexplained} 处。未解释的差额：{residual}",
            f"{len(outcome.lines)} differences, {outcome.unexplained} unexplained. Unexplained residual: {residual}",
        ),
        bold=True,
    )
    show(outcome.table)
