"""The child's side of an exchange: a generator that yields what to say and what to do, and hears how it stands."""

from collections import Counter
from collections.abc import Generator
from typing import NamedTuple

from tiersync.link.dialogue.listing import ListRest
from tiersync.link.dialogue.messages import Exchanged, Refusal, Renewal
from tiersync.model.envelope import Envelope

# How often in one exchange: one of each answers a lost reply or a restored copy; more is a loop.
PATIENCE = {"replay": 3, "needs": 3, "renewal": 3, "still": 2, "mend": 10, "list": 50}


class Reached(NamedTuple):
    """How far a link has come: what is higher is further."""

    link_epoch: int
    stored_up_to: int
    acknowledged: int


class Turn(NamedTuple):
    """What the child has to say now: envelopes with the positions that were given to them and committed, whether they
    are all that waits, whether there is something to say even without any, and whether both sides were just found to
    hold the same; copies it asks for, whether it has none to ask for or to give where the two sides differ, and what of
    a list that goes on it has not heard yet."""

    reached: Reached
    positions: tuple[int, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    supplies: tuple[Envelope, ...] = ()
    is_last: bool = True
    insists: bool = False
    agrees: bool = False
    wants: tuple[str, ...] = ()
    is_all_given: bool = False
    rest: ListRest | None = None


class Now(NamedTuple):
    """Where the exchange stands: what is to be said next, and what was heard last with its envelopes."""

    turn: Turn
    heard: Exchanged | Refusal | None = None
    envelopes: tuple[Envelope, ...] = ()


class Say(NamedTuple):
    """Say this turn to the parent and hear the answer."""

    turn: Turn
    wait: int


class CatchUp(NamedTuple):
    """Go on counting messages from here."""

    highest: int


class Supply(NamedTuple):
    """The parent lacks a charter or a catalogue; it goes with the next turn."""

    needs: str


class Mend(NamedTuple):
    """The parent holds something else of this part of the tree, or asks for copies: see who lacks what, in what was
    left of its list."""

    answer: Exchanged
    rest: ListRest | None = None


class Renew(NamedTuple):
    """The link begins a new epoch; keep that."""

    answer: Exchanged
    renewal: Renewal


class Keep(NamedTuple):
    """Store what came down and what was acknowledged, in one transaction."""

    answer: Exchanged
    envelopes: tuple[Envelope, ...]


class Outcome(NamedTuple):
    """How an exchange ended: done, or the refusal that ended it."""

    refusal: Refusal | None = None


Step = Say | CatchUp | Supply | Mend | Renew | Keep
Talk = Generator[Step, Now, Outcome]


def converse(turn: Turn, wait: int = 0) -> Talk:
    """Talk until nothing is left to say on either side, or the parent refuses, or nothing moves any longer."""
    spent: Counter[str] = Counter()
    while True:
        now = yield Say(turn, wait)
        step = _react(now, spent)
        if isinstance(step, Outcome):
            return step
        turn = (yield step).turn
        if isinstance(step, Keep):
            lacking = _lacking(step.answer)
            moved = turn.reached > now.turn.reached
            mends = _differs(now.turn, step.answer) and _may("list" if now.turn.rest else "mend", spent)
            if not mends and (not _goes_on(turn, step.answer) or not (moved or _may("still", spent))):
                return Outcome()
            if mends:
                turn = (yield Mend(step.answer, now.turn.rest)).turn
            elif lacking and not moved and _may("needs", spent):
                turn = (yield Supply(lacking)).turn
            turn = turn._replace(agrees=_agrees(turn, step.answer) and now.turn.rest is None)
        wait = 0


def _react(now: Now, spent: Counter[str]) -> Step | Outcome:
    """What follows from what was heard."""
    match now.heard:
        case Refusal(reason="replay", highest=highest) if _may("replay", spent):
            return CatchUp(highest)
        case Refusal(reason="needs", detail=needs) if _may("needs", spent):
            return Supply(needs)
        case Refusal() as refusal:
            return Outcome(refusal)
        case Exchanged(renewal=None) as answer:
            return Keep(answer, now.envelopes)
        case Exchanged(renewal=Renewal() as renewal) as answer if _may("renewal", spent):
            return Renew(answer, renewal)
        case _:
            return Outcome()


def _may(what: str, spent: Counter[str]) -> bool:
    """Whether there is patience left for this; counts it."""
    spent[what] += 1
    return spent[what] <= PATIENCE[what]


def _differs(turn: Turn, answer: Exchanged) -> bool:
    """Whether there is something to mend, or a list to hear to its end, for what differs may have stood before."""
    return not turn.is_all_given and bool(answer.differs or answer.wants or (turn.rest and answer.compared))


def _agrees(turn: Turn, answer: Exchanged) -> bool:
    """Whether the answer found the same cells on both sides, and nothing that could change that goes now."""
    return answer.compared > 0 and not answer.differs and not turn.positions


def _lacking(answer: Exchanged) -> str:
    return next((refused.needs for refused in answer.refused if not refused.final), "")


def _goes_on(turn: Turn, answer: Exchanged) -> bool:
    """What came down is confirmed at once, so that nobody takes it for lost."""
    return bool(turn.positions or answer.positions) or turn.insists or answer.more
