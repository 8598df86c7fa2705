"""Commands that show what everybody agrees on: units and indicators."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.opening import now, open_node
from tiersync.cli.options import as_json, examples, folder
from tiersync.cli.output import note, print_json, print_table
from tiersync.cli.own_indicators import count
from tiersync.cli.spoken import measured_in, spoken
from tiersync.cli.words import heads, say
from tiersync.errors import NoNode, UnknownUnit

if TYPE_CHECKING:
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.indicator import Indicator
    from tiersync.model.unit import Tree

CODE_LENGTH = 12


def catalogue_of(folder: Path) -> "tuple[Catalogue, str]":
    """The catalogue in force at the node in `folder`, and its home unit; where no folder was named and there is no
    node, the packaged one, so that the codes that `init` needs can be looked up."""
    context = click.get_current_context()
    try:
        node = open_node(folder)
    except NoNode:
        if context.get_parameter_source("folder") is not click.core.ParameterSource.DEFAULT:
            raise
        return packaged()
    with node.store.read() as db:
        return node.catalogue_on(db, node.day_of(now())), node.home


def packaged() -> "tuple[Catalogue, str]":
    from tiersync.config.packaged import packaged_catalogue

    note(say("There is no node here; this is the packaged catalogue.", "此处没有节点，以下为内置目录。"))
    catalogue = packaged_catalogue()
    return catalogue, catalogue.top


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
