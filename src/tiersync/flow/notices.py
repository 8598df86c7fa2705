"""The way down: notices are published, passed on and received; receipts tell their issuer who has them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Literal, NamedTuple

from uuid_utils import uuid7

from tiersync.errors import PersonalData, SecretMark, UnknownName, UnreadableFile
from tiersync.flow.attachments import add_chunk, file_of, have_so_far
from tiersync.flow.node import Ask, Node
from tiersync.flow.sealing import may_seal, send
from tiersync.link.messages import Chunk, Fetch
from tiersync.link.routes import audience_of
from tiersync.link.wire import open_message, seal_message
from tiersync.model.notice import Attachment, Notice, Receipt
from tiersync.rules.marks import secret_mark
from tiersync.rules.screen import KINDS, Hit, screen, screen_bytes
from tiersync.store.charters import load_keyring
from tiersync.store.database import Connection
from tiersync.store.links import parent_link, take_counter
from tiersync.store.notices import (
    all_notices,
    keep_notice,
    keep_receipt,
    lacking_attachments,
    mark_here,
    notice_row,
    read_notice,
    receipts_of,
)  # fmt: skip

State = Literal["unreached", "delivered", "read"]


class BoardRow(NamedTuple):
    """Where a notice stands at one unit of its audience."""

    unit: str
    name: str
    state: State
    delivered_at: str
    read_at: str


def publish(node: Node, notice: Notice, files: Sequence[Path], now: datetime) -> str:
    """Seal a notice and send it on its way; returns its id. Raises PersonalData before anything is sealed."""
    check_publishable(notice, files)
    attached = tuple(attach(node, file) for file in files)
    notice = notice.model_copy(update={"attachments": attached})
    with node.store.write() as db:
        if not audience_of(notice, node.tree(db)):
            raise UnknownName(what="audience", name="here", hint="Nobody below this unit is meant by --to.")
        keep_notice(db, send(db, node, notice, now), notice, now)
        for attachment in attached:
            mark_here(db, attachment.sha256)
    return notice.notice_id


def new_notice_id() -> str:
    return str(uuid7())


def check_publishable(notice: Notice, files: Sequence[Path]) -> None:
    """A net, not a wall: what is marked secret or looks like personal data is refused before it is sealed."""
    for text in (notice.title, notice.text):
        if mark := secret_mark(text):
            raise SecretMark(mark=mark)
    _stop_at(notice.title, screen(notice.title))
    _stop_at(notice.title, screen(notice.text))
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise UnreadableFile(file=file, why=error.strerror or "?") from error
        _stop_at(file.name, screen_bytes(file.name, data))


def _stop_at(what: str, hits: Iterable[Hit]) -> None:
    """Raise at the first hit; a name that itself held the number is not repeated."""
    for hit in hits:
        zh, en = KINDS[hit.kind]
        raise PersonalData(place="-" if any(screen(what)) else what, where=hit.place, kind_zh=zh, kind_en=en)


def attach(node: Node, file: Path) -> Attachment:
    """Keep a copy of a file under its digest."""
    with file.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        target = file_of(node, sha256)
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as copy:
            copyfileobj(source, copy)
    return Attachment(name=file.name, size=target.stat().st_size, sha256=sha256)


def acknowledge(node: Node, now: datetime) -> int:
    """Say *delivered* for every notice that has arrived, for each unit of its audience that this node answers for."""
    said = 0
    with node.store.write() as db:
        if not may_seal(db):
            return 0
        tree = node.tree(db)
        answered = set(load_keyring(db).answered_by(node.home, tree))
        for row in all_notices(db):
            receipts = receipts_of(db, row.notice)
            meant = sorted(answered & set(audience_of(read_notice(db, row), tree))) if answered - set(receipts) else []
            for unit in (unit for unit in meant if unit not in receipts):
                _say(db, node, Receipt(notice_id=row.notice, unit=unit, state="delivered", at=now), now)
                said += 1
    return said


def mark_read(node: Node, notice: str, now: datetime) -> Notice:
    """Somebody at this office has read the notice: say so for the home unit, once; returns the notice."""
    with node.store.write() as db:
        row = notice_row(db, notice)
        body = read_notice(db, row)
        if "read" not in receipts_of(db, row.notice).get(node.home, {}) and body.issued_by != node.home:
            _say(db, node, Receipt(notice_id=row.notice, unit=node.home, state="read", at=now), now)
    return body


def _say(db: Connection, node: Node, receipt: Receipt, now: datetime) -> None:
    keep_receipt(db, send(db, node, receipt, now), receipt)


def board(node: Node, notice: str) -> list[BoardRow]:
    """The state of a notice at every unit of its audience; no receipt at all is its own state."""
    with node.store.read() as db:
        row, tree = notice_row(db, notice), node.tree(db)
        said = receipts_of(db, row.notice)
        return [
            _board_row(unit, tree[unit].name, said.get(unit, {})) for unit in audience_of(read_notice(db, row), tree)
        ]


def _board_row(unit: str, name: str, said: dict[str, str]) -> BoardRow:
    state: State = "read" if "read" in said else "delivered" if "delivered" in said else "unreached"
    return BoardRow(unit, name, state, said.get("delivered", ""), said.get("read", ""))


def fetch_attachments(node: Node, ask: Ask) -> int:
    """Fetch what notices name and what is not here yet, in ranges, going on where a break left off."""
    with node.store.read() as db:
        lacking = lacking_attachments(db)
    return sum(_fetch(node, ask, row.sha256, row.size) for row in lacking)


def _fetch(node: Node, ask: Ask, sha256: str, size: int) -> int:
    while True:
        chunk, data = _ask_chunk(node, ask, sha256, have_so_far(node, sha256))
        if chunk.size != size or (not data and size):
            return 0  # The unit above does not have it whole yet; the next pull asks again.
        if add_chunk(node, sha256, size, data):
            with node.store.write() as db:
                mark_here(db, sha256)
            return 1


def _ask_chunk(node: Node, ask: Ask, sha256: str, offset: int) -> tuple[Chunk, bytes]:
    with node.store.write() as db:
        parent = parent_link(db).peer
        counter = take_counter(db, parent)
        key = node.known(db).keyring.speaking_key(parent) or ""
    fetch = Fetch(unit=node.home, to=parent, counter=counter, sha256=sha256, offset=offset)
    heard = open_message(ask(seal_message(fetch, node.keys.private)), key)
    if not isinstance(heard.said, Chunk):
        return Chunk(unit=parent, to=node.home, counter=counter, sha256=sha256, offset=offset, size=0), b""
    return heard.said, heard.envelopes[0].body if heard.envelopes else b""
