"""The command `calendar`: what is open, due, late and closed, and the days off of a year."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_details, show_or_write, show_untitled
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now


@click.command(
    help=say(
        "各报表尚未封网的统计期：何时开报、截止、封网，现在处于什么状态；写明年份则显示该年的放假安排。",
        "When each form opens, is due and closes for the periods that are not closed, and how that stands; with a "
        "year, its days off.",
    ),
    epilog=examples("tiersync calendar", "tiersync calendar 2026", "tiersync calendar --json"),
)
@click.argument("year", metavar="[YEAR]", type=click.IntRange(1990, 2999), required=False)
@folder
@as_json
@as_file
def calendar(year: int | None, folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.running.calendar import window_lines, windows_table, year_details
    from tiersync.views.table import details_table

    node = open_node(folder)
    if year:
        details = year_details(node, year)
        if as_json:
            days = node.working_days_now().announced(year)
            print_json({"year": year, "announced": days.model_dump(mode="json") if days else None})
        elif wanted.kind:
            show_or_write([details_table(details)], wanted, ZoneInfo(node.time_zone))
        else:
            show_details(details)
        return
    lines = window_lines(node, now())
    if as_json:
        print_json([line.as_object() for line in lines])
    elif wanted.kind:
        show_or_write([windows_table(lines)], wanted, ZoneInfo(node.time_zone))
    else:
        show_untitled(windows_table(lines))
