"""A child fetches attachments from its parent, in ranges, one fetch of each at a time."""

from typing import NamedTuple

from tiersync.errors import BadMessage, Refused
from tiersync.flow.exchange.child import parent_peer, raise_refusal
from tiersync.flow.node import Ask, Node
from tiersync.flow.notices.attachments import add_chunk, fetching, have_so_far
from tiersync.link.dialogue.messages import Chunk, Fetch, Refusal
from tiersync.link.wire import open_message, seal_message
from tiersync.store.links.links import change_link, parent_link, take_counter
from tiersync.store.notices import attachment_row, lacking_attachments, mark_here

MOST_REPLAYS = 3  # Another exchange of this node's may overtake a fetch; more is no accident.


class Fetched(NamedTuple):
    """Attachments that came, those that the unit above does not give yet, and what went wrong with others."""

    came: int
    lacking: int
    failed: tuple[Refused, ...]


def fetch_attachments(node: Node, ask: Ask) -> Fetched:
    """Fetch what notices name and what is not here yet, going on where a break left off. One that is refused keeps no
    other from coming."""
    with node.store.read() as db:
        lacking = lacking_attachments(db)
    came, failed = [], []
    for row in lacking:
        try:
            came.append(_fetch(node, ask, row.sha256, row.size))
        except Refused as error:
            failed.append(error)
    return Fetched(came.count(True), came.count(False), tuple(failed))


def _fetch(node: Node, ask: Ask, sha256: str, size: int) -> bool | None:
    """Whether an attachment came; None when another fetch of it is under way, or was done just now."""
    with fetching(node, sha256) as is_free:
        if not is_free or _is_here(node, sha256):
            return None
        return _fetch_ranges(node, ask, sha256, size)


def _is_here(node: Node, sha256: str) -> bool:
    with node.store.read() as db:
        row = attachment_row(db, sha256)
    return row is not None and bool(row.is_here)


def _fetch_ranges(node: Node, ask: Ask, sha256: str, size: int) -> bool:
    while True:
        chunk, data = _ask_chunk(node, ask, sha256, have_so_far(node, sha256))
        if chunk.size != size or (not data and size):
            return False  # The unit above does not have it whole yet; the next pull asks again.
        if add_chunk(node, sha256, size, data):
            with node.store.write() as db:
                mark_here(db, sha256)
            return True


def _ask_chunk(node: Node, ask: Ask, sha256: str, offset: int) -> tuple[Chunk, bytes]:
    """A range from `offset` on; raises LinkRefused or ParentBusy with what the unit above says against it."""
    for _ in range(MOST_REPLAYS):
        said, data = _ask_once(node, ask, sha256, offset)
        if isinstance(said, Chunk):
            return said, data
        _catch_up(node, said)
    raise BadMessage(why="the unit above takes every question for one that it has heard")


def _ask_once(node: Node, ask: Ask, sha256: str, offset: int) -> tuple[Chunk | Refusal, bytes]:
    parent = parent_peer(node)
    with node.store.write_link(parent) as db:
        counter = take_counter(db, parent)
        key = node.known(db).keyring.speaking_key(parent) or ""
    fetch = Fetch(unit=node.home, to=parent, counter=counter, sha256=sha256, offset=offset)
    heard = open_message(ask(seal_message(fetch, node.keys.private)), key)
    match heard.said:
        case Refusal() as refusal:
            return refusal, b""
        case Chunk() as chunk if (chunk.counter, chunk.sha256, chunk.offset) == (counter, sha256, offset):
            return chunk, heard.envelopes[0].body
        case _:
            raise BadMessage(why="an answer to something else")


def _catch_up(node: Node, refusal: Refusal) -> None:
    """Go on from the highest counter that the unit above has heard; raises whatever else it says."""
    if refusal.reason != "replay":
        raise_refusal(refusal)
    with node.store.write_link(parent_peer(node)) as db:
        link = parent_link(db)
        change_link(db, link.peer, counter=max(refusal.highest, link.counter))
