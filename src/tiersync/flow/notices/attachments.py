"""Attachments: named by digest, fetched in ranges, verified before use, served only to those whom they concern."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tiersync.errors import BadMessage, DiskFull
from tiersync.flow.node import Node
from tiersync.link.dialogue.messages import LARGEST_CHUNK, Chunk, Fetch
from tiersync.link.routes import concerns
from tiersync.store.database import Connection
from tiersync.store.files.private import private_file, private_folder
from tiersync.store.notices import attachment_row, notices_naming


def file_of(node: Node, sha256: str) -> Path:
    return node.store.folder / "attachments" / sha256


def read_chunk(db: Connection, node: Node, said: Fetch) -> tuple[Chunk, bytes]:
    """A range of an attachment, if a notice that concerns the child names it; an empty one of size 0 otherwise."""
    tree = node.tree(db)
    row = attachment_row(db, said.sha256)
    allowed = any(concerns(notice, said.unit, tree) for notice in notices_naming(db, said.sha256))
    data = b""
    if row and row.is_here and allowed:
        with file_of(node, said.sha256).open("rb") as file:
            file.seek(said.offset)
            data = file.read(LARGEST_CHUNK)
    size = row.size if row and row.is_here and allowed else 0
    chunk = Chunk(unit=node.home, to=said.unit, counter=said.counter, sha256=said.sha256, offset=said.offset, size=size)
    return chunk, data


def add_chunk(node: Node, sha256: str, size: int, data: bytes) -> bool:
    """Append a range to what is here so far; True when the file is whole and its digest fits."""
    partial = file_of(node, sha256).with_suffix(".partial")
    try:
        private_folder(partial.parent)
        private_file(partial)
        with partial.open("ab") as file:
            file.write(data)
    except OSError as error:
        raise DiskFull(dir=partial.parent) from error
    if partial.stat().st_size < size:
        return False
    with partial.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest()
    if whole != sha256:
        partial.unlink()
        raise BadMessage(why=f"the attachment {sha256[:16]} arrived damaged and is fetched anew")
    partial.replace(file_of(node, sha256))
    return True


@contextmanager
def fetching(node: Node, sha256: str) -> Iterator[bool]:
    """Whether nobody else fetches this attachment; nobody else does while the block lasts. Two who append to one file
    would spoil it for each other."""
    file = file_of(node, sha256)
    private_folder(file.parent)
    lock = FileLock(file.with_suffix(".lock"), timeout=0, mode=0o600)
    try:
        with lock:
            yield True
    except Timeout:
        yield False


def have_so_far(node: Node, sha256: str) -> int:
    """How many bytes of an attachment an earlier, broken fetch has left here."""
    partial = file_of(node, sha256).with_suffix(".partial")
    return partial.stat().st_size if partial.exists() else 0
