"""The command `indicators`: what the catalogue counts."""

from pathlib import Path

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.commands.joining.own_indicators import count
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_or_write
from tiersync.cli.terminal.words import say


@click.group(
    help=say("列出指标。", "List the indicators."), epilog=examples("tiersync indicators list --form aging-quarter")
)
def indicators() -> None:
    """The indicators of the catalogue."""


@indicators.command(
    name="list",
    help=say("列出指标：代码、名称、计量单位、方式。", "Code, name and unit of every indicator."),
    epilog=examples("tiersync indicators list --form aging-quarter", "tiersync indicators list --json"),
)
@folder
@click.option("--form", help=say("只列该报表的指标，如 aging-year", "Only those of this form, such as aging-year"))
@as_json
@as_file
def list_indicators(folder: Path, form: str | None, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.indicators import indicators_of, indicators_table

    catalogue, _ = catalogue_of(folder)
    shown = indicators_of(catalogue, form)
    if as_json:
        print_json([indicator.model_dump(mode="json") for indicator in shown])
        return
    show_or_write([indicators_table(shown)], wanted)


indicators.add_command(count)
