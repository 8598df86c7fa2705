"""How a node stands: its links, what waits, what was refused, which findings are open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tiersync.flow.agreement.doubts import Counts, count_doubts
from tiersync.flow.exchange.sealing import may_seal, own_epoch
from tiersync.flow.figures.arrivals import arrivals_of, held_of
from tiersync.flow.figures.asked import form_for
from tiersync.flow.node import Node
from tiersync.flow.review.turns import ReviewTurns, review_turns
from tiersync.model.finding import Finding
from tiersync.model.text import EMPTY, Text
from tiersync.rules.totals.lacking import lacking
from tiersync.store.catalogues import newest_number
from tiersync.store.database import Connection
from tiersync.store.files.private import open_to_others
from tiersync.store.findings import open_findings
from tiersync.store.links.envelopes import unread_ids
from tiersync.store.links.links import all_links, refused_at_inbox
from tiersync.store.links.refused import refused
from tiersync.store.notices import unreadable
from tiersync.store.reports.reports import count_reports, newest_totals
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.runs.quarantine import RunDone, counted, latest_runs, rows_held
from tiersync.views.findings import next_of
from tiersync.views.links import LinkLine, line_of, link_objects
from tiersync.views.reasons import refusal
from tiersync.views.sources.runs import run_objects
from tiersync.views.table import Table, table
from tiersync.views.words import codes, n_of_m, word


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
    runs: Sequence[RunDone] = ()
    turns: Sequence[ReviewTurns] = ()

    @property
    def waiting(self) -> int:
        """Envelopes that have not gone out yet."""
        return sum(line.waiting for line in self.links)

    def headline(self) -> Text:
        """How it stands, in a sentence."""
        rows, tier = sum(self.quarantine.values()), word(self.tier)
        return Text(
            f"{self.name}（{self.unit}，{tier.zh}）：现存报告 {self.reports} 份，待发 {self.waiting} 件，"
            f"待更正 {rows} 行，未处理的问题 {len(self.findings)} 个。目录 {self.catalogue}，恢复次数 {self.epoch}。",
            f"{self.name} ({self.unit}), {tier.en}: {self.reports} reports held, {self.waiting} envelopes waiting, "
            f"{rows} rows in quarantine, {len(self.findings)} open findings. Catalogue {self.catalogue}, "
            f"epoch {self.epoch}.",
        )

    def as_object(self) -> dict[str, Any]:
        """For programs."""
        said = self._asdict()
        held, _ = said.pop("held"), said.pop("runs")
        return said | {
            "links": link_objects(self.links),
            "refused": [line._asdict() for line in self.refused],
            "totals": [line._asdict() for line in self.totals],
            "turns": [line._asdict() for line in self.turns],
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
            "streams": [run | {"held": held.get(run["stream"], 0)} for run in run_objects(self.runs)],
        }


def status(node: Node, now: datetime) -> NodeStatus:
    doubtful = count_doubts(node)
    with node.store.read() as db:
        unit = node.tree(db)[node.home]
        return NodeStatus(
            unit=node.home, name=unit.name, tier=unit.tier, catalogue=newest_number(db), epoch=own_epoch(db),
            waits_for_epoch=not may_seal(db), reports=count_reports(db), quarantine=counted(db),
            doubtful=doubtful, held=rows_held(db),
            links=[line_of(db, node, link, now) for link in all_links(db)], refused=_refused(db, node),
            findings=open_findings(db), totals=list(_totals(db, node)), unread=len(unread_ids(db)),
            unreadable_notices=[row.notice for row in unreadable(db)], folder=str(node.store.folder),
            open_to_others=open_to_others(node.store.folder), runs=latest_runs(db),
            turns=list(review_turns(db, node, now)),
        )  # fmt: skip


def _totals(db: Connection, node: Node) -> Iterator[TotalLine]:
    """One line for each form of which a total of the node's own unit is held."""
    forms = sorted(form.code for form in node.catalogue(db).forms)
    for row, report in sealed_reports(db, newest_totals(db, node.home, forms)):
        form = form_for(db, node, row.form, report.period)
        if form is not None:
            came = arrivals_of(db, held_of(db, node, form, report.period), row, report)
            yield TotalLine(row.form, row.period, came.arrived, came.expected, lacking(report.cells), came.is_stale)


def _refused(db: Connection, node: Node) -> list[RefusedLine]:
    """Nothing is dropped silently: what peers refused of ours, and what we refused of theirs."""
    theirs = [RefusedLine(row.peer, row.peer, row.envelope, row.reason or "") for row in refused(db)]
    ours = [RefusedLine(row.peer, node.home, row.envelope, row.refused) for row in refused_at_inbox(db)]
    return [*theirs, *ours]


def totals_table(lines: Iterable[TotalLine]) -> Table:
    """How complete totals are: reports, and separately indicators."""
    return table(
        Text("合计", "Totals"),
        Text("报表,统计期,报告数,缺数指标,状态", "form,period,reports,lacks,state"),
        (
            (
                line.form, line.period, n_of_m(line.arrived, line.expected), codes(line.lacking),
                word("stale") if line.stale else EMPTY,
            )
            for line in lines
        ),
    )  # fmt: skip


def turns_table(lines: Iterable[ReviewTurns]) -> Table:
    """The reports with which it is this node's turn."""
    return table(
        Text("待办的报告：tiersync report board", "Reports to deal with: tiersync report board"),
        Text("报表,统计期,待审核,待答复,待修改", "form,period,to review,to answer,to correct"),
        lines,
    )


def refused_table(lines: Iterable[RefusedLine]) -> Table:
    return table(
        Text("被拒的报文", "Refused envelopes"),
        Text("链路,拒绝方,报文,原因", "link,refused by,envelope,why"),
        ((line.peer, line.by, line.envelope, refusal(line.reason)) for line in lines),
    )


def open_table(findings: Iterable[Finding]) -> Table:
    """The open findings, each with what to do next."""
    return table(
        Text("未处理的问题：tiersync finding list", "Open findings: tiersync finding list"),
        Text("原因,单位,统计期,指标,下一步", "reason,unit,period,indicator,next"),
        ((word(one.reason), one.unit, one.period, one.indicator, next_of(one)) for one in findings),
    )
