"""Before anything is filed, a clock that is in doubt is compared with that of the unit above."""

from datetime import datetime
from typing import NamedTuple

from tiersync.errors import ClockWrong, TiersyncError
from tiersync.flow.clock import judged_now, note_believed, noted
from tiersync.flow.exchange.child import Sent, send_waiting
from tiersync.flow.node import Ask, Node
from tiersync.rules.calendar.clock import ENOUGH, Judged, against_clock, is_in_doubt


class ClockCompared(NamedTuple):
    """What came of it: what is held against the clock, what was sent while asking, what kept us from asking, and why
    nothing may be filed by this clock, if that is so."""

    judged: Judged = Judged()
    sent: Sent = Sent(0, 0, 0)
    unsent: TiersyncError | None = None
    wrong: ClockWrong | None = None


def compare_clock(node: Node, ask: Ask | None, now: datetime) -> ClockCompared:
    """Judge this machine's clock, unless somebody here says that it is right; what waits is sent on the way."""
    compared = ClockCompared() if node.trusts_clock else _judge(node, now, _ask_while_in_doubt(node, ask, now))
    if not compared.judged.is_wrong:
        with node.store.write() as db:
            note_believed(db, now)
    return compared


def _ask_while_in_doubt(node: Node, ask: Ask | None, now: datetime) -> ClockCompared:
    compared = ClockCompared()
    for _ in range(ENOUGH if ask else 0):
        with node.store.read() as db:
            in_doubt = is_in_doubt(now, noted(db, node))
        if ask and in_doubt and not compared.unsent:
            compared = _ask(node, ask, now, compared)
    return compared


def _ask(node: Node, ask: Ask, now: datetime, before: ClockCompared) -> ClockCompared:
    try:
        return before._replace(sent=before.sent.and_then(send_waiting(node, ask, now)))
    except TiersyncError as error:
        return before._replace(unsent=error)


def _judge(node: Node, now: datetime, compared: ClockCompared) -> ClockCompared:
    judged = judged_now(node, now)
    if not judged.is_wrong:
        return compared._replace(judged=judged)
    why_zh, why_en = against_clock(judged, node.day_of)
    wrong = ClockWrong(today=node.day_of(now), why_en=why_en, why_zh=why_zh)
    return compared._replace(judged=judged, wrong=wrong)
