"""The command `report`: which reports are held here, what one says and was made from; and to write one for others."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.report.export import export
from tiersync.cli.commands.report.matrix import matrix
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder, period
from tiersync.cli.terminal.output import print_json, print_pairs, print_section
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.spoken import arrived, codes, n_of_m, set_aside, spoken
from tiersync.cli.terminal.words import heads, say, text
from tiersync.host.opening import office_time

if TYPE_CHECKING:
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.cell import Cell
    from tiersync.model.period import Period
    from tiersync.views.reports import Trace

form = click.option("--form", help=say("只看该报表，如 aging-year", "Only this form, such as aging-year"))


@click.group(
    help=say("列出、查看和导出报告。", "List, show and export reports."),
    epilog=examples("tiersync report list", "tiersync report show 371402000000 --form aging-year --period 2013"),
)
def report() -> None:
    """Reports held at this node."""


report.add_command(export)
report.add_command(matrix)


@report.command(
    name="list",
    help=say("本节点现存的报告，每份为当前版本。", "The reports held here, the current revision of each."),
    epilog=examples(
        "tiersync report list --form aging-quarter --period 2013-Q4",
        "tiersync report list --unit 371402000000 --all-revisions",
    ),
)
@folder
@form
@period
@click.option("--unit", help=say("只看该单位的报告", "Only reports of this unit"))
@click.option("--all-revisions", is_flag=True, help=say("包括以前的版本", "Earlier revisions too"))
@as_json
@as_file
def list_reports(
    folder: Path, form: str | None, period: "Period | None", unit: str | None, all_revisions: bool, as_json: bool,
    wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.flow.figures.asked import check_form
    from tiersync.model.report import ReportKey
    from tiersync.views.reports import listed, reports_table

    node = open_node(folder)
    with node.store.read() as db:
        which = ReportKey(
            check_form(db, node, form) if form else "", node.tree(db)[unit].code if unit else "",
            str(period or ""), "",
        )  # fmt: skip
        lines = listed(db, node, which, all_revisions)
    if as_json:
        print_json([line._asdict() for line in lines])
        return
    if not lines and not wanted.kind:
        click.echo(say("本节点没有这样的报告。", "No such report is held here."))
    else:
        show_one(reports_table(lines), node, wanted)


@report.command(
    name="show",
    help=say(
        "查看一份报告：各项数据及其来源。不指定 --part 时优先显示合计。",
        "One report: its figures, and what it was made from. Without --part the total, where there is one.",
    ),
    epilog=examples(
        "tiersync report show 371402000000 --form aging-year --period 2013",
        "tiersync report show 371402001001 --form aging-year --period 2013 --part own --indicator P02",
    ),
)
@click.argument("unit")
@folder
@click.option("--form", required=True, help=say("报表，如 aging-year", "The form, such as aging-year"))
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013", "The period, such as 2013"))
@click.option("--part", type=click.Choice(["own", "total"]), help=say("own 为本级，total 为合计", "own or total"))
@click.option("--revision", help=say("以前的版本，如 1 或 1.1.1", "An earlier one, such as 1 or 1.1.1"))
@click.option("--indicator", help=say("只看该指标，如 P02", "Only this indicator, such as P02"))
@as_json
def show(
    unit: str, folder: Path, form: str, period: "Period", part: str | None, revision: str | None,
    indicator: str | None, as_json: bool,
) -> None:  # fmt: skip
    from tiersync.model.report import ReportKey
    from tiersync.views.reports import trace

    node = open_node(folder)
    with node.store.read() as db:
        catalogue = node.catalogue_for(db, period)
        code, home = catalogue.form(form).code, node.tree(db)[unit].code
        keys = [ReportKey(code, home, str(period), one) for one in ([part] if part else ["total", "own"])]
        found = trace(db, node, keys, revision or "")
    if as_json:
        print_json(as_object(catalogue, found, indicator))
        return
    print_facts(found, office_time(folder))
    print_figures(catalogue, found, indicator)
    print_adjustments(catalogue, found, indicator)
    print_origins(found, office_time(folder))


def as_object(catalogue: "Catalogue", found: "Trace", indicator: str | None) -> dict[str, object]:
    """What --json prints: cells and adjustments exactly as they were sealed, what the cells' partitions leave, and what
    they were made from."""
    from tiersync.rules.totals.unallocated import is_rest

    return found.line._asdict() | {
        "waiting": found.report.waiting, "reason": found.report.reason, "replaces": found.report.replaces,
        "nil": found.report.nil,
        "parts": [part._asdict() for part in found.parts],
        "snapshots": [snapshot._asdict() for snapshot in found.snapshots],
        "adjustments": [
            row._asdict() for row in found.report.adjustments.rows() if indicator in (None, row.indicator)
        ],
        "cells": [cell._asdict() for cell in found.report.cells.rows() if indicator in (None, cell.indicator)],
        "unallocated": [cell._asdict() for cell in with_rest(catalogue, found, indicator) if is_rest(cell)],
    }  # fmt: skip


def waiting(rows: Mapping[str, int]) -> str:
    """How many rows wait in quarantine, in no figure of the report."""
    each = "; ".join(f"{spoken(record)} {count:,}" for record, count in sorted(rows.items()))
    total = sum(rows.values())
    return say(f"{total:,} 行待核，未计入任何数（{each}）", f"{total:,} rows wait, and are in no figure ({each})")


def stale(node: str) -> str:
    """What it means that a total is stale, and whose turn it is."""
    return say(
        f"待重新汇总：现存报告比所汇总的新，请 {node} 运行 tiersync push",
        f"stale: newer reports are held than it adds; {node} totals again with tiersync push",
    )


def with_rest(catalogue: "Catalogue", found: "Trace", indicator: str | None) -> "list[Cell]":
    """The cells of a report, and a row for whatever a partition leaves unallocated."""
    from tiersync.rules.totals.unallocated import with_unallocated

    cells = [cell for cell in found.report.cells.rows() if indicator in (None, cell.indicator)]
    return with_unallocated(catalogue, cells)


def print_facts(found: "Trace", at: Callable[[str], str]) -> None:
    line = found.line
    print_pairs([
        (say("报告", "report"), f"{line.form} {line.period} {line.unit} {line.name} {spoken(line.part)}"),
        (say("版本", "revision"), f"{line.rank}{'' if line.current else say('（已被替换）', ' (replaced since)')}"),
        (say("报告数", "reports"), arrived(line.reports_arrived, line.reports_expected)),
        (say("缺数指标", "lacks"), codes(line.lacking) or say("无", "nothing")),
        *([(say("待核", "waiting"), waiting(found.report.waiting))] if found.report.waiting else []),
        *([(say("状态", "state"), stale(line.node))] if line.stale else []),
        *([(say("状态", "state"), set_aside())] if line.aside else []),
        (say("签发单位", "filed by"), line.node),
        (say("保存时间", "stored"), at(line.received_at)),
        (say("目录", "catalogue"), line.catalogue),
        (say("摘要", "digest"), line.digest),
        (say("报文", "envelope"), line.envelope),
    ])  # fmt: skip


def print_figures(catalogue: "Catalogue", found: "Trace", indicator: str | None) -> None:
    from tiersync.views.figures import figures

    cells = with_rest(catalogue, found, indicator)
    print_section(
        say("数据", "Figures"),
        heads("代码,指标,分组,数值,计量单位,状态,报送数", "code,indicator,group,value,in,status,reports"),
        [
            (
                f.indicator,
                text(f.name),
                text(f.breakdown),
                f.value,
                text(f.measured_in),
                spoken(f.status),
                n_of_m(f.present, f.expected),
            )
            for f in figures(catalogue, cells)
        ],
    )


def print_adjustments(catalogue: "Catalogue", found: "Trace", indicator: str | None) -> None:
    """What the total adds beside its parts or takes off, and why; by group where one indicator is asked for."""
    from tiersync.views.adjusted import adjusted, unadjusted

    rows = [
        row for row in found.report.adjustments.rows() if row.indicator == indicator or not (indicator or row.breakdown)
    ]
    print_section(
        say("调整项（已计入以上数据）", "Adjustments, included in the figures"),
        heads("代码,指标,分组,数值,计量单位,原因", "code,indicator,group,value,in,reason"),
        [[text(value) if isinstance(value, tuple) else value for value in row] for row in adjusted(catalogue, rows)],
    )
    ratios = [code for code in unadjusted(catalogue, found.report) if indicator in (None, code)]
    if ratios:
        click.echo(say(
            f"{'、'.join(ratios)} 按下级各自的分子、分母相加计算，未计入上述调整",
            f"{', '.join(ratios)}: added from the parts, and so without these adjustments",
        ))  # fmt: skip


def print_origins(found: "Trace", at: Callable[[str], str]) -> None:
    """Where the figures come from: the parts that were added, or the snapshots that were counted."""
    print_section(
        say("由以下报告汇总", "Made from these reports"),
        heads("单位,名称,部分,版本,摘要", "unit,name,part,revision,digest"),
        [(part.unit, part.name, spoken(part.part), part.rank, part.digest[:16]) for part in found.parts],
    )
    print_section(
        say(f"由 {found.line.node} 的以下快照统计", f"Counted from these snapshots of {found.line.node}"),
        heads("快照,数据流,行数,读取批次,时间", "snapshot,stream,rows,run,made"),
        [(one.digest[:16], one.stream, one.rows, one.run, at(one.made_at)) for one in found.snapshots],
    )
