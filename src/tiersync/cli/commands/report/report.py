"""The command `report`: which reports are held here, what one says and was made from; and to write one for others."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.commands.report.board import board
from tiersync.cli.commands.report.export import export
from tiersync.cli.commands.report.filing.check import check
from tiersync.cli.commands.report.filing.correct import correct
from tiersync.cli.commands.report.filing.enter import enter
from tiersync.cli.commands.report.filing.explain import explain
from tiersync.cli.commands.report.filing.recall import recall
from tiersync.cli.commands.report.filing.submit import submit
from tiersync.cli.commands.report.history import diff, history
from tiersync.cli.commands.report.matrix import matrix
from tiersync.cli.commands.report.review.accept import accept
from tiersync.cli.commands.report.review.adjust import adjust
from tiersync.cli.commands.report.review.exempt import exempt
from tiersync.cli.commands.report.review.give_back import give_back
from tiersync.cli.commands.report.review.grant import decline, grant
from tiersync.cli.commands.report.review.lock import lock, unlock
from tiersync.cli.commands.report.review.remind import remind
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder, period
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_details, show_one, show_or_write
from tiersync.cli.terminal.shown import show as show_tables
from tiersync.cli.terminal.words import say, text
from tiersync.views.table import details_table

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.views.reports.shown import ShownReport
    from tiersync.views.table import Table

form = click.option("--form", help=say("只看该报表，如 aging-year", "Only this form, such as aging-year"))


@click.group(
    help=say("填报、审核、查看和导出报告。", "File, review, show and export reports."),
    epilog=examples("tiersync report list", "tiersync report show 371402000000 --form aging-year --period 2013"),
)
def report() -> None:
    """Reports held at this node."""


for command in (
    accept, adjust, board, check, correct, decline, diff, enter, exempt, explain, export, give_back, grant, history,
    lock, matrix, recall, remind, submit, unlock,
):  # fmt: skip
    report.add_command(command)


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
    from tiersync.views.reports.report import ReportsWanted, report_lines, reports_table

    node = open_node(folder)
    lines = report_lines(node, ReportsWanted(form, unit, period, all_revisions=all_revisions))
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
@as_file
def show(
    unit: str, folder: Path, form: str, period: "Period", part: str | None, revision: str | None,
    indicator: str | None, as_json: bool, wanted: AsFile,
) -> None:  # fmt: skip
    from tiersync.views.reports.report import ReportWanted, trace
    from tiersync.views.reports.shown import ShownReport

    node = open_node(folder)
    shown = ShownReport(trace(node, ReportWanted(form, unit, period, part, revision)), indicator)
    if as_json:
        print_json(shown.as_object())
        return
    zone = ZoneInfo(node.time_zone)
    if wanted.kind:
        show_or_write([details_table(shown.details()), shown.figures(), *about(shown)], wanted, zone)
        return
    show_details(shown.details(), zone)
    show_tables(shown.figures(), shown.adjustments(), zone=zone)
    if any(shown.unadjusted()):
        click.echo(text(shown.unadjusted()))
    show_tables(shown.corrections(), shown.parts(), shown.snapshots(), zone=zone)


def about(shown: "ShownReport") -> "list[Table]":
    """What stands behind the figures; what is empty is left out."""
    tables = (shown.adjustments(), shown.corrections(), shown.parts(), shown.snapshots())
    return [one for one in tables if one.rows]
