"""The child's side of an exchange: a generator that yields what to say and what to keep, and gets what it hears."""

from collections.abc import Generator
from typing import NamedTuple

from tiersync.link.messages import Exchanged, Refusal
from tiersync.link.wire import Opened
from tiersync.model.envelope import Envelope

MOST_RENEWALS = 3  # Both sides restored need two; more is a loop.
MOST_REPLAYS = 3  # One answers a lost reply, one a restored copy; more is a loop.


class Turn(NamedTuple):
    """What the child has to say now: envelopes with the positions that were given to them and committed."""

    positions: tuple[int, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    supplies: tuple[Envelope, ...] = ()


class Say(NamedTuple):
    """Say this turn to the parent; send back what is heard, opened."""

    turn: Turn
    wait: int


class CatchUp(NamedTuple):
    """Go on counting messages from here; send back the turn."""

    highest: int


class Supply(NamedTuple):
    """The parent lacks a charter; send back the turn with what it needs."""

    needs: str


class Renew(NamedTuple):
    """The link begins a new epoch; keep that, and send back the turn that follows."""

    heard: Opened


class Keep(NamedTuple):
    """Store what came down and what was acknowledged, in one transaction; send back the next turn."""

    heard: Opened


class Outcome(NamedTuple):
    """How an exchange ended: done, or the refusal that ended it."""

    refusal: Refusal | None = None


Step = Say | CatchUp | Supply | Renew | Keep


def converse(turn: Turn, wait: int = 0) -> Generator[Step, Opened | Turn, Outcome]:
    """Talk until nothing is left to say on either side, or the parent refuses."""
    replays = supplied = renewals = 0
    while True:
        heard = yield Say(turn, wait)
        assert isinstance(heard, Opened)
        said = heard.said
        if isinstance(said, Refusal):
            if said.reason == "replay" and replays < MOST_REPLAYS:
                replays += 1
                turn = yield CatchUp(said.highest)  # type: ignore[assignment]
            elif said.reason == "needs" and not supplied:
                supplied += 1
                turn = yield Supply(said.detail)  # type: ignore[assignment]
            else:
                return Outcome(said)
            continue
        assert isinstance(said, Exchanged)
        if said.renewal:
            renewals += 1
            if renewals > MOST_RENEWALS:
                return Outcome()
            turn = yield Renew(heard)  # type: ignore[assignment]
            continue
        lacking = next((refused.needs for refused in said.refused if not refused.final), "")
        went_on = bool(turn.positions) and (not lacking or said.stored_up_to >= turn.positions[0])
        turn = yield Keep(heard)  # type: ignore[assignment]
        if lacking and not went_on:
            if supplied:
                return Outcome()
            supplied += 1
            turn = yield Supply(lacking)  # type: ignore[assignment]
            continue
        if not turn.positions and not said.more and not said.positions:
            return Outcome()  # What came down is confirmed by one more turn, so that nobody takes it for lost.
        wait = 0
