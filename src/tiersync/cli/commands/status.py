"""The command `status`: how a node stands, and what somebody has to do next."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show, show_or_write
from tiersync.cli.terminal.words import LANG, say, text
from tiersync.host.opening import now
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.rules.calendar.clock import Judged
    from tiersync.views.node_status import NodeStatus
    from tiersync.views.table import Table


@click.command(
    help=say(
        "本节点的状况：链路、待发内容、被拒内容、待更正的行、未处理的问题。",
        "How this node stands: links, what waits, what was refused, quarantine, open findings.",
    ),
    epilog=examples("tiersync status", "tiersync status --dir city --json", "tiersync status --out status.xlsx"),
)
@folder
@as_json
@as_file
def status(folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.flow.clock import judged_now
    from tiersync.views import warnings
    from tiersync.views.node_status import status as look
    from tiersync.views.sources.runs import remarks
    from tiersync.views.table import Reader, said_table

    node = open_node(folder)
    found, judged, zone = look(node, now()), judged_now(node, now()), ZoneInfo(node.time_zone)
    if as_json:
        print_json(found.as_object() | {"clock": clock_object(judged)})
        return
    warned = [*warnings.clock_warnings(node, judged), *warnings.warnings(found, Reader(LANG, zone))]
    if wanted.kind:
        said = said_table([found.headline(), *warned, *remarks(found.runs)])
        tables = [said, *how_it_stands(found), *what_needs_somebody(found)]
        show_or_write([one for one in tables if one.rows], wanted, zone)
        return
    click.echo(text(found.headline()))
    for warning in warned:
        click.secho(text(warning), fg="yellow")
    show(*how_it_stands(found), zone=zone)
    for remark in remarks(found.runs):
        click.echo(text(remark))
    show(*what_needs_somebody(found), zone=zone)


def how_it_stands(found: "NodeStatus") -> "list[Table]":
    """Links, totals, what was refused on the line, and what the sources gave."""
    from tiersync.views.links import links_table
    from tiersync.views.node_status import refused_table, totals_table, turns_table
    from tiersync.views.sources.runs import streams_table

    return [
        links_table(found.links), totals_table(found.totals), turns_table(found.turns), refused_table(found.refused),
        streams_table(found.runs, found.held),
    ]  # fmt: skip


def what_needs_somebody(found: "NodeStatus") -> "list[Table]":
    """Rows that were refused, rows in doubt, open findings."""
    from tiersync.views.node_status import open_table
    from tiersync.views.sources.doubtful import held_doubts_table
    from tiersync.views.sources.runs import reasons_table

    quarantine = Text("待更正：tiersync quarantine list", "Quarantine: tiersync quarantine list")
    return [
        reasons_table(quarantine, [found.quarantine]), held_doubts_table(found.doubtful), open_table(found.findings)
    ]  # fmt: skip


def clock_object(judged: "Judged") -> dict[str, object]:
    """What is held against this machine's clock, as --json prints it."""
    says = [{"who": one.who, "says": one.says.isoformat()} for one in judged.witnesses]
    return {"side": judged.side, "is_wrong": judged.is_wrong, "witnesses": says}
