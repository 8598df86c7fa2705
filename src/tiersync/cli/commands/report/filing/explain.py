"""The command `report explain`: why a figure is right that a rule asked about."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.report.meant import FORM, THE_PERIOD
from tiersync.cli.terminal.opening import open_with_plugins
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.period import Period


@click.command(
    help=say(
        "对核实性问题作审核说明，随下一版本报告上报，由上级审核。套话（核实无误、情况属实等）和上期的说明不予采纳；"
        "说明中写明数额的，未说明部分仍待核实。--text 为空则撤销说明。",
        "Explain a figure that a soft rule asks about; it goes with the next revision. Set phrases and last period's "
        "text are not taken. Where it names amounts, what they do not cover stays open. An empty text takes it back.",
    ),
    epilog=examples(
        "tiersync report explain 371402001001 --form aging-year --period 2013 --rule V08 --indicator P02 "
        "--text 新建小区新增240人"
    ),
)
@click.argument("unit")
@folder
@FORM
@THE_PERIOD
@click.option("--rule", required=True, help=say("规则，如 V08", "The rule, such as V08"))
@click.option("--indicator", required=True, help=say("指标，如 P02", "The indicator, such as P02"))
@click.option("--text", required=True, help=say("说明", "Why it is right"))
@as_json
def explain(
    unit: str, folder: Path, form: str, period: "Period", rule: str, indicator: str, text: str, as_json: bool
) -> None:
    from tiersync.flow.review.judging import Meant
    from tiersync.flow.review.submitting import explain as write
    from tiersync.store.reports.entered import Written

    said = Written(unit, rule, indicator, text.strip())
    found = write(open_with_plugins(folder), Meant(form, period, (unit,)), said, now())
    left = found.open or 0
    if as_json:
        print_json({"unit": unit, "rule": rule, "indicator": indicator, "text": said.text, "open": str(left)})
    elif not said.text:
        click.echo(say("已撤销说明。", "The explanation is taken back."))
    elif left:
        click.echo(say(
            f"已记录。所写数额未说明的部分为 {left}，报告将由上级人工审核。",
            f"Written. {left} stays open beside the amounts it names, so somebody above looks at the report.",
        ))  # fmt: skip
    else:
        click.echo(say("已记录，随下一版本报告上报。", "Written; it goes with the next revision."))
