"""Statements: both sides of a link compare the cells they hold now, so that no figure changes behind anybody's back."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.sealing import may_seal, send
from tiersync.link.messages import MOST_STATEMENTS, Exchange, Statement
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding
from tiersync.store.database import Connection
from tiersync.store.findings import keep_finding, open_findings
from tiersync.store.reports import current_reports, held_digests


def state(db: Connection, origin: str) -> tuple[Statement, ...]:
    """What is held now of the reports that `origin` filed: one digest for each form and period, the newest periods."""
    rows = current_reports(db, origin=origin)
    latest = sorted({(row.period, row.form) for row in rows}, reverse=True)[:MOST_STATEMENTS]
    wanted = [row for row in rows if (row.period, row.form) in set(latest)]
    held = held_digests(db, [row.id for row in wanted])
    spelled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in wanted:
        spelled[row.form, row.period].append(f"{row.unit}|{row.part}|{row.digest}|{held.get(row.id, '')}")
    return tuple(
        Statement(form=form, period=period, reports=len(lines), digest=digest("\n".join(lines).encode()))
        for (form, period), lines in sorted(spelled.items())
    )


def compare_statements(
    db: Connection, node: Node, said: Exchange, now: datetime, is_first: bool
) -> tuple[Statement, ...]:
    """Hold a child's statements against what is held here of it, and return ours where they differ. What differs
    without a finding is *unexplained*, except in the first turn of a renewed link: there the child files again."""
    if not said.statements:
        return ()
    ours = {(s.form, s.period): s for s in state(db, said.unit)}
    if may_seal(db) and not (is_first and said.holds is not None):
        tell(db, node, _unexplained(db, said, ours), now)
    return tuple(ours[key] for key in sorted(ours) if ours[key] not in said.statements)


def _unexplained(db: Connection, said: Exchange, ours: Mapping[tuple[str, str], Statement]) -> list[Finding]:
    """The findings to open, and those to close that an earlier exchange opened."""
    known = open_findings(db)
    explained = {(f.form, f.period) for f in known if f.reason == "altered"}
    compared = [
        _finding(said.unit, theirs, ours.get((theirs.form, theirs.period)), explained) for theirs in said.statements
    ]
    subjects = {f.subject for f in known}
    return [finding for finding in compared if finding.open or finding.subject in subjects]


def _finding(child: str, theirs: Statement, held: Statement | None, explained: Container[tuple[str, str]]) -> Finding:
    differs = held is None or held.digest != theirs.digest
    return Finding(
        level="cells", reason="unexplained", node=child, unit=child, form=theirs.form, period=theirs.period,
        sent=theirs.digest[:16], held=held.digest[:16] if held else "",
        open=differs and (theirs.form, theirs.period) not in explained,
    )  # fmt: skip


def tell(db: Connection, node: Node, findings: Iterable[Finding], now: datetime) -> None:
    """Keep findings here and send upward those that are new or changed."""
    for finding in findings:
        if keep_finding(db, finding, now):
            send(db, node, finding, now)
