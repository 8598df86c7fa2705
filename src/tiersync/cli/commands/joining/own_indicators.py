"""The command `indicators count`: what plugin packages' own indicators come to at this node."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_with_plugins
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import complain, print_json, print_table
from tiersync.cli.terminal.words import LANG, heads, say
from tiersync.host.opening import now

if TYPE_CHECKING:
    import polars as pl

    from tiersync.errors import TiersyncError
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.indicator import Indicator
    from tiersync.model.period import Period
    from tiersync.plugins.hookspecs import RecordType


@click.command(
    name="count",
    help=say(
        "统计插件包带来的指标，依据本节点已读取的数据。目录作出相同定义之前，不进入报告。",
        "Count the indicators that plugin packages bring, out of what this node has read. They are in no report until "
        "the catalogue defines them so.",
    ),
    epilog=examples("tiersync indicators count --period 2013", "tiersync indicators count --period 2013-Q4 --json"),
)
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013", "For this period, such as 2013"))
@folder
@as_json
def count(period: "Period", folder: Path, as_json: bool) -> None:
    from tiersync.flow.figures.own_indicators import count_own, enlarged
    from tiersync.views.catalogues import pinned_catalogue

    node = open_with_plugins(folder)
    catalogue = pinned_catalogue(node, period)
    mine, wrong = own_indicators(catalogue)
    codes = [one.code for one in mine if period.kind in one.periods]
    whole = enlarged(catalogue, mine, records_of_packages())
    cells = count_own(node, whole, codes, period, now())
    shown = list(lines(whole, cells))
    if as_json:
        print_json([dict(zip(("indicator", "breakdown", "value"), line, strict=True)) for line in shown])
    else:
        print_table(
            heads("代码,名称,分组,数值", "code,name,breakdown,value"),
            [(code, say(whole.by_code[code].zh, whole.by_code[code].en), text, value) for code, text, value in shown],
        )
        if not shown:
            click.echo(say(
                f"没有插件包带来 {period} 的指标。", f"No plugin package brings an indicator for {period}."
            ))  # fmt: skip
    for error in wrong:
        complain(error.say(LANG))
    if wrong:
        raise wrong[0]


def records_of_packages() -> "list[RecordType]":
    """The record types that packages bring."""
    from tiersync.plugins.hooks import offered

    return [offer.value for offer in offered("tiersync_record_types")]


def own_indicators(catalogue: "Catalogue") -> "tuple[list[Indicator], list[TiersyncError]]":
    """Indicators of packages that the catalogue does not define itself, and what is wrong with others."""
    from tiersync.config.soundness import indicator_faults
    from tiersync.flow.figures.own_indicators import enlarged
    from tiersync.plugins.hooks import offered, package_failed

    offers = offered("tiersync_indicators")
    whole = enlarged(catalogue, [offer.value for offer in offers], records_of_packages())
    mine: list[Indicator] = []
    wrong: list[TiersyncError] = []
    for package, _, indicator in offers:
        held = catalogue.by_code.get(indicator.code)
        if held and held.digest != indicator.digest:
            otherwise = say("目录中的定义不同", "the catalogue defines it otherwise")
            wrong.append(package_failed(package, f"{indicator.code}: {otherwise}"))
        elif faults := list(indicator_faults(whole, indicator)):
            wrong.append(package_failed(package, f"{indicator.code}: {say(faults[0].zh, faults[0].en)}"))
        elif held is None:
            mine.append(indicator)
    return mine, wrong


def lines(catalogue: "Catalogue", cells: "pl.DataFrame") -> Iterator[tuple[str, str, str]]:
    """Code, breakdown and value of each figure; a ratio as numerator / denominator."""
    from tiersync.rules.agreement.difference import decimal_text

    for (code, text), part in cells.group_by("indicator", "breakdown", maintain_order=True):
        of = {
            measure: "—" if value is None else decimal_text(value, scale)
            for measure, value, scale in part.select("measure", "value", "scale").iter_rows()
        }
        yield str(code), str(text), of["value"] if "value" in of else f"{of['numerator']} / {of['denominator']}"
