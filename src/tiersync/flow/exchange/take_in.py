"""What follows from an envelope that was taken: stored, indexed and passed on, in one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from tiersync.flow.exchange.renewal import renew_ourselves
from tiersync.flow.exchange.restored import hear_of_two
from tiersync.flow.exchange.sealing import begin_epoch, may_seal, own_epoch, parent_of, pass_on, seal_again, send
from tiersync.flow.healing.examine import stand_in
from tiersync.flow.node import Node
from tiersync.flow.review.stamps import stamp_late
from tiersync.flow.review.unasked import note_unasked
from tiersync.link.accept import Taken
from tiersync.link.keyring import key_changed
from tiersync.link.seal import read_head
from tiersync.model.catalogue import Catalogue
from tiersync.model.charter import Charter
from tiersync.model.envelope import VERSIONS, Body, Head
from tiersync.model.finding import Finding, Request, Verdict
from tiersync.model.notice import Notice, Receipt
from tiersync.model.report import Report, ReportKey
from tiersync.store.catalogues import keep_catalogue
from tiersync.store.database import Connection
from tiersync.store.facts import remember
from tiersync.store.findings import is_said_since, keep_finding, unclosed_of
from tiersync.store.links.charters import keep_charter, load_keyring
from tiersync.store.links.envelopes import Stored, keep, load
from tiersync.store.links.links import child_peers, note_audit
from tiersync.store.links.numbers import note_numbers
from tiersync.store.links.outbox import queue
from tiersync.store.links.refused import is_refused, let_go, replaced_under_new_seal
from tiersync.store.links.steps import refuse, replace_waiting, wait_again
from tiersync.store.notices import issuer_of, keep_notice, keep_receipt
from tiersync.store.reports.acts import keep_acts
from tiersync.store.reports.reports import ArrivedReport, keep_reports, renumber

TWICE = "two_revisions"  # why a verdict refuses a report under whose number another one came first
LONGEST_REASON = 32  # characters that the outbox keeps of why something was refused
UNREAD = "unread"  # set while something is stored unread, to what the program that last tried could read


def reads() -> str:
    """What this program can read: the newest version of each kind."""
    return ",".join(f"{kind}:{version.reads}" for kind, version in sorted(VERSIONS.items()))


def take_in(db: Connection, node: Node, taken: Sequence[Taken], came_from: str, now: datetime) -> None:
    """Store what was taken, in bulk, and do what each kind asks for."""
    keep(db, [Stored(t.head, t.envelope, came_from, t.body is not None) for t in taken], now)
    note_numbers(db, node.home, [t.head for t in taken])
    replace_waiting(db, replaced_under_new_seal(db, [t.head for t in taken if t.head.origin != node.home]))
    if any(t.body is None for t in taken):
        remember(db, UNREAD, reads())
    follow(db, node, taken, came_from, now)


def follow(db: Connection, node: Node, taken: Sequence[Taken], came_from: str, now: datetime) -> None:
    """Do what each kind asks for: charters and catalogues first, for everything else stands on them."""
    for t in taken:
        if isinstance(t.body, Catalogue | Charter):
            FOLLOWS[t.body.kind](db, node, t.head, t.body, now)
    _enter_epoch(db, node, taken, now)
    reports = [ArrivedReport(t.head, t.body) for t in taken if isinstance(t.body, Report)]
    kept = keep_reports(db, reports, now)
    if came_from in child_peers(db):
        stamp_late(db, node, came_from, (one.report for one in reports if one.head.origin == came_from), now)
    _close_two_revisions(db, kept.current, now)
    for contradicting in kept.contradicting:
        keep_finding(db, _two_revisions(contradicting), now)
        _return_second_content(db, node, contradicting, now)
    stand_in(db, kept.again, now)
    for envelope, again in kept.again:
        _take_its_place(db, envelope, again)
    for t in taken:
        if t.body is not None and t.body.kind not in ("report", "catalogue", "charter"):
            FOLLOWS.get(t.body.kind, _nothing_more)(db, node, t.head, t.body, now)
    note_unasked(db, node, kept.current, now)
    _pass_on_all(db, node, taken, came_from)


def _take_its_place(db: Connection, envelope: str, again: ArrivedReport) -> None:
    """What was refused above and came again under another seal stands where it stood, and nothing grows."""
    if is_refused(db, envelope):
        renumber(db, envelope, again.head.id, again.head.epoch)
        let_go(db, envelope)


def _enter_epoch(db: Connection, node: Node, taken: Sequence[Taken], now: datetime) -> None:
    """Begin the newest epoch that a charter gives this node. What it sealed itself and holds no longer tells it that it
    was put back to an older copy."""
    charters = [t.body for t in taken if isinstance(t.body, Charter) and t.head.origin != node.home]
    given = max((c.epoch for c in charters if c.unit == node.home and c.event != "close"), default=0)
    if given > own_epoch(db):
        begin_epoch(db, node, given, now)
    lost = max((t.head.epoch for t in taken if t.head.origin == node.home), default=0)
    renew_ourselves(db, node, lost, now)


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
    """A receipt has arrived when it is with the issuer of its notice. What is asked rises to the top, as reports do."""
    if not isinstance(body, Receipt):
        return False
    return issuer_of(db, body.notice_id) == node.home


def _catalogue(db: Connection, node: Node, head: Head, catalogue: Catalogue, now: datetime) -> None:
    keep_catalogue(db, head, catalogue)


def _charter(db: Connection, node: Node, head: Head, charter: Charter, now: datetime) -> None:
    before = load_keyring(db).latest(charter.unit)
    keep_charter(db, head, charter, now)
    changed = key_changed(before.charter, charter, head.origin) if before else None
    if changed:
        keep_finding(db, changed, now)


def _notice(db: Connection, node: Node, head: Head, notice: Notice, now: datetime) -> None:
    keep_notice(db, head, notice, now)


def _receipt(db: Connection, node: Node, head: Head, receipt: Receipt, now: datetime) -> None:
    keep_receipt(db, head, receipt)


def _finding(db: Connection, node: Node, head: Head, finding: Finding, now: datetime) -> None:
    """What this node said itself before it was put back to an older copy does not go over what it said since."""
    if head.origin != node.home:
        keep_finding(db, finding, now)
    elif not is_said_since(db, finding.subject, head.written_at):
        keep_finding(db, finding, head.written_at)


def _verdict(db: Connection, node: Node, head: Head, verdict: Verdict, now: datetime) -> None:
    """What is said about reports; or a refusal further up: what was refused for its number alone goes again under
    another one."""
    keep_acts(db, head, verdict)
    if verdict.to != node.home:
        return
    note_audit(db, now, head.origin, f"verdict:{verdict.verdict}", f"{verdict.envelope} {' '.join(verdict.reasons)}")
    if verdict.verdict != "refused":
        return
    if "number_taken" in verdict.reasons:
        wait_again(db, verdict.envelope)
        renew_ourselves(db, node, _epoch_of(db, verdict.envelope), now)
        seal_again(db, node, now)
    elif TWICE in verdict.reasons:
        hear_of_two(db, node, verdict.envelope, now)
    else:
        refuse(db, verdict.envelope, next(iter(verdict.reasons), "refused")[:LONGEST_REASON])


def _request(db: Connection, node: Node, head: Head, request: Request, now: datetime) -> None:
    keep_acts(db, head, request)


def _epoch_of(db: Connection, envelope: str) -> int:
    found = load(db, [envelope]).get(envelope)
    return read_head(found.seal).epoch if found else 0


def _nothing_more(db: Connection, node: Node, head: Head, body: Body, now: datetime) -> None:
    """Stored and passed on; nothing else follows."""


def _two_revisions(arrived: ArrivedReport) -> Finding:
    report = arrived.report
    return Finding(
        level="holdings", reason=TWICE, node=arrived.head.origin, unit=report.unit, form=report.form,
        period=str(report.period), part=report.part, revision=report.digest,
    )  # fmt: skip


def _return_second_content(db: Connection, node: Node, arrived: ArrivedReport, now: datetime) -> None:
    """Whoever filed it gave a number twice, and can say it anew above both."""
    if arrived.head.origin != node.home and may_seal(db):
        verdict = Verdict(
            to=arrived.head.origin, envelope=arrived.head.id, verdict="refused", reasons=(TWICE,),
            revision=arrived.report.digest,
        )  # fmt: skip
        send(db, node, verdict, now)


def _close_two_revisions(db: Connection, current: Collection[ReportKey], now: datetime) -> None:
    """What a unit said twice under one number is outranked by what it says since."""
    for finding in unclosed_of(db, "holdings", TWICE) if current else ():
        if ReportKey(finding.form, finding.unit, finding.period, finding.part) in current:
            keep_finding(db, finding.model_copy(update={"open": False}), now)


FOLLOWS: dict[str, Callable[..., None]] = {
    "catalogue": _catalogue,
    "charter": _charter,
    "notice": _notice,
    "receipt": _receipt,
    "finding": _finding,
    "verdict": _verdict,
    "request": _request,
}
