"""One node, one place: when two machines speak as one, nothing more is taken from either until somebody says which."""

import json
from datetime import datetime, timedelta

from tiersync.errors import UnknownName
from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.sealing import parent_of
from tiersync.flow.node import Node
from tiersync.link.dialogue.restores import Renewed, is_overtaken
from tiersync.link.life import LINK, LinkStep, before
from tiersync.model.finding import Finding
from tiersync.store.database import Connection
from tiersync.store.facts import forget, recall, remember
from tiersync.store.findings import keep_finding, unclosed_findings
from tiersync.store.links.links import find_child, note_audit, step_link

DAY = timedelta(days=1)
MOST = 20  # renewals of one link that are remembered
KNOWN = "two_places"  # set while the unit above takes nothing of this node for it


def seems_twofold(db: Connection, unit: str, link_epoch: int, now: datetime) -> bool:
    """Whether a child speaks in a link epoch that a renewal for somebody older has ended within a day."""
    return is_overtaken(link_epoch, _renewals(db, unit, now))


def note_renewal(db: Connection, unit: str, said: int, begun: int, now: datetime) -> None:
    """A child that spoke in one link epoch was given another."""
    kept = [*_renewals(db, unit, now), Renewed(now, said, begun)][-MOST:]
    remember(db, _key(unit), json.dumps([(one.at.isoformat(), one.said, one.begun) for one in kept]))


def hold(db: Connection, node: Node, unit: str, now: datetime) -> None:
    """Take nothing more over a link, and tell everybody above why."""
    step_link(db, unit, LinkStep.SEE_TWO)
    note_audit(db, now, unit, "two_places")
    report_up(db, node, [_finding(node.home, unit)], now)


def resume(node: Node, unit: str, now: datetime) -> None:
    """Somebody has seen to it that one machine alone speaks as this unit: go on. Raises UnknownName where nothing is
    held."""
    with node.store.write_link(unit) as db:
        link = find_child(db, unit)
        if link is None or link.state not in before(LINK, LinkStep.RESUME):
            raise UnknownName(what="held link", name=unit, hint="See: tiersync link list")
        step_link(db, unit, LinkStep.RESUME)
        note_audit(db, now, unit, "resumed")
        one_place_again(db, node, unit, now)


def one_place_again(db: Connection, node: Node, unit: str, now: datetime) -> None:
    """What was known of two machines is of no matter any more."""
    forget(db, _key(unit))
    told = [one for one in unclosed_findings(db, node.home) if one.subject == _finding(node.home, unit).subject]
    report_up(db, node, [one.model_copy(update={"open": False}) for one in told], now)


def hear_of_it(node: Node, now: datetime, *, is_twofold: bool) -> None:
    """What a child keeps for itself of what the unit above says: the other machine may be the one that is right."""
    with node.store.read() as db:
        if not is_twofold and recall(db, KNOWN) is None:
            return
    with node.store.write() as db:
        finding = _finding(parent_of(db) or node.home, node.home)
        keep_finding(db, finding.model_copy(update={"open": is_twofold}), now)
        if is_twofold:
            remember(db, KNOWN, now.isoformat())
        else:
            forget(db, KNOWN)


def _renewals(db: Connection, unit: str, now: datetime) -> list[Renewed]:
    said = json.loads(recall(db, _key(unit)) or "[]")
    each = [Renewed(datetime.fromisoformat(at), epoch, begun) for at, epoch, begun in said]
    return [one for one in each if abs(now - one.at) <= DAY]


def _finding(node: str, unit: str) -> Finding:
    return Finding(level="link", reason="two_places", node=node, unit=unit)


def _key(unit: str) -> str:
    return f"renewed:{unit}"
