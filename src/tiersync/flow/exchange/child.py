"""A child's exchange with its parent: the dialogue decides, this file does, one transaction a step."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple, Never

from tiersync.errors import LinkRefused, NotOurFault, ParentBusy, Refused, TiersyncError, TooNew
from tiersync.flow.clock import note_heard
from tiersync.flow.exchange.hear import keep_answer, renew
from tiersync.flow.exchange.read_late import read_unread
from tiersync.flow.exchange.receiving import supplies_for
from tiersync.flow.exchange.say import Talk, next_turn, say
from tiersync.flow.exchange.two_machines import hear_of_it
from tiersync.flow.healing.mend import compare_lists
from tiersync.flow.healing.mend_replaced import to_ask_above
from tiersync.flow.node import Ask, Node
from tiersync.link.dialogue.child import CatchUp, Keep, Mend, Now, Outcome, Renew, Say, Step, Supply, Turn, converse
from tiersync.link.dialogue.messages import Exchanged, Refusal
from tiersync.link.refusals import REFUSALS
from tiersync.rules.calendar.clock import HeardClock
from tiersync.store.links.envelopes import spell_time
from tiersync.store.links.links import change_link, parent_link
from tiersync.store.links.outbox import counts
from tiersync.store.spelled import spell_error


class Sent(NamedTuple):
    """What an exchange did: envelopes stored above, envelopes that came down, envelopes finally refused above."""

    stored: int
    received: int
    refused: int

    def and_then(self, other: "Sent") -> "Sent":
        """What this exchange and another did together."""
        return Sent(self.stored + other.stored, self.received + other.received, self.refused + other.refused)


def send_waiting(node: Node, ask: Ask, now: datetime, wait: int = 0) -> Sent:
    """Exchange with the parent until nothing is left to say; raises why it could not, and remembers it."""
    try:
        return _exchange(node, ask, now, wait)
    except (NotOurFault, Refused, TooNew) as error:
        _note_failure(node, error)
        raise


def parent_peer(node: Node) -> str:
    """The unit above; raises NoParent at the top."""
    with node.store.read() as db:
        return parent_link(db).peer


def _note_failure(node: Node, error: TiersyncError) -> None:
    with node.store.write_link(parent_peer(node)) as db:
        change_link(db, parent_link(db).peer, last_error=spell_error(error))


def _exchange(node: Node, ask: Ask, now: datetime, wait: int) -> Sent:
    with node.store.write() as db:
        read_unread(db, node, now)
        talk = Talk(node, ask, parent_link(db).peer, now, set(), Counter())
        refused = counts(db, talk.parent).get("refused", 0)
    outcome, theirs = _carry_out(talk, wait)
    hear_of_it(node, now, is_twofold=bool(outcome.refusal and outcome.refusal.reason == "two_places"))
    if outcome.refusal:
        raise_refusal(outcome.refusal)
    with node.store.write_link(talk.parent) as db:
        if theirs:
            note_heard(db, HeardClock(now, theirs))
        change_link(db, talk.parent, last_exchange_at=spell_time(now), last_error=None)
        more_refused = counts(db, talk.parent).get("refused", 0) - refused
    return Sent(talk.done["stored"], talk.done["received"], max(0, more_refused))


def _carry_out(talk: Talk, wait: int) -> tuple[Outcome, datetime | None]:
    """Do what the dialogue says, step by step, until it ends; with the parent's clock as it stood in its first answer,
    for a long exchange may take hours."""
    dialogue, known = converse(_first_turn(talk), wait), _left(talk)
    step, theirs = next(dialogue), None
    while True:
        stands = _do(talk, step)
        if isinstance(stands.heard, Exchanged):
            theirs = theirs or stands.heard.clock
        if isinstance(step, Keep):
            talk.node.progress("send", max(0, known - _left(talk)), known)
        try:
            step = dialogue.send(stands)
        except StopIteration as ended:
            return Outcome(*ended.value), theirs


def _first_turn(talk: Talk) -> Turn:
    """What waits, and what is asked of the parent though nothing that is compared lacks."""
    with talk.node.store.read() as db:
        wants = to_ask_above(db, talk.now)
    return next_turn(talk)._replace(wants=wants)


def _do(talk: Talk, step: Step) -> Now:
    match step:
        case Say(turn, wait):
            return say(talk, turn, wait)
        case CatchUp(highest):
            with talk.node.store.write_link(talk.parent) as db:
                change_link(db, talk.parent, counter=max(highest, parent_link(db).counter))
        case Supply(needs):
            with talk.node.store.read() as db:
                supplies = supplies_for(db, talk.node, needs)
            return Now(next_turn(talk)._replace(supplies=supplies))
        case Mend():
            return Now(_mending(talk, step))
        case Renew(answer, renewal):
            renew(talk, answer, renewal)
        case Keep(answer, envelopes):
            keep_answer(talk, answer, envelopes)
    return Now(next_turn(talk))


def _mending(talk: Talk, mend: Mend) -> Turn:
    """The next turn, with copies for the parent and what is asked of it. When there is neither, it has the list go on,
    or says that it has ended."""
    with talk.node.store.write() as db:
        mending = compare_lists(db, talk.node, mend, talk.now)
    turn = next_turn(talk)
    fresh = tuple(copy for copy in mending.gives if copy.seal not in talk.given)
    talk.given.update(copy.seal for copy in fresh)
    nothing = not fresh and not mending.wants and not turn.positions
    rest = mending.rest if nothing else mend.rest  # What was mended is compared again before the list goes on.
    return turn._replace(
        supplies=fresh, wants=mending.wants, insists=True, is_all_given=nothing and not rest, rest=rest,
    )  # fmt: skip


def _left(talk: Talk) -> int:
    """How many envelopes wait for the parent, or for its word that it has stored them."""
    with talk.node.store.read() as db:
        by_state = counts(db, talk.parent)
    return by_state.get("waiting", 0) + by_state.get("sent", 0)


def raise_refusal(refusal: Refusal) -> Never:
    """The parent's refusal of a whole message as an error."""
    if refusal.reason == "busy":
        raise ParentBusy(seconds=refusal.seconds)
    zh, en = REFUSALS[refusal.reason]
    detail = f" ({refusal.detail})" if refusal.detail else ""
    raise LinkRefused(reason_en=en + detail, reason_zh=zh + detail)
