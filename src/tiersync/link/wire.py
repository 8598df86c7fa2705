"""The wire format: length-prefixed frames, and a message's seal over all of them."""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from tiersync.errors import BadMessage, BadSeal, TooNew
from tiersync.link.dialogue.messages import MOST_POSITIONS, MOST_SUPPLIES, VERSION, Message, Said, carries
from tiersync.link.seal import LONGEST_SAID, open_text, read_unopened, seal_text
from tiersync.model.canonical import Value, canonical, digest, holds_nul
from tiersync.model.envelope import Envelope
from tiersync.model.limits import Counted, FromOne
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

LARGEST_MESSAGE = 32 * 2**20  # bytes
BATCH = 2 * 2**20  # bytes of envelopes a message carries; a body may pass it alone.
MOST_FRAMES = 1 + 2 * (MOST_POSITIONS + MOST_SUPPLIES)
LENGTH = struct.Struct(">I")


class Outer(Value):
    """What a message's seal is over."""

    said: Said
    envelopes: Digest


class _Said(BaseModel):
    """What every version of a message says of itself."""

    type: str = Field(max_length=32)
    version: FromOne
    unit: UnitCode
    to: str = Field(default="", max_length=32)
    counter: Counted = 0


class _Newer(BaseModel):
    said: _Said


class Opened(NamedTuple):
    """A message whose seal was checked."""

    said: Said
    envelopes: tuple[Envelope, ...]


def envelopes_digest(envelopes: tuple[Envelope, ...]) -> str:
    """One digest over envelopes in their order."""
    return digest(b"".join(part for e in envelopes for part in (e.seal.encode(), b"\0", bytes.fromhex(digest(e.body)))))


def seal_message(said: Said, private: bytes, envelopes: tuple[Envelope, ...] = ()) -> Message:
    """`said` and its envelopes under one seal. Its version is always said, other defaults are not, so
    that an older program can read on."""
    spelled: dict[str, Any] = {
        "type": said.type,
        "version": said.version,
        **said.model_dump(mode="json", exclude_defaults=True),
    }
    text = canonical({"said": spelled, "envelopes": envelopes_digest(envelopes)})
    return Message(seal_text(text, private), envelopes)


def read_message(message: Message) -> Said:
    """What a message says, its seal not checked yet."""
    return _parse(read_unopened(message.seal), message)


def open_message(message: Message, public: str) -> Opened:
    """What a message says, if `public` sealed it and every envelope is the one that was sealed."""
    return Opened(_parse(open_text(message.seal, public, "message"), message), message.envelopes)


def is_sealed_by(message: Message, public: str) -> bool:
    """Whether `public` sealed a message that `read_message` has read."""
    try:
        open_text(message.seal, public, "message")
    except BadSeal:
        return False
    return True


def _parse(text: bytes, message: Message) -> Said:
    if holds_nul(text):
        raise BadMessage(why="a text holds the character NUL")
    try:
        outer = Outer.model_validate_json(text)
    except ValidationError as error:
        _check_version(text)
        raise BadMessage(why="it is not one of the messages this program knows") from error
    if outer.said.version > VERSION:
        _check_version(text)
    if carries(outer.said) != len(message.envelopes):
        raise BadMessage(why="it does not carry as many envelopes as it says")
    if outer.envelopes != envelopes_digest(message.envelopes):
        raise BadSeal(what="the envelopes are not those that were sealed")
    return outer.said


def _check_version(text: bytes) -> None:
    """Raise TooNew for what a newer program said; of it only who said what to whom is read."""
    try:
        said = _Newer.model_validate_json(text).said
    except ValidationError:
        return
    if said.version > VERSION:
        raise TooNew(what=f"{said.type} {said.version}", unit=said.unit, to=said.to, counter=said.counter)


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
    if len(frames) % 2 != 1 or len(frames[0]) > LONGEST_SAID:
        raise BadMessage(why="an envelope without a body")
    if any(b"\0" in seal for seal in (frames[0], *frames[1::2])):
        raise BadMessage(why="a seal that is not text")
    try:
        pairs = zip(frames[1::2], frames[2::2], strict=True)
        return Message(frames[0].decode("ascii"), tuple(Envelope(seal.decode("ascii"), body) for seal, body in pairs))
    except UnicodeDecodeError as error:
        raise BadMessage(why="a seal that is not text") from error


def _frames(data: bytes) -> Iterator[bytes]:
    at = count = 0
    while at < len(data):
        end = _end_of_frame(data, at)
        count += 1
        if end > len(data) or count > MOST_FRAMES:
            raise BadMessage(why="cut off, or more envelopes than any message has")
        yield data[at + LENGTH.size : end]
        at = end


def _end_of_frame(data: bytes, at: int) -> int:
    if at + LENGTH.size > len(data):
        raise BadMessage(why="cut off")
    return at + LENGTH.size + int(LENGTH.unpack_from(data, at)[0])
