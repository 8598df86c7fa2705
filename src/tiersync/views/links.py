"""The links of a node: to whom, how they stand, what waits, and why the last exchange failed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from tiersync.flow.node import Node
from tiersync.model.text import Text
from tiersync.store.database import Connection
from tiersync.store.facts import recall
from tiersync.store.links.links import Link, all_links
from tiersync.store.links.outbox import counts
from tiersync.store.spelled import read_spelled
from tiersync.views.table import Table, moment, table
from tiersync.views.words import word


class LinkLine(NamedTuple):
    """One link as an operator sees it. `restored` says which side was put back to an older copy, and when."""

    peer: str
    name: str
    role: str
    state: str
    last_exchange_at: str
    waiting: int
    refused: int
    last_error: Text | None
    restored: str


def link_lines(node: Node) -> list[LinkLine]:
    """Every link of the node, the parent first."""
    with node.store.read() as db:
        return [line_of(db, node, link) for link in all_links(db)]


def line_of(db: Connection, node: Node, link: Link) -> LinkLine:
    by_state = counts(db, link.peer)
    return LinkLine(
        link.peer, node.tree(db)[link.peer].name, link.role, link.state, link.last_exchange_at or "",
        by_state.get("waiting", 0) + by_state.get("sent", 0), by_state.get("refused", 0),
        read_spelled(link.last_error) if link.last_error else None,
        recall(db, f"restored:{link.peer}") or "",
    )  # fmt: skip


def links_table(lines: Iterable[LinkLine]) -> Table:
    return table(
        Text("链路", "Links"),
        Text("单位,名称,关系,状态,上次交换,待发,被拒", "unit,name,is,state,last exchange,waiting,refused"),
        (
            (
                line.peer, line.name, word(line.role), word(line.state), moment(line.last_exchange_at), line.waiting,
                line.refused,
            )
            for line in lines
        ),
    )  # fmt: skip


def link_objects(lines: Iterable[LinkLine]) -> list[dict[str, Any]]:
    """Links for programs; the last error in both languages, None where the last exchange went well."""
    return [line._asdict() | {"last_error": line.last_error._asdict() if line.last_error else None} for line in lines]
