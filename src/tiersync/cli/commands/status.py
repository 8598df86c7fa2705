"""The command `status`: how a node stands, and what somebody has to do next."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tiersync.cli.commands.quarantine.doubtful import SEE, print_counts
from tiersync.cli.commands.runs import RUN_HEADS, as_objects, print_reasons, remarks, run_row
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_section
from tiersync.cli.terminal.shown import show
from tiersync.cli.terminal.spoken import about_clock, spoken
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now, office_time

if TYPE_CHECKING:
    from tiersync.rules.calendar.clock import Judged
    from tiersync.store.quarantine import RunDone
    from tiersync.views.node_status import NodeStatus

RESTORED = {
    ("parent", "child"): say(
        "本节点恢复过旧副本：其后收到的内容已丢失，由{name}重新发来。",
        "This node was put back to an older copy: what it had taken in since is gone here and is sent again from "
        "{name}.",
    ),
    ("parent", "parent"): say(
        "{name}的节点恢复过旧副本：其后收到的内容已丢失，由本节点重新发送。",
        "The node of {name} was put back to an older copy: what it had taken in since is gone there and is sent "
        "again from here.",
    ),
    ("child", "child"): say(
        "{name}的节点恢复过旧副本：其后的历史已丢失；该节点的恢复次数已加一，继续签发。",
        "The node of {name} was put back to an older copy: its history since is gone there; it seals in a new epoch.",
    ),
    ("child", "parent"): say(
        "本节点恢复过旧副本：其后的历史已丢失，由{name}重新发来。",
        "This node was put back to an older copy: its history since is gone here and is sent again from {name}.",
    ),
}


@click.command(
    help=say(
        "本节点的状况：链路、待发内容、被拒内容、待更正的行、未处理的问题。",
        "How this node stands: links, what waits, what was refused, quarantine, open findings.",
    ),
    epilog=examples("tiersync status", "tiersync status --dir city --json"),
)
@folder
@as_json
def status(folder: Path, as_json: bool) -> None:
    from tiersync.flow.clock import judged_now
    from tiersync.store.quarantine import latest_runs
    from tiersync.views.links import links_table
    from tiersync.views.node_status import status as look
    from tiersync.views.node_status import totals_table

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
    for warning in (*about_clock(node, judged), *warnings(standing, at)):
        click.secho(warning, fg="yellow")
    show(links_table(standing.links), totals_table(standing.totals), zone=ZoneInfo(node.time_zone))
    print_work(standing, runs)


def as_object(standing: "NodeStatus", runs: "list[RunDone]") -> dict[str, object]:
    """What --json prints."""
    from tiersync.views.links import link_objects

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


def headline(standing: "NodeStatus") -> str:
    waiting = sum(line.waiting for line in standing.links)
    return say(
        f"{standing.name}（{standing.unit}，{spoken(standing.tier)}）：现存报告 {standing.reports} 份，"
        f"待发 {waiting} 件，待更正 {sum(standing.quarantine.values())} 行，"
        f"未处理的问题 {len(standing.findings)} 个。目录 {standing.catalogue}，恢复次数 {standing.epoch}。",
        f"{standing.name} ({standing.unit}), {spoken(standing.tier)}: {standing.reports} reports held, "
        f"{waiting} envelopes waiting, {sum(standing.quarantine.values())} rows in quarantine, "
        f"{len(standing.findings)} open findings. Catalogue {standing.catalogue}, epoch {standing.epoch}.",
    )


def warnings(standing: "NodeStatus", at: Callable[[str], str]) -> Iterator[str]:
    """What the operator must know before anything else: lost history, and lines that do not work."""
    if standing.waits_for_epoch:
        yield say(
            "本节点恢复过旧副本，连上上级之前不签发任何内容：tiersync push",
            "This node was put back to an older copy and seals nothing until the unit above has been reached: "
            "tiersync push",
        )
    if standing.unread:
        yield say(
            f"有 {standing.unread} 件由更新版本的 tiersync 写成，已保存待读：请升级本机的 tiersync",
            f"{standing.unread} envelopes were written by a newer tiersync and are kept unread: upgrade tiersync here",
        )
    for notice in standing.unreadable_notices:
        yield say(
            f"通知 {notice} 的正文已损坏，本机无法读取：请用备份恢复 node.db，或请发文单位重新发布。",
            f"The notice {notice} cannot be read here any more: its sealed text is damaged. Put node.db back from a "
            "backup, or ask whoever issued it to publish it anew.",
        )
    for path in standing.open_to_others:
        how = "chmod -R go-rwx" if path != standing.folder else "chmod g-rw,o-rwx"
        yield say(
            f"本机其他账户可以访问 {path}：请运行 {how} {path}",
            f"Other accounts of this machine can get at {path}: {how} {path}",
        )
    for line in standing.links:
        if line.restored:
            side, _, moment = line.restored.partition(" ")
            yield f"{at(moment)}  {RESTORED[line.role, side].format(name=line.name)}"
        if line.last_error:
            yield f"{line.name}: {text(line.last_error)}"


def print_work(standing: "NodeStatus", runs: "list[RunDone]") -> None:
    """What was refused and what was found, each with what to do next."""
    from tiersync.views.node_status import open_table, refused_table

    show(refused_table(standing.refused))
    streams = [(*run_row(run), standing.held.get(run.stream, 0)) for run in runs]
    print_section(say("数据流", "Streams"), (*RUN_HEADS, say("现有", "held")), streams)
    for remark in remarks(runs):
        click.echo(remark)
    print_reasons(
        say("待更正：tiersync quarantine list", "Quarantine: tiersync quarantine list"), [standing.quarantine]
    )
    print_counts(say(f"保留但需核对：{SEE}", f"Kept, and in doubt: {SEE}"), standing.doubtful)
    show(open_table(standing.findings))
