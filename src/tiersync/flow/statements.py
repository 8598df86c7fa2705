"""Statements: both sides of a link compare the cells they hold now, so that no figure changes behind anybody's back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.sealing import send
from tiersync.link.messages import Exchange, Statement
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding, open_findings
from tiersync.store.reports import current_reports, held_digests


def state(db: Connection, origin: str) -> tuple[Statement, ...]:
    """What is held now of the reports that `origin` filed, one digest per form and period."""
    rows = current_reports(db, origin=origin)
    held = held_digests(db, [row.id for row in rows])
    spelled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        spelled[row.form, row.period].append(f"{row.unit}|{row.part}|{row.digest}|{held.get(row.id, '')}")
    return tuple(
        Statement(form=form, period=period, reports=len(lines), digest=digest("\n".join(lines).encode()))
        for (form, period), lines in sorted(spelled.items())
    )


def compare_statements(db: Connection, node: Node, said: Exchange, now: datetime) -> tuple[Statement, ...]:
    """Hold a child's statements against what is held here of it; what differs without a finding is *unexplained*."""
    if not said.statements:
        return ()
    ours = {(s.form, s.period): s for s in state(db, said.unit)}
    explained = {(f.form, f.period) for f in open_findings(db) if f.reason == "altered"}
    for theirs in said.statements:
        held = ours.get((theirs.form, theirs.period))
        differs = held is None or held.digest != theirs.digest
        _note(db, node, said.unit, theirs, held, differs and (theirs.form, theirs.period) not in explained, now)
    return tuple(ours[key] for key in sorted(ours) if ours[key] not in said.statements)


def _note(
    db: Connection, node: Node, child: str, theirs: Statement, held: Statement | None, is_open: bool, now: datetime
) -> None:
    """Open the finding, or close the one that an earlier exchange opened."""
    finding = Finding(
        level="cells", reason="unexplained", node=child, unit=child, form=theirs.form, period=theirs.period,
        sent=theirs.digest[:16], held=held.digest[:16] if held else "", open=is_open,
    )  # fmt: skip
    known = {f.subject for f in open_findings(db)}
    if is_open or finding.subject in known:
        tell(db, node, [finding], now)


def tell(db: Connection, node: Node, findings: Iterable[Finding], now: datetime) -> None:
    """Keep findings here and send upward those that are new or changed."""
    for finding in findings:
        if keep_finding(db, finding, now):
            send(db, node, finding, now)
