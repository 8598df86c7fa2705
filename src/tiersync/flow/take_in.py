"""What follows from an envelope that was taken: stored, indexed and passed on, in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tiersync.flow.node import Node, catalogue_number
from tiersync.flow.sealing import begin_epoch, own_epoch, parent_of, pass_on
from tiersync.link.accept import Taken
from tiersync.model.catalogue import Catalogue
from tiersync.model.charter import Charter
from tiersync.model.envelope import Body, Head
from tiersync.model.finding import Finding, Verdict
from tiersync.model.notice import Notice, Receipt
from tiersync.model.report import Report
from tiersync.store.charters import keep_charter
from tiersync.store.database import Connection
from tiersync.store.envelopes import Stored, keep
from tiersync.store.facts import remember
from tiersync.store.findings import keep_finding
from tiersync.store.links import note_audit
from tiersync.store.notices import all_notices, keep_notice, keep_receipt
from tiersync.store.outbox import queue
from tiersync.store.reports import Arrived, keep_reports


def take_in(db: Connection, node: Node, taken: Sequence[Taken], came_from: str, now: datetime) -> None:
    """Store what was taken, in bulk, and do what each kind asks for."""
    keep(db, [Stored(t.head, t.envelope, came_from, t.body is not None) for t in taken], now)
    for t in taken:
        if isinstance(t.body, Catalogue | Charter):
            FOLLOWS[t.body.kind](db, node, t.head, t.body, now)
    reports = [Arrived(t.head, t.body) for t in taken if isinstance(t.body, Report)]
    for contradicting in keep_reports(db, reports, now).contradicting:
        keep_finding(db, _two_revisions(node, contradicting), now)
    for t in taken:
        if t.body is not None and t.body.kind not in ("report", "catalogue", "charter"):
            FOLLOWS.get(t.body.kind, _nothing_more)(db, node, t.head, t.body, now)
    _pass_on_all(db, node, taken, came_from)


def _pass_on_all(db: Connection, node: Node, taken: Sequence[Taken], came_from: str) -> None:
    """Reports go up in bulk; every other kind by its own way."""
    parent = parent_of(db)
    risen = [(t.head.id, t.head.kind) for t in taken if isinstance(t.body, Report)]
    if parent and parent != came_from:
        queue(db, parent, risen)
    for t in taken:
        if t.body is not None and not isinstance(t.body, Report) and not _ends_here(db, node, t.body):
            pass_on(db, node, t.head, t.body, came_from)


def _ends_here(db: Connection, node: Node, body: Body) -> bool:
    """A receipt has arrived when it is with the issuer of its notice."""
    if not isinstance(body, Receipt):
        return False
    return any(row.notice == body.notice_id and row.issued_by == node.home for row in all_notices(db))


def _catalogue(db: Connection, node: Node, head: Head, catalogue: Catalogue, now: datetime) -> None:
    if catalogue.number > catalogue_number(db):
        remember(db, "catalogue_number", str(catalogue.number))
        remember(db, "catalogue_envelope", head.id)


def _charter(db: Connection, node: Node, head: Head, charter: Charter, now: datetime) -> None:
    keep_charter(db, head, charter, now)
    if charter.unit == node.home and charter.event != "close" and charter.epoch > own_epoch(db):
        begin_epoch(db, node, charter.epoch, now)


def _notice(db: Connection, node: Node, head: Head, notice: Notice, now: datetime) -> None:
    keep_notice(db, head, notice, now)


def _receipt(db: Connection, node: Node, head: Head, receipt: Receipt, now: datetime) -> None:
    keep_receipt(db, head, receipt)


def _finding(db: Connection, node: Node, head: Head, finding: Finding, now: datetime) -> None:
    keep_finding(db, finding, now)


def _verdict(db: Connection, node: Node, head: Head, verdict: Verdict, now: datetime) -> None:
    if verdict.to == node.home:
        note_audit(db, now, head.origin, f"verdict:{verdict.verdict}", f"{verdict.envelope} {verdict.reason}")


def _nothing_more(db: Connection, node: Node, head: Head, body: Body, now: datetime) -> None:
    """Stored and passed on; nothing else follows."""


def _two_revisions(node: Node, arrived: Arrived) -> Finding:
    report = arrived.report
    return Finding(
        level="holdings", reason="two_revisions", node=arrived.head.origin, unit=report.unit, form=report.form,
        period=str(report.period), part=report.part, revision=report.digest,
    )  # fmt: skip


FOLLOWS: dict[str, Callable[..., None]] = {
    "catalogue": _catalogue,
    "charter": _charter,
    "notice": _notice,
    "receipt": _receipt,
    "finding": _finding,
    "verdict": _verdict,
}
