"""The wire format: length-prefixed frames, and a message's seal over all of them."""

import json
import struct
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.messages import SAID, Chunk, Exchange, Exchanged, Joined, Message, Said
from tiersync.link.seal import open_text, read_unopened, seal_text
from tiersync.model.canonical import canonical, digest
from tiersync.model.envelope import Envelope

LARGEST_MESSAGE = 32 * 2**20  # bytes
BATCH = 2 * 2**20  # bytes of envelopes a message carries; a body may pass it alone.
LENGTH = struct.Struct(">I")


class Opened(NamedTuple):
    said: Said
    envelopes: tuple[Envelope, ...]


def envelopes_digest(envelopes: tuple[Envelope, ...]) -> str:
    return digest(b"".join(part for e in envelopes for part in (e.seal.encode(), b"\0", bytes.fromhex(digest(e.body)))))


def seal_message(said: Said, private: bytes, envelopes: tuple[Envelope, ...] = ()) -> Message:
    """`said` and its envelopes under one seal."""
    text = canonical({"said": said.model_dump(mode="json"), "envelopes": envelopes_digest(envelopes)})
    return Message(seal_text(text, private), envelopes)


def read_message(message: Message) -> Said:
    """What a message says, its seal not checked yet."""
    return _parse(read_unopened(message.seal), message)


def open_message(message: Message, public: str) -> Opened:
    """What a message says, if `public` sealed it and every envelope is the one that was sealed."""
    return Opened(_parse(open_text(message.seal, public, "message"), message), message.envelopes)


def _parse(text: bytes, message: Message) -> Said:
    try:
        outer = json.loads(text)
        said = SAID.validate_python(outer["said"])
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise BadMessage(why="it is not one of the messages this program knows") from error
    if outer.get("envelopes") != envelopes_digest(message.envelopes):
        raise BadSeal(what="the envelopes are not those that were sealed")
    if len(message.envelopes) != _announced(said, message):
        raise BadMessage(why="it announces other envelopes than it brings")
    return said


def _announced(said: Said, message: Message) -> int:
    """How many envelopes a message says it brings; of a welcome and a chunk, what it brings is looked at later."""
    if isinstance(said, Exchange | Exchanged):
        return said.supplies + len(said.positions)
    return len(message.envelopes) if isinstance(said, Joined | Chunk) else 0


def encode(message: Message) -> bytes:
    """A message as bytes for the line."""
    frames = [message.seal.encode()]
    for envelope in message.envelopes:
        frames += [envelope.seal.encode(), envelope.body]
    return b"".join(part for frame in frames for part in (LENGTH.pack(len(frame)), frame))


def decode(data: bytes) -> Message:
    """A message from the line; raises BadMessage for anything else."""
    if len(data) > LARGEST_MESSAGE:
        raise BadMessage(why=f"larger than {LARGEST_MESSAGE} bytes")
    frames = list(_frames(data))
    if len(frames) % 2 != 1:
        raise BadMessage(why="an envelope without a body")
    try:
        pairs = zip(frames[1::2], frames[2::2], strict=True)
        return Message(frames[0].decode("ascii"), tuple(Envelope(seal.decode("ascii"), body) for seal, body in pairs))
    except UnicodeDecodeError as error:
        raise BadMessage(why="a seal that is not text") from error


def _frames(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        if at + LENGTH.size > len(data):
            raise BadMessage(why="cut off")
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        if at + length > len(data):
            raise BadMessage(why="cut off")
        yield data[at : at + length]
        at += length
