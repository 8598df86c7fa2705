"""Notices and receipts, and the board that sets them side by side.

What is listed and counted stands in the rows, so that one notice whose sealed body cannot be read stops nothing else.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from tiersync.errors import BadMessage, BadSeal, UnknownName, UnreadableNotice
from tiersync.model.envelope import Head
from tiersync.model.notice import Attachment, Notice, Receipt
from tiersync.store.links.envelopes import load, read_body, spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import attachments, notices, receipts

EVERY = Query(select(notices).order_by(notices.c.issued_on.desc(), notices.c.notice))
BY = Query(select(notices).where(notices.c.issued_by == bindparam("issuer")).order_by(notices.c.notice))
ISSUER = Query(select(notices.c.issued_by).where(notices.c.notice == bindparam("notice")))
RECEIPTS = Query(select(receipts).where(receipts.c.notice == bindparam("notice")).order_by(receipts.c.unit))
SAID = Query(
    select(receipts.c.at)
    .where(receipts.c.notice == bindparam("notice"), receipts.c.unit == bindparam("unit"))
    .where(receipts.c.state == bindparam("state"))
)
LACKING = Query(select(attachments).where(attachments.c.is_here.is_(False)).order_by(attachments.c.sha256))
KEEP_RECEIPTS = insert(receipts)


def keep_notice(db: Connection, head: Head, notice: Notice, now: datetime) -> bool:
    """Store a notice; False when it was held already."""
    hold_node(db)
    if ISSUER.first(db, notice=notice.notice_id):
        return False
    db.execute(
        insert(notices).values(
            notice=notice.notice_id, envelope=head.id, issued_by=notice.issued_by, title=notice.title,
            issued_on=str(notice.issued_on), number=notice.number, stored_at=spell_time(now), genre=notice.genre,
            effective_from=_spell_day(notice.effective_from), effective_to=_spell_day(notice.effective_to),
        )
    )  # fmt: skip
    for attachment in notice.attachments:
        name_attachment(db, attachment, is_here=False)
    return True


def _spell_day(day: date | None) -> str | None:
    return str(day) if day else None


def all_notices(db: Connection) -> list[Row[Any]]:
    """Every notice held, newest first."""
    return EVERY.rows(db)


def notices_by(db: Connection, issuer: str) -> list[Row[Any]]:
    """The notices that a unit's node issued, in order of id."""
    return BY.rows(db, issuer=issuer)


def notice_row(db: Connection, notice: str) -> Row[Any]:
    """The notice whose id begins with `notice`; raises UnknownName when none or several do."""
    found = list(db.execute(select(notices).where(notices.c.notice.startswith(notice, autoescape=True))))
    if len(found) != 1:
        raise UnknownName(what="notice", name=notice, hint="See: tiersync notice list")
    return found[0]


def issuer_of(db: Connection, notice: str) -> str | None:
    """The unit that issued a notice, if it is held."""
    issuer: str | None = ISSUER.value(db, notice=notice)
    return issuer


def read_notice(db: Connection, row: Row[Any]) -> Notice:
    """What a notice says; raises UnreadableNotice when its sealed body is gone or is not what was sealed."""
    try:
        body = read_body(load(db, [row.envelope])[row.envelope])
    except (KeyError, BadMessage, BadSeal) as error:
        raise UnreadableNotice(notice=row.notice, title=row.title) from error
    if not isinstance(body, Notice):
        raise UnreadableNotice(notice=row.notice, title=row.title)
    return body


def readable(db: Connection, rows: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], Notice]]:
    """Those of the notices that can be read, with what they say."""
    for row in rows:
        try:
            yield row, read_notice(db, row)
        except UnreadableNotice:
            continue


def unreadable(db: Connection) -> list[Row[Any]]:
    """The notices held here that nobody can read any more."""
    rows = all_notices(db)
    held = {row.notice for row, _ in readable(db, rows)}
    return [row for row in rows if row.notice not in held]


def keep_receipt(db: Connection, head: Head, receipt: Receipt) -> None:
    """A unit's word about a notice; saying it twice changes nothing."""
    hold_node(db)
    key = {"notice": receipt.notice_id, "unit": receipt.unit, "state": receipt.state}
    if SAID.first(db, **key) is None:
        db.execute(KEEP_RECEIPTS, key | {"at": spell_time(receipt.at), "envelope": head.id})


def keep_receipts(db: Connection, notice: str, said: Iterable[tuple[Head, Receipt]]) -> None:
    """The same for many units at once, of one notice."""
    hold_node(db)
    known = {(unit, state) for unit, states in receipts_of(db, notice).items() for state in states}
    new = {(receipt.unit, receipt.state): (head, receipt) for head, receipt in said}
    rows = [
        {"notice": notice, "unit": unit, "state": state, "at": spell_time(receipt.at), "envelope": head.id}
        for (unit, state), (head, receipt) in new.items()
        if (unit, state) not in known
    ]
    if rows:
        db.execute(KEEP_RECEIPTS, rows)


def receipts_of(db: Connection, notice: str) -> dict[str, dict[str, str]]:
    """What each unit said about a notice and when: unit → state → time."""
    said: dict[str, dict[str, str]] = {}
    for row in RECEIPTS.rows(db, notice=notice):
        said.setdefault(row.unit, {})[row.state] = row.at
    return said


def name_attachment(db: Connection, attachment: Attachment, is_here: bool) -> None:
    """An attachment that some notice names; its bytes may come later."""
    hold_node(db)
    if db.execute(select(attachments.c.sha256).where(attachments.c.sha256 == attachment.sha256)).first() is None:
        db.execute(insert(attachments).values(sha256=attachment.sha256, size=attachment.size, is_here=is_here))


def mark_here(db: Connection, sha256: str) -> None:
    db.execute(attachments.update().where(attachments.c.sha256 == sha256).values(is_here=True))


def lacking_attachments(db: Connection) -> list[Row[Any]]:
    """Attachments that notices name and whose bytes are not here yet."""
    return LACKING.rows(db)


def attachment_row(db: Connection, sha256: str) -> Row[Any] | None:
    return db.execute(select(attachments).where(attachments.c.sha256 == sha256)).first()


def notices_naming(db: Connection, sha256: str) -> Iterable[Notice]:
    """The notices that name an attachment."""
    for _, notice in readable(db, all_notices(db)):
        if any(attachment.sha256 == sha256 for attachment in notice.attachments):
            yield notice
