"""The command `report matrix`: one indicator of many units side by side, a column for each period."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json, print_table
from tiersync.cli.terminal.words import heads, say
from tiersync.errors import BadPeriod, NotAsked, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from tiersync.flow.figures.matrix import UnitsAsked
    from tiersync.flow.node import Node
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.period import Period
    from tiersync.store.database import Connection

MOST_PERIODS = 120  # ten years of months


@click.command(
    help=say(
        "一项指标（INDICATOR 为代码，如 P02）在某一层级各单位的数值，每个统计期一列。有合计的显示合计，否则显示本级数；"
        "— 表示未收到，或收到的报告已损坏，或按另一版目录的口径编制。",
        "One indicator (a code such as P02) of the units of one tier, a column for each period. Where a unit has a"
        " total, it is shown, else its own part; — is where nothing is held, or what is held is damaged or was made by"
        " the definitions of another catalogue.",
    ),
    epilog=examples(
        "tiersync report matrix P02 --period 2013-Q1 --to 2013-Q4",
        "tiersync report matrix B01 --period 2013 --unit 371402000000 --tier community --json",
        'tiersync report matrix P02 --period 2013-Q4 --breakdown "sex=1"',
    ),
)
@click.argument("indicator")
@folder
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013-Q4", "The period, such as 2013-Q4"))
@click.option("--to", "last", type=PERIOD, help=say("有多期时的最后一期", "The last period, where there are several"))
@click.option("--form", help=say("有多张报表含该指标时指定报表", "The form, where several have the indicator"))
@click.option(
    "--unit", help=say("该单位及其下级；默认为本节点的单位", "Units at or below this one; by default this node's")
)
@click.option("--tier", help=say("层级；默认为该单位的直接下级", "The tier; by default the one below the unit"))
@click.option("--breakdown", default="", help=say("分组，如 sex=1", "A breakdown, such as sex=1"))
@as_json
def matrix(
    indicator: str, folder: Path, period: "Period", last: "Period | None", form: str | None, unit: str | None,
    tier: str | None, breakdown: str, as_json: bool,
) -> None:  # fmt: skip
    from tiersync.flow.figures.matrix import figures

    node = open_node(folder)
    with node.store.read() as db:
        periods = tuple(periods_between(period, last or period))
        pinned = {str(one): node.catalogue_for(db, one) for one in periods}
        asked = asked_of(db, node, (indicator, breakdown, form), periods, (unit, tier))
        found = figures(db, node, asked)
    if as_json:
        print_json(found.to_dicts())
        return
    if found.is_empty():
        note(say("本节点没有这样的数据。", "No such figure is held here."))
    columns = ",".join(map(str, periods))
    rows = matrix_rows(pinned, found)
    print_table(heads(f"单位,名称,{columns}", f"unit,name,{columns}"), rows)


def periods_between(first: "Period", last: "Period") -> "Iterator[Period]":
    """The periods from one to another of the same length. Raises BadPeriod where there are none, or too many."""
    if first.kind != last.kind or last < first:
        raise BadPeriod(text=f"{first}–{last}")
    for _ in range(MOST_PERIODS):
        yield first
        if first == last:
            return
        first = first.following()
    raise BadPeriod(text=f"…{last}")


def asked_of(
    db: "Connection", node: "Node", what: tuple[str, str, str | None], periods: "tuple[Period, ...]",
    where: tuple[str | None, str | None],
) -> "UnitsAsked":  # fmt: skip
    """What was asked for, each name looked up. Raises UnknownName, UnknownUnit or NotAsked."""
    from tiersync.flow.figures.matrix import UnitsAsked
    from tiersync.rules.totals.gathered import WhichCells

    (code, breakdown, form), (unit, tier) = what, where
    pinned = (node.catalogue_for(db, period) for period in reversed(periods))
    catalogue = next((one for one in pinned if code in one.by_code), None)
    if catalogue is None:
        raise UnknownName(what="indicator", name=code, hint="See: tiersync indicators list")
    within = catalogue.tree[unit or node.home]
    if tier is not None and tier not in catalogue.tiers:
        raise UnknownName(what="tier", name=tier, hint=f"There are: {', '.join(catalogue.tiers)}")
    below = catalogue.tiers[min(catalogue.tiers.index(within.tier) + 1, len(catalogue.tiers) - 1)]
    cells = WhichCells(code, ";".join(sorted(filter(None, breakdown.split(";")))))
    return UnitsAsked(form_of(catalogue, code, form, periods[0]), cells, periods, within.code, tier or below)


def form_of(catalogue: "Catalogue", indicator: str, form: str | None, period: "Period") -> str:
    """The form that asks for an indicator of such a period. Raises NotAsked where none does."""
    if form:
        return catalogue.form(form).code
    asking = [one.code for one in catalogue.forms if one.period == period.kind and indicator in one.entries]
    if not asking:
        having = ", ".join(f"{one.code} ({one.period})" for one in catalogue.forms if indicator in one.entries)
        raise NotAsked(period=f"{period} {indicator}", forms=having or "—")
    return asking[0]


def matrix_rows(pinned: "Mapping[str, Catalogue]", found: "pl.DataFrame") -> Iterator[tuple[str, ...]]:
    """A row for each unit: code, name, and what is held of each period, as the catalogue of that period shows it."""
    from tiersync.model.cell import Cell
    from tiersync.views.figures import NOTHING, figures

    shown: dict[str, dict[str, str]] = {}
    rows = found.select("period", "unit", *Cell._fields).iter_rows()
    for (period, unit), of_unit in groupby(rows, key=itemgetter(0, 1)):
        cells = (Cell(*row[2:]) for row in of_unit)
        shown.setdefault(unit, {})[period] = next(figures(pinned[period], cells)).value
    tree = next(iter(pinned.values())).tree
    for unit, of_period in sorted(shown.items()):
        yield (unit, tree[unit].name, *(of_period.get(period, NOTHING) for period in pinned))
