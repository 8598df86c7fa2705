"""The character NUL, which PostgreSQL refuses, is refused at the door of every node, whatever database it has."""

import os
from datetime import UTC, datetime

import pytest
import zstandard

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.dialogue.messages import Exchange, Message
from tiersync.link.dialogue.receive import read_arrived
from tiersync.link.pack import pack, unpack
from tiersync.link.seal import public_of, read_head, seal_head
from tiersync.link.wire import decode, encode, open_message, seal_message
from tiersync.model.canonical import digest, holds_nul, spell
from tiersync.model.envelope import Envelope, Head
from tiersync.model.finding import Finding

UNIT, KEY = "371402001001", os.urandom(32)


def finding(held: str) -> Finding:
    return Finding(level="source", reason="column_speaks", node=UNIT, unit=UNIT, held=held)


def head_over(body: bytes, id_: str = "01900000-0000-7000-8000-000000000001") -> Head:
    return Head(
        id=id_, kind="finding", origin=UNIT, epoch=1, number=1, written_at=datetime(2014, 1, 5, tzinfo=UTC),
        catalogue=1, digest=digest(body), size=len(body),
    )  # fmt: skip


def exchange(needs: str) -> Exchange:
    return Exchange(
        unit=UNIT, to=UNIT, link_epoch=1, counter=1, origin_epoch=1, parent_epoch=1, written_up_to=0, stored_up_to=0,
        acknowledged=0, needs=needs,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_held"),
    [("a\0b", True), ("\0", True), ("\\\0", True), ("a\\u0000", False), ("\\\\u0000", False), ("张", False)],
)
def test_it_is_told_from_words_that_only_look_like_it(text: str, is_held: bool) -> None:
    assert holds_nul(spell(finding(text))) is is_held


def test_a_body_with_it_is_neither_sealed_nor_taken() -> None:
    with pytest.raises(BadMessage, match="NUL"):
        pack(finding("a\0b"))
    body = zstandard.ZstdCompressor().compress(spell(finding("a\0b")))
    with pytest.raises(BadMessage, match="NUL"):
        unpack(body, head_over(body))


def test_a_head_with_it_is_none() -> None:
    head = head_over(b"").model_copy(update={"id": "0\0"})
    seal = seal_head(head, KEY)
    with pytest.raises(BadSeal):
        read_head(seal)
    assert read_arrived(1, Envelope(seal, b"")).head is None


def test_a_message_with_it_is_not_heard() -> None:
    with pytest.raises(BadMessage, match="NUL"):
        open_message(seal_message(exchange("catalogue:1\0"), KEY), public_of(KEY))
    with pytest.raises(BadMessage, match="not text"):
        decode(encode(Message("seal", (Envelope("a\0b", b""),))))
