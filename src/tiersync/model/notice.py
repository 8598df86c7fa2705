"""Notices go down, receipts come back up: a policy's text and attachments, and what each unit says about it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.limits import Moment
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

LARGEST_ATTACHMENT = 200 * 2**20  # bytes; a scanned red-head document with annexes rarely passes 50 MB.
NoticeId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,64}$")]


class Attachment(Value):
    """A file that goes with a notice, named by the digest of its bytes."""

    name: str = Field(min_length=1, max_length=128, pattern=r"^[^/\\\x00-\x1f]+$")
    size: int = Field(ge=0, le=LARGEST_ATTACHMENT)
    sha256: Digest


class Audience(Value):
    """Whom a notice is for: the units named, and every unit of the tiers named below the issuer."""

    units: tuple[UnitCode, ...] = ()
    tiers: tuple[str, ...] = ()


class Notice(Value):
    """A policy. `issued_by` is the unit whose node sealed it, `issuer` the office as it signs its papers."""

    kind: Literal["notice"] = "notice"
    notice_id: NoticeId
    genre: Literal["law", "rule", "plan", "opinion", "measure", "circular", "report", "scheme_rule", "letter"] = (
        "circular"
    )
    number: str = Field(default="", max_length=40)
    title: str = Field(min_length=1, max_length=200)
    issued_by: UnitCode
    issuer: str = Field(max_length=128)
    urgency: Literal["normal", "urgent", "very_urgent"] = "normal"
    security: Literal["public", "internal"] = "public"
    issued_on: date
    effective_from: date | None = None
    effective_to: date | None = None
    replaces: tuple[NoticeId, ...] = ()
    forwarded_from: str = Field(default="", max_length=40)
    text: str = Field(max_length=200_000)
    attachments: tuple[Attachment, ...] = Field(default=(), max_length=50)
    audience: Audience
    receipt_due: Moment | None = None


class Receipt(Value):
    """What a unit says about a notice."""

    kind: Literal["receipt"] = "receipt"
    notice_id: NoticeId
    unit: UnitCode
    state: Literal["delivered", "read"]
    at: Moment
    role: str = Field(default="", max_length=32)
