"""Notices go down, receipts come back up: a policy's text and attachments, and what each unit says about it."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tiersync.model.canonical import Value
from tiersync.model.hidden import CLASS, HIDDEN
from tiersync.model.limits import Moment
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

LARGEST_ATTACHMENT = 200 * 2**20  # bytes; a scanned red-head document with annexes rarely passes 50 MB.
MOST_ATTACHMENTS = 50
NoticeId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,64}$")]
Genre = Literal["law", "rule", "plan", "opinion", "measure", "circular", "report", "scheme_rule", "letter"]
State = Literal["delivered", "read", "queried", "accepted", "in_progress", "done"]
STATES: tuple[State, ...] = get_args(State)  # the furthest last


def without_hidden(text: str) -> str:
    """Refuse a character that nobody sees: with it a name shows something else than it is."""
    if found := HIDDEN.search(text):
        raise PydanticCustomError("hidden_character", "an invisible character", {"code": f"U+{ord(found[0]):04X}"})
    return text


SEEN = AfterValidator(without_hidden)
ONE_LINE = {"pattern": f"^[^{CLASS}]*$"}
Number = Annotated[str, Field(max_length=40, json_schema_extra=ONE_LINE), SEEN]


class Attachment(Value):
    """A file that goes with a notice, named by the digest of its bytes."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=128, pattern=r"^[^/\\]+$", json_schema_extra={"pattern": rf"^[^/\\{CLASS}]+$"}),
        SEEN,
    ]
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
    genre: Genre = "circular"
    number: Number = ""
    title: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=ONE_LINE), SEEN]
    issued_by: UnitCode
    issuer: Annotated[str, Field(max_length=128, json_schema_extra=ONE_LINE), SEEN]
    urgency: Literal["normal", "urgent", "very_urgent"] = "normal"
    security: Literal["public", "internal"] = "public"
    issued_on: date
    effective_from: date | None = None
    effective_to: date | None = None
    replaces: tuple[NoticeId, ...] = ()
    forwarded_from: Number = ""
    text: str = Field(max_length=200_000)
    attachments: tuple[Attachment, ...] = Field(default=(), max_length=MOST_ATTACHMENTS)
    audience: Audience
    receipt_due: Moment | None = None


class Receipt(Value):
    """What a unit says about a notice: how far it is, in percent where that can be said, and a word beside it."""

    kind: Literal["receipt"] = "receipt"
    notice_id: NoticeId
    unit: UnitCode
    state: State
    at: Moment
    role: str = Field(default="", max_length=32)
    progress: int | None = Field(default=None, ge=0, le=100)
    note: Annotated[str, Field(max_length=200, json_schema_extra=ONE_LINE), SEEN] = ""
