"""What an operator must know of a node before anything else: its clock, lost history, lines that do not work."""

from collections.abc import Iterator

from tiersync.flow.node import Node
from tiersync.model.text import Text
from tiersync.rules.calendar.clock import Judged, against_clock
from tiersync.views.links import LinkLine
from tiersync.views.node_status import NodeStatus
from tiersync.views.table import Reader, moment

RESTORED = {
    ("parent", "child"): Text(
        "本节点恢复过旧副本：其后收到的内容已丢失，由{name}重新发来。",
        "This node was put back to an older copy: what it had taken in since is gone here and is sent again from "
        "{name}.",
    ),
    ("parent", "parent"): Text(
        "{name}的节点恢复过旧副本：其后收到的内容已丢失，由本节点重新发送。",
        "The node of {name} was put back to an older copy: what it had taken in since is gone there and is sent "
        "again from here.",
    ),
    ("child", "child"): Text(
        "{name}的节点恢复过旧副本：其后的历史已丢失；该节点的恢复次数已加一，继续签发。",
        "The node of {name} was put back to an older copy: its history since is gone there; it seals in a new epoch.",
    ),
    ("child", "parent"): Text(
        "本节点恢复过旧副本：其后的历史已丢失，由{name}重新发来。",
        "This node was put back to an older copy: its history since is gone here and is sent again from {name}.",
    ),
}  # by the role of the link's other side, and by the side that was put back


def clock_warnings(node: Node, judged: Judged) -> Iterator[Text]:
    """What speaks against this machine's clock, and what follows; nothing where nobody does."""
    if not judged.witnesses:
        return
    zh, en = against_clock(judged, node.day_of)
    if judged.is_wrong:
        yield Text(
            f"本机时钟可能有误：{zh}。校准之前不归档新报告；若时钟无误，请在 push 或 run 后加 --clock-is-right。",
            f"The clock of this machine seems to be wrong: {en}. Nothing new is filed until it is set; if it is "
            "right, add --clock-is-right to push or run.",
        )
    else:
        yield Text(f"请核对本机时钟：{zh}。", f"Look at the clock of this machine: {en}.")


def warnings(status: NodeStatus, reader: Reader) -> Iterator[Text]:
    """What stands against a node, the gravest first; moments by the reader's clock."""
    if status.waits_for_epoch:
        yield Text(
            "本节点恢复过旧副本，连上上级之前不签发任何内容：tiersync push",
            "This node was put back to an older copy and seals nothing until the unit above has been reached: "
            "tiersync push",
        )
    if status.unread:
        yield Text(
            f"有 {status.unread} 件由更新版本的 tiersync 写成，已保存待读：请升级本机的 tiersync",
            f"{status.unread} envelopes were written by a newer tiersync and are kept unread: upgrade tiersync here",
        )
    for notice in status.unreadable_notices:
        yield Text(
            f"通知 {notice} 的正文已损坏，本机无法读取：请用备份恢复 node.db，或请发文单位重新发布。",
            f"The notice {notice} cannot be read here any more: its sealed text is damaged. Put node.db back from a "
            "backup, or ask whoever issued it to publish it anew.",
        )
    for path in status.open_to_others:
        how = "chmod -R go-rwx" if path != status.folder else "chmod g-rw,o-rwx"
        yield Text(
            f"本机其他账户可以访问 {path}：请运行 {how} {path}",
            f"Other accounts of this machine can get at {path}: {how} {path}",
        )
    for line in status.links:
        yield from _of_link(line, reader)


def _of_link(line: LinkLine, reader: Reader) -> Iterator[Text]:
    """That one side of a link was put back, and why the last exchange failed."""
    if line.restored:
        side, _, when = line.restored.partition(" ")
        at, why = reader.read(moment(when)), RESTORED[line.role, side]
        yield Text(f"{at}  {why.zh.format(name=line.name)}", f"{at}  {why.en.format(name=line.name)}")
    if line.last_error:
        yield Text(f"{line.name}：{line.last_error.zh}", f"{line.name}: {line.last_error.en}")
