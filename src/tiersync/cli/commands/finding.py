"""The command `finding`: what a rule or a reconciliation noticed, whose turn it is, and settling it."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import heads, say
from tiersync.host.opening import now, office_time

if TYPE_CHECKING:
    from tiersync.model.finding import Finding
    from tiersync.store.database import Connection


class FindingLine(NamedTuple):
    """A finding with the number by which it is settled."""

    number: int
    state: str
    opened_at: str
    note: str
    finding: "Finding"


@click.group(
    help=say("List and settle findings.", "列出和处理问题。"),
    epilog=examples("tiersync finding list", 'tiersync finding settle 1 --note "asked by telephone: new computer"'),
)
def finding() -> None:
    """Findings at this node."""


@finding.command(
    name="list",
    help=say("Every open finding with what to do next.", "未处理的问题，以及下一步该做什么。"),
    epilog=examples("tiersync finding list", "tiersync finding list --all --json"),
)
@folder
@click.option("--all", "every", is_flag=True, help=say("Settled and closed ones too", "包括已处理和已消除的"))
@as_json
def list_findings(folder: Path, every: bool, as_json: bool) -> None:
    with open_node(folder).store.read() as db:
        lines = [line for line in finding_lines(db) if every or line.state == "open"]
    if as_json:
        print_json([as_object(line) for line in lines])
        return
    if not lines:
        click.echo(say("Nothing is open.", "没有未处理的问题。"))
    at = office_time(folder)
    print_table(
        heads(
            "no.,state,since,reason,node,unit,period,indicator,next",
            "序号,状态,时间,原因,节点,单位,统计期,指标,下一步",
        ),
        [
            (
                line.number, spoken(line.state) if line.state != "open" else say("open", "待处理"), at(line.opened_at),
                spoken(line.finding.reason), line.finding.node, line.finding.unit, line.finding.period,
                line.finding.indicator, line.note or next_of(line.finding) * (line.state == "open"),
            )
            for line in lines
        ],
    )  # fmt: skip


def finding_lines(db: "Connection") -> list[FindingLine]:
    """Every finding with its number, open ones first."""
    from tiersync.model.finding import Finding
    from tiersync.store.findings import finding_rows

    return [
        FindingLine(
            row.number, "closed" if not row.is_open else "settled" if row.settled_at else "open", row.opened_at,
            row.note or "", Finding.model_validate_json(row.body),
        )
        for row in finding_rows(db)
    ]  # fmt: skip


def next_of(finding: "Finding") -> str:
    from tiersync.rules.agreement.next_step import next_step

    zh, en = next_step(finding)
    return say(en, zh)


def as_object(line: FindingLine) -> dict[str, object]:
    """What --json prints."""
    told = line.finding.model_dump(mode="json", exclude={"kind", "open"})
    return {"number": line.number, "state": line.state, "opened_at": line.opened_at, "note": line.note} | told | {
        "next": next_of(line.finding)
    }  # fmt: skip


@finding.command(
    help=say(
        "Say that finding number N is dealt with, and how. It opens again if the figures differ anew.",
        "说明序号为 N 的问题已处理及处理情况。若数据再次不符，将重新出现。",
    ),
    epilog=examples('tiersync finding settle 1 --note "asked by telephone: new computer"'),
)
@click.argument("number", metavar="N", type=int)
@folder
@click.option("--note", required=True, help=say("What was found out", "处理情况"))
def settle(number: int, folder: Path, note: str) -> None:
    from tiersync.store.findings import settle as settle_finding

    with open_node(folder).store.write() as db:
        settled = settle_finding(db, number, note, now())
    click.echo(say(
        f"Settled: {spoken(settled.reason)}, unit {settled.unit} {settled.period} {settled.indicator}".rstrip(),
        f"已处理：{spoken(settled.reason)}，单位 {settled.unit} {settled.period} {settled.indicator}".rstrip(),
    ))  # fmt: skip
