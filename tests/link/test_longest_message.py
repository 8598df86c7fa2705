"""A message that names everything it may is opened again."""

import os
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tiersync.link.dialogue.messages import (
    MOST_LISTED,
    MOST_MENDED,
    MOST_OFFERED,
    MOST_POSITIONS,
    MOST_STATEMENTS,
    Exchanged,
    Listed,
    Message,
    RefusedAt,
    Statement,
)
from tiersync.link.seal import public_of
from tiersync.link.wire import decode, encode, open_message, seal_message
from tiersync.model.envelope import Envelope

UNIT = "371402001001"
DIGEST = "f" * 64


def listed(place: int, form: str) -> Listed:
    return Listed(
        form=form, period="2013-W52", unit=UNIT, part="total", tenure=10, epoch=10, revision=100, digest=DIGEST,
        envelope=str(UUID(int=place)),
    )  # fmt: skip


def answer(reports: int, form: str) -> Exchanged:
    """An answer that lists so many reports, and names whatever else it may."""
    return Exchanged(
        unit=UNIT, to=UNIT, link_epoch=10, counter=10**9, stored_up_to=10**9,
        refused=tuple(RefusedAt(position=10**9 + at, reason="unknown_key", final=True) for at in range(MOST_POSITIONS)),
        positions=tuple(range(10**9, 10**9 + MOST_POSITIONS)), lacks=(str(UUID(int=1)),) * MOST_OFFERED,
        differs=(Statement(form=form, period="2013-W52", reports=1000, digest=DIGEST),) * MOST_STATEMENTS,
        listed=tuple(listed(place, form) for place in range(reports)),
        wants=(str(UUID(int=1)),) * MOST_MENDED, clock=datetime(2014, 1, 5, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("reports", [0, 400, MOST_LISTED])
def test_an_answer_that_lists_everything_it_may_is_opened_again(reports: int) -> None:
    said, key = answer(reports, "aging-quarter"), os.urandom(32)
    message = seal_message(said, key, (Envelope("", b""),) * MOST_POSITIONS)
    heard = decode(encode(message))
    assert isinstance(heard, Message)
    assert open_message(heard, public_of(key)).said == said
