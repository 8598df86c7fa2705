"""Reading the streams of refused rows again: after a mapping, a code list or the tree of units was corrected."""

from datetime import datetime
from typing import Any, NamedTuple

from tiersync.errors import TiersyncError, UnknownName
from tiersync.flow.node import Node
from tiersync.flow.reading.ingest import read_only
from tiersync.flow.reading.unread import name_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.store.database import Row
from tiersync.store.runs.quarantine import refused_rows


class ReadAgain(NamedTuple):
    """How many rows of a stream were refused before, and how many still are."""

    stream: str
    before: int
    left: int


class Replayed(NamedTuple):
    """What became of the refused rows of the streams that were read again, and what went wrong."""

    streams: list[ReadAgain]
    failed: list[TiersyncError]


def replay(node: ReadingNode, stream: str | None, now: datetime) -> Replayed:
    """Read a stream again from its beginning, or every stream with refused rows; raises UnknownName."""
    known = [name_of(plugin, one) for plugin in node.plugins for one in plugin.streams]
    if stream and stream not in known:
        raise UnknownName(what="stream", name=stream, hint=f"There are: {', '.join(known) or '-'}")
    before = _refused(node, stream)
    streams = [stream] if stream else sorted({row.stream for row in before})
    done = read_only(node, now, streams)
    left = _refused(node, stream)
    counts = [
        ReadAgain(name, sum(row.stream == name for row in before), sum(row.stream == name for row in left))
        for name in streams
    ]
    return Replayed(counts, done.failed)


def _refused(node: Node, stream: str | None) -> list[Row[Any]]:
    with node.store.read() as db:
        return refused_rows(db, stream)
