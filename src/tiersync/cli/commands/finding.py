"""The command `finding`: what a rule or a reconciliation noticed, whose turn it is, and settling it."""

from pathlib import Path

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_one
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import LANG, say
from tiersync.host.opening import now


@click.group(
    help=say("列出和处理问题。", "List and settle findings."),
    epilog=examples("tiersync finding list", 'tiersync finding settle 1 --note "asked by telephone: new computer"'),
)
def finding() -> None:
    """Findings at this node."""


@finding.command(
    name="list",
    help=say("未处理的问题，以及下一步该做什么。", "Every open finding with what to do next."),
    epilog=examples("tiersync finding list", "tiersync finding list --all --json"),
)
@folder
@click.option("--all", "every", is_flag=True, help=say("包括已处理和已消除的", "Settled and closed ones too"))
@as_json
@as_file
def list_findings(folder: Path, every: bool, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.findings import finding_lines, findings_table

    node = open_node(folder)
    lines = finding_lines(node, every)
    if as_json:
        print_json([line.as_object(LANG) for line in lines])
        return
    if not lines and not wanted.kind:
        click.echo(say("没有未处理的问题。", "Nothing is open."))
    else:
        show_one(findings_table(lines), node, wanted)


@finding.command(
    help=say(
        "说明序号为 N 的问题已处理及处理情况。若数据再次不符，将重新出现。",
        "Say that finding number N is dealt with, and how. It opens again if the figures differ anew.",
    ),
    epilog=examples('tiersync finding settle 1 --note "asked by telephone: new computer"'),
)
@click.argument("number", metavar="N", type=int)
@folder
@click.option("--note", required=True, help=say("处理情况", "What was found out"))
def settle(number: int, folder: Path, note: str) -> None:
    from tiersync.flow.agreement.settle import settle_finding

    settled = settle_finding(open_node(folder), number, note, now())
    click.echo(say(
        f"已处理：{spoken(settled.reason)}，单位 {settled.unit} {settled.period} {settled.indicator}".rstrip(),
        f"Settled: {spoken(settled.reason)}, unit {settled.unit} {settled.period} {settled.indicator}".rstrip(),
    ))  # fmt: skip
