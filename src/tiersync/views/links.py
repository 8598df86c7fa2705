"""The links of a node: to whom, how they stand, what waits, and why the last exchange failed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.jobs.states import is_paused
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.store.database import Connection
from tiersync.store.facts import recall
from tiersync.store.links.links import Link, all_links
from tiersync.store.links.outbox import counts, oldest_unsent
from tiersync.store.spelled import is_theirs, read_spelled
from tiersync.views.table import Table, moment, table
from tiersync.views.words import word

Turn = Literal["", "here", "above", "below"]
"""Whose turn it is: nobody's, as it goes by itself; this office's; or that of the unit above or below"""
TURNS: dict[Turn, Text] = {
    "": EMPTY, "here": Text("本节点", "this node"), "above": Text("上级", "the unit above"),
    "below": Text("下级", "the unit below"),
}  # fmt: skip
SILENT = timedelta(days=2)  # An office is closed at a weekend.


class LinkLine(NamedTuple):
    """One link as an operator sees it. `restored` says which side was put back to an older copy, and when; `oldest_at`
    is since when the oldest of what was not confirmed waits, `why` why it does, and `turn` whose turn it is."""

    peer: str
    name: str
    role: str
    state: str
    last_exchange_at: str
    waiting: int
    refused: int
    last_error: Text | None
    restored: str
    oldest_at: str = ""
    why: Text = EMPTY
    turn: Turn = ""


def link_lines(node: Node, now: datetime) -> list[LinkLine]:
    """Every link of the node, the parent first."""
    with node.store.read() as db:
        return [line_of(db, node, link, now) for link in all_links(db)]


def line_of(db: Connection, node: Node, link: Link, now: datetime) -> LinkLine:
    by_state, oldest = counts(db, link.peer), oldest_unsent(db, link.peer)
    why, turn = why_it_waits(db, link, now) if oldest or link.state == "twofold" else (EMPTY, "")
    return LinkLine(
        link.peer, node.tree(db)[link.peer].name, link.role, link.state, link.last_exchange_at or "",
        by_state.get("waiting", 0) + by_state.get("sent", 0), by_state.get("refused", 0),
        read_spelled(link.last_error) if link.last_error else None,
        recall(db, f"restored:{link.peer}") or "", oldest, why, turn,
    )  # fmt: skip


HELD = Text(
    "该单位的节点在两处同时使用，暂停接收：tiersync link resume",
    "its node speaks from two places and is held: tiersync link resume",
)
REVOKED = Text("链路已吊销，不会再发送", "the link is revoked; nothing goes any more")
PUT_BACK = Text(
    "本节点恢复过旧副本，须先连上上级：tiersync push",
    "this node was put back to an older copy and must reach the unit above: tiersync push",
)
GOES_BY_ITSELF = {
    "child": Text("等下级下次联络", "until it calls the next time"),
    "parent": Text("等下次上报", "until the next push"),
}


def why_it_waits(db: Connection, link: Link, now: datetime) -> tuple[Text, Turn]:
    """Why what is queued for a neighbour was not confirmed yet, and whose turn it is: one answer."""
    if link.state != "open":
        return (HELD, "here") if link.state == "twofold" else (REVOKED, "")
    quiet = _quiet(link, now)
    if link.role == "child":
        return (quiet, "below") if quiet else (GOES_BY_ITSELF["child"], "")
    if not may_seal(db):
        return PUT_BACK, "here"
    if link.last_error:
        return read_spelled(link.last_error), "above" if is_theirs(link.last_error) else "here"
    if rests := ", ".join(name for name in ("push", "pull") if is_paused(db, name, now)):
        again = "tiersync schedule resume"
        return Text(f"计划 {rests} 已暂停：{again}", f"{rests} rests: {again}"), "here"
    if quiet:
        return Text(f"{quiet.zh}：tiersync run 是否在运行？", f"{quiet.en}: does tiersync run?"), "here"
    return GOES_BY_ITSELF["parent"], ""


def _quiet(link: Link, now: datetime) -> Text:
    """That nothing was heard over a link for long; nothing where it was."""
    if not link.last_exchange_at:
        return Text("尚未联络过", "it never called" if link.role == "child" else "it was never reached")
    silent = now - datetime.fromisoformat(link.last_exchange_at)
    if silent < SILENT:
        return EMPTY
    return Text(f"已 {silent.days} 天没有联络", f"nothing was heard for {silent.days} days")


def links_table(lines: Iterable[LinkLine]) -> Table:
    return table(
        Text("链路", "Links"),
        Text(
            "单位,名称,关系,状态,上次交换,待发,最早,原因,轮到,被拒",
            "unit,name,is,state,last exchange,waiting,oldest,why,turn,refused",
        ),
        (
            (
                line.peer, line.name, word(line.role), word(line.state), moment(line.last_exchange_at), line.waiting,
                moment(line.oldest_at), line.why, TURNS[line.turn], line.refused,
            )
            for line in lines
        ),
    )  # fmt: skip


def link_objects(lines: Iterable[LinkLine]) -> list[dict[str, Any]]:
    """Links for programs; the last error in both languages, None where the last exchange went well."""
    return [
        line._asdict()
        | {"last_error": line.last_error._asdict() if line.last_error else None, "why": line.why._asdict()}
        for line in lines
    ]
