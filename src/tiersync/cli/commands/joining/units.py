"""The command `units`: the tree of units."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import heads, say
from tiersync.errors import UnknownUnit

if TYPE_CHECKING:
    from tiersync.model.unit import Tree

CODE_LENGTH = 12


CODE_LENGTH = 12


@click.group(
    help=say("Show the tree of units.", "查看单位树。"),
    epilog=examples("tiersync units show", "tiersync units show 371402000000 --below"),
)
def units() -> None:
    """The tree of units."""


@units.command(
    name="show",
    help=say(
        "A unit, the units above it, and its children. UNIT is a code or part of a name; by default this node's unit.",
        "查看单位、其上级和直接下级。UNIT 为代码或名称的一部分；默认为本节点的单位。",
    ),
    epilog=examples(
        "tiersync units show", "tiersync units show 371402000000 --below --json", "tiersync units show 新湖街道"
    ),
)
@click.argument("unit", required=False)
@folder
@click.option("--below", is_flag=True, help=say("Everything below it", "全部下级"))
@as_json
def show_units(unit: str | None, folder: Path, below: bool, as_json: bool) -> None:
    catalogue, home = catalogue_of(folder)
    tree = catalogue.tree
    shown = [one for code in codes_of(tree, unit or home) for one in around(tree, code, below)]
    if as_json:
        print_json([tree[code].model_dump(mode="json") for _, code in shown])
        return
    print_table(
        heads("code,name,tier,kind", "代码,名称,层级,类别"),
        [
            (code, "  " * depth + tree[code].name, spoken(tree[code].tier), spoken(tree[code].kind))
            for depth, code in shown
        ],
    )


def codes_of(tree: "Tree", wanted: str) -> list[str]:
    """The unit of that code, or every unit whose name holds those words; raises UnknownUnit."""
    if wanted.isdigit() and len(wanted) == CODE_LENGTH:
        return [tree[wanted].code]
    found = sorted(code for code, unit in tree.units.items() if wanted in unit.name)
    if not found:
        raise UnknownUnit(unit=wanted)
    return found


def around(tree: "Tree", code: str, below: bool) -> "Iterator[tuple[int, str]]":
    """The way down to a unit, the unit, and its children or everything below it, each with its depth."""
    path = tree.path(code)
    yield from enumerate(reversed(path))
    if below:
        yield from ((len(tree.path(lower)) - 1, lower) for lower in tree.below(code))
    else:
        yield from ((len(path), child) for child in tree.children(code))
