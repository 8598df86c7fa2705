"""The command `indicators`: what the catalogue counts."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.commands.joining.own_indicators import count
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import measured_in, spoken
from tiersync.cli.terminal.words import heads, say

if TYPE_CHECKING:
    from tiersync.model.indicator import Indicator

CODE_LENGTH = 12


@click.group(
    help=say("List the indicators.", "列出指标。"), epilog=examples("tiersync indicators list --form aging-quarter")
)
def indicators() -> None:
    """The indicators of the catalogue."""


@indicators.command(
    name="list",
    help=say("Code, name and unit of every indicator.", "列出指标：代码、名称、计量单位、方式。"),
    epilog=examples("tiersync indicators list --form aging-quarter", "tiersync indicators list --json"),
)
@folder
@click.option("--form", help=say("Only those of this form, such as aging-year", "只列该报表的指标，如 aging-year"))
@as_json
def list_indicators(folder: Path, form: str | None, as_json: bool) -> None:
    catalogue, _ = catalogue_of(folder)
    wanted = catalogue.form(form).entries if form else catalogue.by_code
    shown = [indicator for indicator in catalogue.indicators if indicator.code in wanted]
    if as_json:
        print_json([indicator.model_dump(mode="json") for indicator in shown])
        return
    print_table(heads("code,name,in,measure", "代码,名称,计量单位,方式"), [indicator_row(one) for one in shown])


indicators.add_command(count)


def indicator_row(indicator: "Indicator") -> tuple[object, ...]:
    name = say(indicator.en, indicator.zh)
    return (indicator.code, name, measured_in(indicator.measured_in), spoken(indicator.measure))
