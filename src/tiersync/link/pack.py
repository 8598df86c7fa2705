"""Bodies as they travel: canonical JSON, compressed once; bounded before and after."""

import zstandard
from pydantic import ValidationError

from tiersync.errors import BadMessage
from tiersync.model.canonical import digest, holds_nul, spell
from tiersync.model.envelope import BODY, LARGEST_BODY, LARGEST_SPELLED, Body, Head


def pack(body: Body) -> bytes:
    """A body's bytes for its envelope; raises BadMessage when they are more than any node would take, or cannot be read
    back: sealed, they would be refused everywhere, and here nobody could read them either."""
    spelled = spell(body)
    packed = zstandard.ZstdCompressor(level=3).compress(spelled)
    if len(packed) > LARGEST_BODY or len(spelled) > LARGEST_SPELLED:
        raise BadMessage(why=f"a {body.kind} of {len(spelled)} bytes is larger than any node takes")
    _read(spelled, body.kind)
    return packed


def spelled_size(packed: bytes) -> int:
    """How many bytes a body says it has when decompressed; raises BadMessage when it does not say, or too many."""
    try:
        size = zstandard.frame_content_size(packed)
    except zstandard.ZstdError as error:
        raise BadMessage(why="not compressed as it should be") from error
    if not 0 <= size <= LARGEST_SPELLED:
        raise BadMessage(why=f"{size} bytes when decompressed, at most {LARGEST_SPELLED} are taken")
    return size


def inflate(packed: bytes) -> bytes:
    """Decompressed bytes, exactly as many as the one frame says; nothing may follow it."""
    spelled_size(packed)
    try:
        return zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BadMessage(why="not compressed as it should be") from error


def unpack(packed: bytes, head: Head) -> Body:
    """The body under `head`, whose digest, size and kind it must fit."""
    if len(packed) != head.size or digest(packed) != head.digest:
        raise BadMessage(why="the body does not fit its head")
    body = _read(inflate(packed), head.kind)
    if body.kind != head.kind:
        raise BadMessage(why=f"a {body.kind} under the head of a {head.kind}")
    return body


def _read(spelled: bytes, kind: str) -> Body:
    if holds_nul(spelled):
        raise BadMessage(why=f"{kind}: a text holds the character NUL")
    try:
        return BODY.validate_json(spelled)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadMessage(why=f"{kind}: {place}: {first['msg']}"[:300]) from error
