"""How a node stands: its links, what waits, what was refused, which findings are open."""

from collections.abc import Iterator
from typing import NamedTuple

from tiersync.flow.agreement.doubts import Counts, count_doubts
from tiersync.flow.exchange.sealing import may_seal, own_epoch
from tiersync.flow.figures.arrivals import arrivals_of, held_of
from tiersync.flow.figures.asked import form_for
from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.rules.totals.lacking import lacking
from tiersync.store.catalogues import newest_number
from tiersync.store.database import Connection
from tiersync.store.facts import recall
from tiersync.store.files.private import open_to_others
from tiersync.store.findings import open_findings
from tiersync.store.links.envelopes import unread_ids
from tiersync.store.links.links import Link, all_links, refused_at_inbox
from tiersync.store.links.outbox import counts
from tiersync.store.links.refused import refused
from tiersync.store.notices import unreadable
from tiersync.store.quarantine import counted, rows_held
from tiersync.store.reports.reports import count_reports, newest_totals
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.spelled import Spelled, read_spelled


class LinkLine(NamedTuple):
    """One link as an operator sees it. `restored` says which side was put back to an older copy, and when."""

    peer: str
    name: str
    role: str
    state: str
    last_exchange_at: str
    waiting: int
    refused: int
    last_error: Spelled | None
    restored: str


class RefusedLine(NamedTuple):
    """An envelope that was refused, by this node or by a peer."""

    peer: str
    by: str
    envelope: str
    reason: str


class TotalLine(NamedTuple):
    """The latest total of the node's own unit in one form: how many base reports are in it, which indicators lack, and
    whether newer reports are held."""

    form: str
    period: str
    arrived: int
    expected: int
    lacking: list[str]
    stale: bool


class NodeStatus(NamedTuple):
    """Everything that status shows."""

    unit: str
    name: str
    tier: str
    catalogue: int
    epoch: int
    waits_for_epoch: bool
    reports: int
    quarantine: dict[str, int]
    doubtful: Counts  # rows by stream and flag
    held: dict[str, int]  # records by stream
    links: list[LinkLine]
    refused: list[RefusedLine]
    findings: list[Finding]
    totals: list[TotalLine]
    unreadable_notices: list[str]
    folder: str
    open_to_others: list[str]  # files and folders that other accounts of this machine can read
    unread: int = 0  # envelopes of a newer program


def status(node: Node) -> NodeStatus:
    doubtful = count_doubts(node)
    with node.store.read() as db:
        unit = node.tree(db)[node.home]
        return NodeStatus(
            unit=node.home, name=unit.name, tier=unit.tier, catalogue=newest_number(db), epoch=own_epoch(db),
            waits_for_epoch=not may_seal(db), reports=count_reports(db), quarantine=counted(db),
            doubtful=doubtful, held=rows_held(db),
            links=[_line(db, node, link) for link in all_links(db)], refused=_refused(db, node),
            findings=open_findings(db), totals=list(_totals(db, node)), unread=len(unread_ids(db)),
            unreadable_notices=[row.notice for row in unreadable(db)], folder=str(node.store.folder),
            open_to_others=open_to_others(node.store.folder),
        )  # fmt: skip


def _totals(db: Connection, node: Node) -> Iterator[TotalLine]:
    """One line for each form of which a total of the node's own unit is held."""
    forms = sorted(form.code for form in node.catalogue(db).forms)
    for row, report in sealed_reports(db, newest_totals(db, node.home, forms)):
        form = form_for(db, node, row.form, report.period)
        if form is not None:
            came = arrivals_of(db, held_of(db, node, form, report.period), row, report)
            yield TotalLine(row.form, row.period, came.arrived, came.expected, lacking(report.cells), came.is_stale)


def link_lines(node: Node) -> list[LinkLine]:
    """Every link of the node, the parent first."""
    with node.store.read() as db:
        return [_line(db, node, link) for link in all_links(db)]


def _line(db: Connection, node: Node, link: Link) -> LinkLine:
    by_state = counts(db, link.peer)
    return LinkLine(
        link.peer, node.tree(db)[link.peer].name, link.role, link.state, link.last_exchange_at or "",
        by_state.get("waiting", 0) + by_state.get("sent", 0), by_state.get("refused", 0),
        read_spelled(link.last_error) if link.last_error else None,
        recall(db, f"restored:{link.peer}") or "",
    )  # fmt: skip


def _refused(db: Connection, node: Node) -> list[RefusedLine]:
    """Nothing is dropped silently: what peers refused of ours, and what we refused of theirs."""
    theirs = [RefusedLine(row.peer, row.peer, row.envelope, row.reason or "") for row in refused(db)]
    ours = [RefusedLine(row.peer, node.home, row.envelope, row.refused) for row in refused_at_inbox(db)]
    return [*theirs, *ours]
