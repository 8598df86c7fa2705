"""The command `status`: how a node stands, and what somebody has to do next."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.commands.quarantine.doubtful import SEE, print_counts
from tiersync.cli.commands.runs import RUN_HEADS, as_objects, print_reasons, remarks, run_row
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_section
from tiersync.cli.terminal.spoken import about_clock, codes, n_of_m, refusal, spoken
from tiersync.cli.terminal.words import heads, say
from tiersync.host.opening import now, office_time

if TYPE_CHECKING:
    from tiersync.flow.status import LinkLine, NodeStatus, TotalLine
    from tiersync.rules.calendar.clock import Judged
    from tiersync.store.quarantine import RunDone

LINK_HEADS = heads("unit,name,is,state,last exchange,waiting,refused", "单位,名称,关系,状态,上次交换,待发,被拒")
TOTAL_HEADS = heads("form,period,reports,lacks,state", "报表,统计期,报告数,缺数指标,状态")

RESTORED = {
    ("parent", "child"): say(
        "This node was put back to an older copy: what it had taken in since is gone here and is sent again from "
        "{name}.",
        "本节点恢复过旧副本：其后收到的内容已丢失，由{name}重新发来。",
    ),
    ("parent", "parent"): say(
        "The node of {name} was put back to an older copy: what it had taken in since is gone there and is sent "
        "again from here.",
        "{name}的节点恢复过旧副本：其后收到的内容已丢失，由本节点重新发送。",
    ),
    ("child", "child"): say(
        "The node of {name} was put back to an older copy: its history since is gone there; it seals in a new epoch.",
        "{name}的节点恢复过旧副本：其后的历史已丢失；该节点的恢复次数已加一，继续签发。",
    ),
    ("child", "parent"): say(
        "This node was put back to an older copy: its history since is gone here and is sent again from {name}.",
        "本节点恢复过旧副本：其后的历史已丢失，由{name}重新发来。",
    ),
}


@click.command(
    help=say(
        "How this node stands: links, what waits, what was refused, quarantine, open findings.",
        "本节点的状况：链路、待发内容、被拒内容、待更正的行、未处理的问题。",
    ),
    epilog=examples("tiersync status", "tiersync status --dir city --json"),
)
@folder
@as_json
def status(folder: Path, as_json: bool) -> None:
    from tiersync.flow.clock import judged_now
    from tiersync.flow.status import status as look
    from tiersync.store.quarantine import latest_runs

    node = open_node(folder)
    standing = look(node)
    with node.store.read() as db:
        runs = latest_runs(db)
    judged = judged_now(node, now())
    if as_json:
        print_json(as_object(standing, runs) | {"clock": clock_object(judged)})
        return
    at = office_time(folder)
    click.echo(headline(standing))
    for text in (*about_clock(node, judged), *warnings(standing, at)):
        click.secho(text, fg="yellow")
    print_section(say("Links", "链路"), LINK_HEADS, [link_row(line, at) for line in standing.links])
    print_section(say("Totals", "合计"), TOTAL_HEADS, map(total_row, standing.totals))
    print_work(standing, runs)


def as_object(standing: "NodeStatus", runs: "list[RunDone]") -> dict[str, object]:
    """What --json prints."""
    told = standing._asdict()
    held = told.pop("held")
    return told | {
        "links": link_objects(standing.links),
        "refused": [line._asdict() for line in standing.refused],
        "totals": [line._asdict() for line in standing.totals],
        "findings": [finding.model_dump(mode="json") for finding in standing.findings],
        "streams": [run | {"held": held.get(run["stream"], 0)} for run in as_objects(runs)],
    }


def clock_object(judged: "Judged") -> dict[str, object]:
    """What is held against this machine's clock, as --json prints it."""
    says = [{"who": one.who, "says": one.says.isoformat()} for one in judged.witnesses]
    return {"side": judged.side, "is_wrong": judged.is_wrong, "witnesses": says}


def link_objects(lines: "Iterable[LinkLine]") -> list[dict[str, Any]]:
    """Links as --json prints them; the last error in both languages, null where the last exchange went well."""
    return [line._asdict() | {"last_error": line.last_error._asdict() if line.last_error else None} for line in lines]


def headline(standing: "NodeStatus") -> str:
    waiting = sum(line.waiting for line in standing.links)
    return say(
        f"{standing.name} ({standing.unit}), {spoken(standing.tier)}: {standing.reports} reports held, "
        f"{waiting} envelopes waiting, {sum(standing.quarantine.values())} rows in quarantine, "
        f"{len(standing.findings)} open findings. Catalogue {standing.catalogue}, epoch {standing.epoch}.",
        f"{standing.name}（{standing.unit}，{spoken(standing.tier)}）：现存报告 {standing.reports} 份，"
        f"待发 {waiting} 件，待更正 {sum(standing.quarantine.values())} 行，"
        f"未处理的问题 {len(standing.findings)} 个。目录 {standing.catalogue}，恢复次数 {standing.epoch}。",
    )


def warnings(standing: "NodeStatus", at: Callable[[str], str]) -> Iterator[str]:
    """What the operator must know before anything else: lost history, and lines that do not work."""
    if standing.waits_for_epoch:
        yield say(
            "This node was put back to an older copy and seals nothing until the unit above has been reached: "
            "tiersync push",
            "本节点恢复过旧副本，连上上级之前不签发任何内容：tiersync push",
        )
    if standing.unread:
        yield say(
            f"{standing.unread} envelopes were written by a newer tiersync and are kept unread: upgrade tiersync here",
            f"有 {standing.unread} 件由更新版本的 tiersync 写成，已保存待读：请升级本机的 tiersync",
        )
    for notice in standing.unreadable_notices:
        yield say(
            f"The notice {notice} cannot be read here any more: its sealed text is damaged. Put node.db back from a "
            "backup, or ask whoever issued it to publish it anew.",
            f"通知 {notice} 的正文已损坏，本机无法读取：请用备份恢复 node.db，或请发文单位重新发布。",
        )
    for path in standing.open_to_others:
        how = "chmod -R go-rwx" if path != standing.folder else "chmod g-rw,o-rwx"
        yield say(
            f"Other accounts of this machine can get at {path}: {how} {path}",
            f"本机其他账户可以访问 {path}：请运行 {how} {path}",
        )
    for line in standing.links:
        if line.restored:
            side, _, moment = line.restored.partition(" ")
            yield f"{at(moment)}  {RESTORED[line.role, side].format(name=line.name)}"
        if line.last_error:
            yield f"{line.name}: {say(*line.last_error)}"


def link_row(line: "LinkLine", at: Callable[[str], str]) -> tuple[object, ...]:
    """A link as `status` and `link list` show it."""
    return (
        line.peer, line.name, spoken(line.role), spoken(line.state), at(line.last_exchange_at), line.waiting,
        line.refused,
    )  # fmt: skip


def total_row(line: "TotalLine") -> tuple[object, ...]:
    """How complete a total is: reports, and separately indicators."""
    return (
        line.form, line.period, n_of_m(line.arrived, line.expected), codes(line.lacking),
        spoken("stale") if line.stale else "",
    )  # fmt: skip


def print_work(standing: "NodeStatus", runs: "list[RunDone]") -> None:
    """What was refused and what was found, each with what to do next."""
    print_section(
        say("Refused envelopes", "被拒的报文"),
        heads("link,refused by,envelope,why", "链路,拒绝方,报文,原因"),
        [(line.peer, line.by, line.envelope, refusal(line.reason)) for line in standing.refused],
    )
    streams = [(*run_row(run), standing.held.get(run.stream, 0)) for run in runs]
    print_section(say("Streams", "数据流"), (*RUN_HEADS, say("held", "现有")), streams)
    for remark in remarks(runs):
        click.echo(remark)
    print_reasons(
        say("Quarantine: tiersync quarantine list", "待更正：tiersync quarantine list"), [standing.quarantine]
    )
    print_counts(say(f"Kept, and in doubt: {SEE}", f"保留但需核对：{SEE}"), standing.doubtful)
    print_findings(standing)


def print_findings(standing: "NodeStatus") -> None:
    from tiersync.rules.agreement.next_step import next_step

    print_section(
        say("Open findings: tiersync finding list", "未处理的问题：tiersync finding list"),
        heads("reason,unit,period,indicator,next", "原因,单位,统计期,指标,下一步"),
        [
            (spoken(finding.reason), finding.unit, finding.period, finding.indicator, say(*next_step(finding)[::-1]))
            for finding in standing.findings
        ],
    )
