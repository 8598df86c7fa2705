"""What becomes of queued envelopes: each step from the states in which it may be taken, by the table of their life."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, or_, true, update

from tiersync.link.life import ENVELOPE, after, before
from tiersync.link.life import EnvelopeState as State
from tiersync.link.life import EnvelopeStep as Step
from tiersync.store.links.envelopes import chunks
from tiersync.store.tables import outbox

WENT_DAMAGED = outbox.c.reason.in_(("damaged", "bad_seal"))


def may(step: Step) -> ColumnElement[bool]:
    """Whether a row is in a state in which this step may be taken."""
    return or_(
        *(outbox.c.state == state for state in before(ENVELOPE, step))
    )  # IN cannot be asked of many rows at once.


def taken(step: Step) -> State:
    """The state after a step."""
    return after(ENVELOPE, step)


def replace_waiting(db: Connection, ids: Collection[str]) -> None:
    """These envelopes were replaced before they had a position, so they need not travel; or after they were refused, so
    they need not go again."""
    is_damaged = (outbox.c.state == State.REFUSED) & (outbox.c.reason == "damaged")
    for some in chunks(list(ids)):
        query = update(outbox).where(outbox.c.envelope.in_(some), may(Step.REPLACE), is_damaged.is_not(true()))
        db.execute(query.values(state=taken(Step.REPLACE)))


def wait_again(db: Connection, envelope: str) -> None:
    """An envelope of this node's was refused further up because its number was taken: it waits for another seal."""
    query = update(outbox).where(outbox.c.envelope == envelope, may(Step.SEAL_ANEW))
    db.execute(query.values(state=taken(Step.SEAL_ANEW), position=None, reason=None))


def refuse(db: Connection, envelope: str, reason: str) -> None:
    """An envelope of this node's was refused further up."""
    query = update(outbox).where(outbox.c.envelope == envelope, may(Step.REFUSE_ABOVE))
    db.execute(query.values(state=taken(Step.REFUSE_ABOVE), reason=reason))


def keep_back(db: Connection, envelope: str, reason: str) -> None:
    """An envelope that waits is not sent at all."""
    query = update(outbox).where(outbox.c.envelope == envelope, may(Step.KEEP_BACK))
    db.execute(query.values(state=taken(Step.KEEP_BACK), reason=reason))


def send_after_all(db: Connection, envelope: str) -> None:
    """An envelope that was kept back because it was damaged, or refused because it went without its body, and is as it
    was sealed again, waits to be sent."""
    query = update(outbox).where(outbox.c.envelope == envelope, may(Step.SEND_AFTER_ALL), WENT_DAMAGED)
    db.execute(query.values(state=taken(Step.SEND_AFTER_ALL), position=None, reason=None))


def settle_damaged(db: Connection, envelope: str) -> None:
    """An envelope that was kept back because it was damaged, or refused because it went so, need not go: its body
    stands under another seal."""
    query = update(outbox).where(outbox.c.envelope == envelope, may(Step.SETTLE_DAMAGED), WENT_DAMAGED)
    db.execute(query.values(state=taken(Step.SETTLE_DAMAGED)))
