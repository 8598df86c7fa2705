"""A notice out of a file and the options of `notice publish`."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from tiersync.config.settings import Settings
from tiersync.errors import BadNotice, SecretMark
from tiersync.flow.node import Node
from tiersync.flow.notices.notice import new_notice_id
from tiersync.link.routes import audience_of
from tiersync.model.catalogue import Catalogue
from tiersync.model.notice import LARGEST_ATTACHMENT, Attachment, Audience, Genre, Notice
from tiersync.model.wording import first_wrong
from tiersync.views.catalogues import newest_catalogue

HEADING = re.compile(r"^#{1,6}\s+(?P<title>\S.*?)\s*#*\s*$", re.MULTILINE)
SECURITY: dict[str, Literal["public", "internal"]] = {
    "public": "public", "公开": "public", "internal": "internal", "内部": "internal",
}  # fmt: skip
LATEST = time(23, 59, 59)  # What is due on a day is due at its end.
NO_DIGEST = "0" * 64


class NoticeDraft(NamedTuple):
    """What a person gave: the file, whom it is for, and what the options say."""

    file: Path
    to: tuple[str, ...]
    title: str
    number: str
    attach: tuple[Path, ...]
    urgency: Literal["normal", "urgent", "very_urgent"]
    security: str
    genre: Genre
    issued_on: datetime | None
    effective_from: datetime | None
    effective_to: datetime | None
    due: datetime | None


class ReadyNotice(NamedTuple):
    """A notice that may be published, and every unit it is for."""

    notice: Notice
    audience: list[str]


def prepare(node: Node, settings: Settings, draft: NoticeDraft, today: date) -> ReadyNotice:
    """The notice that a draft makes; raises BadNotice, SecretMark or UnknownUnit. Nothing is sealed."""
    text = read_text(draft.file)
    catalogue = newest_catalogue(node)
    check_attachments(draft.attach)
    notice = _notice(node, settings, draft, catalogue, text, today)
    audience = audience_of(notice, catalogue.tree)
    if not audience:
        raise BadNotice(
            place=f"--to {','.join(draft.to)}", why_en="nobody below this unit is meant; name tiers or units below it",
            why_zh="其中没有本单位的下级；请写下级的层级或单位",
        )  # fmt: skip
    return ReadyNotice(notice, audience)


def _notice(node: Node, settings: Settings, draft: NoticeDraft, catalogue: Catalogue, text: str, today: date) -> Notice:
    if draft.security not in SECURITY:
        raise SecretMark(mark=draft.security)
    zone = ZoneInfo(settings.node.time_zone)
    check_days(draft, today)
    try:
        return Notice(
            notice_id=new_notice_id(), number=draft.number, title=draft.title or heading_of(draft.file, text),
            genre=draft.genre, issued_by=node.home, issuer=catalogue.tree[node.home].name, urgency=draft.urgency,
            security=SECURITY[draft.security], issued_on=day_of(draft.issued_on) or today,
            effective_from=day_of(draft.effective_from), effective_to=day_of(draft.effective_to), text=text,
            audience=audience_named(catalogue, draft.to),
            receipt_due=datetime.combine(draft.due, LATEST, zone).astimezone(UTC) if draft.due else None,
        )  # fmt: skip
    except ValidationError as error:
        raise unusable(str(draft.file), error) from error


def day_of(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def check_days(draft: NoticeDraft, today: date) -> None:
    """Refuse days that cannot be meant: by them a notice would be counted wrongly, and nobody would see it."""
    issued_on, begins, ends = map(day_of, (draft.issued_on, draft.effective_from, draft.effective_to))
    if issued_on and issued_on > today:
        raise BadNotice(place=f"--issued-on {issued_on}", why_en="that day is still to come", why_zh="该日期尚未到来")
    if begins and ends and ends < begins:
        raise BadNotice(
            place=f"--effective-to {ends}", why_en=f"that is before --effective-from {begins}",
            why_zh=f"早于施行日期 {begins}",
        )  # fmt: skip


def unusable(place: str, error: ValidationError) -> BadNotice:
    wrong = first_wrong(error)
    return BadNotice(place=f"{place} ({wrong.field})", why_en=wrong.en, why_zh=wrong.zh)


def read_text(file: Path) -> str:
    """A file's text, without the mark that some editors put before it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        why = "it is not text in UTF-8; save it as UTF-8, or publish a short text and give this file with --attach"
        raise BadNotice(
            place=file, why_en=why, why_zh="不是 UTF-8 文本；请另存为 UTF-8，或另写简短正文并用 --attach 附上该文件"
        ) from error
    if not text.strip():
        raise BadNotice(place=file, why_en="it is empty", why_zh="文件为空")
    return text


def heading_of(file: Path, text: str) -> str:
    """The first heading, which is the title unless --title says another."""
    found = HEADING.search(text)
    if not found:
        raise BadNotice(
            place=file, why_en="it has no heading (# …) to be the title; say one with --title",
            why_zh="没有可作标题的 # 标题行，请用 --title 指定",
        )  # fmt: skip
    return found["title"]


def audience_named(catalogue: Catalogue, to: Iterable[str]) -> Audience:
    """Tiers and units as --to names them; raises UnknownUnit or BadNotice."""
    named = list(_split(to))
    for name in named:
        if name.isdigit():
            catalogue.tree[name]
        elif name not in catalogue.tiers:
            tiers = ", ".join(catalogue.tiers)
            raise BadNotice(
                place=f"--to {name}", why_en=f"that is no tier ({tiers}) and no code of a unit",
                why_zh=f"既不是层级（{tiers}），也不是单位代码",
            )  # fmt: skip
    return Audience(
        units=tuple(name for name in named if name.isdigit()),
        tiers=tuple(name for name in named if not name.isdigit()),
    )


def _split(to: Iterable[str]) -> Iterator[str]:
    return (name.strip() for one in to for name in one.replace("，", ",").split(",") if name.strip())


def check_attachments(files: Iterable[Path]) -> None:
    """Refuse what no notice can carry before anything is copied."""
    for file in files:
        size = file.stat().st_size
        if size > LARGEST_ATTACHMENT:
            most = LARGEST_ATTACHMENT >> 20
            raise BadNotice(place=file, why_en=f"it has more than {most} MB", why_zh=f"超过 {most} MB")
        try:
            Attachment(name=file.name, size=size, sha256=NO_DIGEST)
        except ValidationError as error:
            raise unusable(str(file), error) from error
