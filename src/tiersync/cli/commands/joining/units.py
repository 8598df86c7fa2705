"""The command `units`: the tree of units."""

from pathlib import Path

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_or_write
from tiersync.cli.terminal.words import say


@click.group(
    help=say("查看单位树。", "Show the tree of units."),
    epilog=examples("tiersync units show", "tiersync units show 371402000000 --below"),
)
def units() -> None:
    """The tree of units."""


@units.command(
    name="show",
    help=say(
        "查看单位、其上级和直接下级。UNIT 为代码或名称的一部分；默认为本节点的单位。",
        "A unit, the units above it, and its children. UNIT is a code or part of a name; by default this node's unit.",
    ),
    epilog=examples(
        "tiersync units show", "tiersync units show 371402000000 --below --json", "tiersync units show 新湖街道"
    ),
)
@click.argument("unit", required=False)
@folder
@click.option("--below", is_flag=True, help=say("全部下级", "Everything below it"))
@as_json
@as_file
def show_units(unit: str | None, folder: Path, below: bool, as_json: bool, wanted: AsFile) -> None:
    catalogue, home = catalogue_of(folder)
    from tiersync.views.units import units_around, units_table

    lines = units_around(catalogue.tree, unit or home, below)
    if as_json:
        print_json([line.unit.model_dump(mode="json") for line in lines])
        return
    if wanted.kind:
        lines = [line._replace(depth=0) for line in lines]  # A file is searched by name, with no space before it.
    show_or_write([units_table(lines)], wanted)
