"""Notices are published here, and read; receipts say to their issuer who has them. Who gets one: link/routes.py."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePath
from shutil import copyfileobj
from typing import Any, Literal, NamedTuple

from uuid_utils import uuid7

from tiersync.errors import BadNotice, PersonalData, SecretMark, UnknownName, UnreadableFile, why_not
from tiersync.flow.clock import refuse_by_clock
from tiersync.flow.exchange.sealing import may_seal, parent_of, seal_all, send
from tiersync.flow.node import Node
from tiersync.flow.notices.attachments import file_of
from tiersync.link.life import NOTICE, NoticeState, at_or_beyond
from tiersync.link.routes import audience_of
from tiersync.model.notice import MOST_ATTACHMENTS, STATES, Attachment, Notice, Receipt
from tiersync.model.notice import State as Said
from tiersync.rules.screening.marks import secret_mark, secret_mark_inside
from tiersync.rules.screening.screen import KINDS, Hit, screen, screen_bytes
from tiersync.store.database import Connection, Row
from tiersync.store.files.private import private_file, private_folder
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.outbox import queue
from tiersync.store.notices import (
    all_notices,
    keep_notice,
    keep_receipts,
    mark_here,
    notice_row,
    read_notice,
    readable,
    receipts_of,
)  # fmt: skip

State = Literal["unreached"] | Said


class BoardRow(NamedTuple):
    """Where a notice stands at one unit of its audience."""

    unit: str
    name: str
    state: State
    delivered_at: str
    read_at: str


def publish(node: Node, notice: Notice, files: Sequence[Path], now: datetime) -> str:
    """Seal a notice and send it on its way; returns its id. Raises PersonalData before anything is sealed, and
    ClockInDoubt.

    The units that this node answers for have it at once.
    """
    check_publishable(notice, files)
    refuse_by_clock(node, now)
    attached = tuple(attach(node, file) for file in files)
    notice = notice.model_copy(update={"attachments": attached})
    with node.store.write() as db:
        if not audience_of(notice, node.tree(db)):
            raise UnknownName(what="audience", name="here", hint="Nobody below this unit is meant by --to.")
        keep_notice(db, send(db, node, notice, now), notice, now)
        for attachment in attached:
            mark_here(db, attachment.sha256)
        _say(db, node, notice, _meant_here(db, node, notice), "delivered", now)
    return notice.notice_id


def new_notice_id() -> str:
    return str(uuid7())


def check_publishable(notice: Notice, files: Sequence[Path]) -> None:
    """A net, not a wall: what is marked secret or looks like personal data is refused before it is sealed. Raises
    BadNotice for more attachments than a notice carries."""
    if len(files) > MOST_ATTACHMENTS:
        raise BadNotice(
            place="--attach", why_en=f"there are {len(files)} attachments, and a notice carries {MOST_ATTACHMENTS}; "
            "pack some of them into one file",
            why_zh=f"附件有 {len(files)} 个，一份通知最多 {MOST_ATTACHMENTS} 个；请将部分附件打包为一个文件",
        )  # fmt: skip
    for what, text in _texts_of(notice, files):
        if mark := secret_mark(text):
            raise SecretMark(mark=mark)
        _stop_at(what, screen(text))
    for file in files:
        _check_file(file)


def _check_file(file: Path) -> None:
    """The same for what an attachment holds."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file=file, **why_not(error)) from error
    _stop_at(file.name, screen_bytes(file.name, data))
    if mark := secret_mark_inside(file.name, data):
        raise SecretMark(mark=mark)


def _texts_of(notice: Notice, files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Everything that is written in a notice, each with what to call it; a file's ending hides no mark."""
    yield from ((notice.title, text) for text in (notice.title, notice.text))
    yield "--number", notice.number
    yield "issuer", notice.issuer
    yield "forwarded_from", notice.forwarded_from
    names = [*(file.name for file in files), *(attachment.name for attachment in notice.attachments)]
    yield from ((name, text) for name in names for text in (name, PurePath(name).stem))


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
        private_folder(target.parent)
        private_file(target)
        with target.open("wb") as copy:
            copyfileobj(source, copy)
    return Attachment(name=file.name, size=target.stat().st_size, sha256=sha256)


def acknowledge(node: Node, now: datetime) -> int:
    """Say *delivered* for every notice that is here, for each unit of its audience that this node answers for."""
    with node.store.write() as db:
        return acknowledge_all(db, node, now)


def acknowledge_all(db: Connection, node: Node, now: datetime) -> int:
    """The same in a transaction that has begun; returns how many receipts were said."""
    if not may_seal(db):
        return 0
    answered = _answered(db, node)
    lacking = [row for row in all_notices(db) if answered - set(receipts_of(db, row.notice))]
    meant = [(notice, _meant_here(db, node, notice)) for _, notice in readable(db, lacking)]
    return sum(_say(db, node, notice, units, "delivered", now) for notice, units in meant)


class HasRead(NamedTuple):
    """A notice that somebody at this office has read, and how many receipts say so now."""

    notice: Notice
    receipts: int


def mark_read(node: Node, notice: str, now: datetime) -> HasRead:
    """Somebody at this office has read the notice: say so, once, for the home unit unless it issued the notice, and for
    each unit of the audience that this node answers for."""
    with node.store.write() as db:
        row = notice_row(db, notice)
        body = read_notice(db, row)
        readers = {node.home} - {body.issued_by} | set(_meant_here(db, node, body))
        return HasRead(body, _say(db, node, body, sorted(readers), "read", now))


def _answered(db: Connection, node: Node) -> set[str]:
    return set(load_keyring(db).answered_by(node.home, node.tree(db)))


def _meant_here(db: Connection, node: Node, notice: Notice) -> list[str]:
    """The units of a notice's audience that this node answers for."""
    return sorted(_answered(db, node) & set(audience_of(notice, node.tree(db))))


def _say(db: Connection, node: Node, notice: Notice, units: Iterable[str], state: Said, now: datetime) -> int:
    """Say for each of the units how far it is, unless it is as far already; returns for how many it was said."""
    known, further = receipts_of(db, notice.notice_id), at_or_beyond(NOTICE, NoticeState(state))
    new = [unit for unit in units if further.isdisjoint(known.get(unit, {}))]
    say_receipts(
        db, node, notice, [Receipt(notice_id=notice.notice_id, unit=unit, state=state, at=now) for unit in new], now
    )
    return len(new)


def say_receipts(db: Connection, node: Node, notice: Notice, receipts: Sequence[Receipt], now: datetime) -> None:
    """Seal and keep what is said about a notice; it goes up, unless this node issued the notice itself. Raises
    PersonalData before anything is sealed."""
    for receipt in receipts:
        _stop_at(notice.title, screen(receipt.note))
    sealed = seal_all(db, node, receipts, now)
    keep_receipts(db, notice.notice_id, zip((stored.head for stored in sealed), receipts, strict=True))
    parent = parent_of(db)
    if parent and notice.issued_by != node.home:
        queue(db, parent, [(stored.head.id, stored.head.kind) for stored in sealed])


def board(node: Node, notice: str) -> list[BoardRow]:
    """The state of a notice at every unit of its audience; no receipt at all is its own state."""
    with node.store.read() as db:
        return board_rows(db, node, notice_row(db, notice))


def board_rows(db: Connection, node: Node, row: Row[Any]) -> list[BoardRow]:
    """The same of a notice's row."""
    tree, said = node.tree(db), receipts_of(db, row.notice)
    return [_board_row(unit, tree[unit].name, said.get(unit, {})) for unit in audience_of(read_notice(db, row), tree)]


def _board_row(unit: str, name: str, said: dict[str, str]) -> BoardRow:
    state: State = next((state for state in reversed(STATES) if state in said), "unreached")
    return BoardRow(unit, name, state, said.get("delivered", ""), said.get("read", ""))
