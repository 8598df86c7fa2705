"""Healing: before anything is added up, what is damaged or gone comes back from the node above."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import TiersyncError
from tiersync.flow.exchange.child import Sent, send_waiting
from tiersync.flow.exchange.sealing import may_seal, parent_of
from tiersync.flow.figures.segments import renew_segments
from tiersync.flow.healing.examine import Examined, count_again, examine, examine_all, name_damage
from tiersync.flow.healing.mend import ONCE
from tiersync.flow.node import Ask, Node
from tiersync.model.finding import Finding
from tiersync.rules.calendar.look_again import Named
from tiersync.store.facts import remember
from tiersync.store.links.envelopes import spell_time
from tiersync.store.reports.damaged import is_awaited
from tiersync.store.reports.reports import count_reports

NOTHING_SENT = Sent(0, 0, 0)
SCRUBBED = "scrubbed_at"  # when everything was looked at the last time


class Healed(NamedTuple):
    """What was not as it was sealed when it was looked at, what is still not, the forms and periods of which nothing is
    filed until the node above was asked for what is gone; and what was sent while asking, or why it was not."""

    seen: list[Finding]
    left: list[Finding]
    waits: frozenset[Named] = frozenset()
    sent: Sent = NOTHING_SENT
    unsent: TiersyncError | None = None
    reports: int = 0  # that are held, where all of them were looked at


def heal(node: Node, ask: Ask | None, concerned: Iterable[Named], now: datetime) -> Healed:
    """Look at what a push concerns and at what is next in the round, and fetch good copies of what is damaged."""
    return _heal(node, ask, now, lambda: examine(node, concerned, now))


def heal_all(node: Node, ask: Ask | None, now: datetime) -> Healed:
    """Look at everything that is held, and fetch good copies of what is damaged."""
    healed = _heal(node, ask, now, lambda: examine_all(node, now))
    renew_segments(node, now)
    with node.store.write() as db:
        remember(db, SCRUBBED, spell_time(now))
        return healed._replace(reports=count_reports(db))


def _heal(node: Node, ask: Ask | None, now: datetime, look: Callable[[], Examined]) -> Healed:
    seen = look()
    if ask is None and _has_parent(node):
        return Healed(seen.damaged, seen.damaged, seen.short)
    if ask and (not seen.is_sound or _waits_for_epoch(node)):
        try:
            sent = send_waiting(node, ask, now)
        except TiersyncError as error:
            return Healed(seen.damaged, seen.damaged, seen.short, unsent=error)
    else:
        sent = NOTHING_SENT
    waits = seen.short if ask and _is_awaited(node, now) else frozenset()
    count_again(node, seen.short - waits)
    return Healed(seen.damaged, damage_left(node, now) if seen.damaged else [], waits, sent=sent)


def _is_awaited(node: Node, now: datetime) -> bool:
    """Whether the node above said lately that it holds what is gone here, and has not given all of it yet."""
    with node.store.read() as db:
        return is_awaited(db, now - ONCE)


def _has_parent(node: Node) -> bool:
    with node.store.read() as db:
        return parent_of(db) is not None


def _waits_for_epoch(node: Node) -> bool:
    """Whether this node was put back to an older copy, and only the node above can let it seal again."""
    with node.store.read() as db:
        return not may_seal(db)


def damage_left(node: Node, now: datetime) -> list[Finding]:
    """What is damaged still; what is mended or filed again since is told upward."""
    with node.store.write() as db:
        return name_damage(db, node, now)
