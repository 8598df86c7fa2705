"""Findings: opened once, closed when the difference is gone, settled by a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from tiersync.errors import UnknownName
from tiersync.link.life import FINDING, FindingState, FindingStep, before
from tiersync.model.canonical import spell
from tiersync.model.finding import Finding
from tiersync.store.links.envelopes import spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import findings

OF = findings.c.node == bindparam("node")
ABOUT = Query(select(findings).where(findings.c.subject == bindparam("subject")))
STILL = select(findings.c.body).where(findings.c.is_open).order_by(findings.c.subject)
UNCLOSED_OF = Query(STILL.where(OF))
OPEN = Query(STILL.where(findings.c.settled_at.is_(None)))
OPEN_OF = Query(STILL.where(findings.c.settled_at.is_(None), OF))
BEGINS_SO = findings.c.subject.startswith(bindparam("begins"))
UNCLOSED_THAT = Query(STILL.where(BEGINS_SO))
SETTLED = Query(STILL.where(findings.c.settled_at.is_not(None)))


def keep_finding(db: Connection, finding: Finding, now: datetime) -> bool:
    """Open, renew or close a finding by its subject; False when nothing changed."""
    hold_node(db)
    row = ABOUT.first(db, subject=finding.subject)
    body = spell(finding).decode()
    if row is None:
        db.execute(
            insert(findings).values(
                subject=finding.subject, body=body, node=finding.node, is_open=finding.open,
                opened_at=spell_time(now), closed_at=None if finding.open else spell_time(now),
            )
        )  # fmt: skip
        return True
    if row.body == body:
        return False
    closed = None if finding.open else spell_time(now)
    changed: dict[str, Any] = {"body": body, "is_open": finding.open, "closed_at": closed}
    if finding.open:
        changed |= {"settled_at": None, "note": None}
    db.execute(update(findings).where(findings.c.subject == finding.subject).values(**changed))
    return True


def is_said_since(db: Connection, subject: str, moment: datetime) -> bool:
    """Whether a finding was opened or closed here after a moment."""
    row = ABOUT.first(db, subject=subject)
    return row is not None and max(row.opened_at, row.closed_at or "") > spell_time(moment)


def open_findings(db: Connection, node: str | None = None) -> list[Finding]:
    """Findings that are open and that nobody has settled, in order of subject."""
    bodies = OPEN_OF.values(db, node=node) if node else OPEN.values(db)
    return [Finding.model_validate_json(body) for body in bodies]


def unclosed_findings(db: Connection, node: str) -> list[Finding]:
    """Findings of one node whose difference is still there, settled or not, in order of subject."""
    return [Finding.model_validate_json(body) for body in UNCLOSED_OF.values(db, node=node)]


def unclosed_of(db: Connection, level: str, reason: str) -> list[Finding]:
    """Findings of one level and reason whose difference is still there, whoever's they are; a subject begins so."""
    bodies = UNCLOSED_THAT.values(db, begins=f"{level}/{reason}/")
    return [Finding.model_validate_json(body) for body in bodies]


def settled_findings(db: Connection, reason: str) -> list[Finding]:
    """Findings of one reason that are as they were when somebody settled them."""
    found = [Finding.model_validate_json(body) for body in SETTLED.values(db)]
    return [finding for finding in found if finding.reason == reason]


def finding_rows(db: Connection) -> list[Row[Any]]:
    """Every finding ever opened here, open ones first."""
    order = (findings.c.is_open.desc(), findings.c.settled_at.nulls_first(), findings.c.subject)
    return list(db.execute(select(findings).order_by(*order)))


def state_of(row: Row[Any]) -> FindingState:
    """Whether somebody has to do something about a finding."""
    if not row.is_open:
        return FindingState.CLOSED
    return FindingState.SETTLED if row.settled_at else FindingState.OPEN


def settle(db: Connection, number: int, note: str, now: datetime) -> Finding:
    """A person has dealt with the finding of this number; raises UnknownName."""
    one = findings.c.number == number
    row = db.execute(select(findings).where(one)).first()
    if row is None:
        raise UnknownName(what="finding", name=number, hint="See: tiersync finding list")
    if state_of(row) in before(FINDING, FindingStep.SETTLE):  # One that was closed meanwhile needs no word any more.
        db.execute(update(findings).where(one).values(settled_at=spell_time(now), note=note))
    return Finding.model_validate_json(row.body)
