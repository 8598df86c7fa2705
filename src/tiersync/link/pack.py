"""Bodies as they travel: canonical JSON, compressed once; bounded before and after."""

import zstandard
from pydantic import ValidationError

from tiersync.errors import BadMessage
from tiersync.model.canonical import digest, spell
from tiersync.model.envelope import BODY, KINDS, LARGEST_BODY, LARGEST_SPELLED, Body, Head

VERSION = 1  # of the bodies that this program can read


def pack(body: Body) -> bytes:
    """A body's bytes for its envelope; raises BadMessage when it is larger than any node would take."""
    packed = zstandard.ZstdCompressor(level=3).compress(spell(body))
    if len(packed) > LARGEST_BODY:
        raise BadMessage(why=f"a {body.kind} of {len(packed)} bytes is larger than {LARGEST_BODY}")
    return packed


def is_readable(head: Head) -> bool:
    """Whether this program knows the envelope's kind and version; what it does not know it stores unread."""
    return head.kind in KINDS and head.version <= VERSION


def inflate(packed: bytes, largest: int = LARGEST_SPELLED) -> bytes:
    """Decompressed bytes, never more than `largest`."""
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        text = reader.read(largest + 1)
    except zstandard.ZstdError as error:
        raise BadMessage(why="not compressed as it should be") from error
    if len(text) > largest:
        raise BadMessage(why=f"larger than {largest} bytes when decompressed")
    return text


def unpack(packed: bytes, head: Head) -> Body:
    """The body under `head`, whose digest, size and kind it must fit."""
    if len(packed) != head.size or digest(packed) != head.digest:
        raise BadMessage(why="the body does not fit its head")
    try:
        body = BODY.validate_json(inflate(packed))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadMessage(why=f"{head.kind}: {place}: {first['msg']}"[:300]) from error
    if body.kind != head.kind:
        raise BadMessage(why=f"a {body.kind} under the head of a {head.kind}")
    return body
