"""Envelopes: a head that its origin sealed and a body that nobody spells again. Nothing else crosses a link."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field, TypeAdapter

from tiersync.model.canonical import Value
from tiersync.model.catalogue import Catalogue
from tiersync.model.charter import Charter
from tiersync.model.finding import Finding, Request, Verdict
from tiersync.model.limits import CountedFromOne, FromOne, Moment, Small
from tiersync.model.notice import Notice, Receipt
from tiersync.model.report import Digest, Report
from tiersync.model.unit import UnitCode

LARGEST_BODY = 8 * 2**20  # bytes as they travel
LARGEST_SPELLED = 64 * 2**20  # bytes after decompression

Body = Annotated[
    Report | Receipt | Charter | Finding | Request | Catalogue | Notice | Verdict, Field(discriminator="kind")
]
BODY: TypeAdapter[Body] = TypeAdapter(Body)


class Kind(StrEnum):
    REPORT = "report"
    RECEIPT = "receipt"
    CHARTER = "charter"
    FINDING = "finding"
    REQUEST = "request"
    CATALOGUE = "catalogue"
    NOTICE = "notice"
    VERDICT = "verdict"


KINDS = frozenset(Kind)


class Version(NamedTuple):
    """Of one kind: the version of the bodies that this program writes, and the newest that it reads."""

    writes: int
    reads: int


VERSIONS: dict[str, Version] = {
    Kind.REPORT: Version(1, 2),
    Kind.RECEIPT: Version(1, 1),
    Kind.CHARTER: Version(1, 1),
    Kind.FINDING: Version(1, 1),
    Kind.REQUEST: Version(1, 2),
    Kind.CATALOGUE: Version(1, 4),
    Kind.NOTICE: Version(1, 1),
    Kind.VERDICT: Version(1, 2),
}


LATER_CATALOGUE, CATALOGUE_OF_DAYS, CATALOGUE_OF_REVIEW = 2, 3, 4
OF_REPORTS = 2  # verdicts and requests that name reports
CORRECTED = 2  # totals that say what was corrected in them


class Head(Value):
    """What is sealed: who wrote the envelope, as which of its numbers, when, under which catalogue, its body's digest.

    `kind` is text, because a newer program may send a kind that this one stores unread; `version` is that of the kind.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    kind: str = Field(max_length=16, pattern=r"^[a-z_]+$")
    version: FromOne = 1
    origin: UnitCode
    epoch: FromOne
    number: CountedFromOne
    written_at: Moment
    catalogue: Small
    digest: Digest
    size: int = Field(ge=0, le=LARGEST_BODY)


def version_of(body: Body) -> int:
    """The version that a body is written in; a catalogue that says from when on it is in force needs a newer reader,
    and so does one that knows of working days, or of how reports are reviewed, or of units that moved."""
    if isinstance(body, Report):
        return CORRECTED if body.corrections else VERSIONS[body.kind].writes
    if isinstance(body, Verdict | Request):
        return OF_REPORTS if body.reports else VERSIONS[body.kind].writes
    if not isinstance(body, Catalogue):
        return VERSIONS[body.kind].writes
    if not all(one.is_plain for entries in (body.forms, body.rules, body.units) for one in entries):
        return CATALOGUE_OF_REVIEW
    if body.calendar is not None or not all(form.due_days.is_plain for form in body.forms):
        return CATALOGUE_OF_DAYS
    return VERSIONS[body.kind].writes if body.in_force_from is None else LATER_CATALOGUE


def is_readable(head: Head) -> bool:
    """Whether this program knows the envelope's kind and version; what it does not know it stores unread."""
    known = VERSIONS.get(head.kind)
    return known is not None and head.version <= known.reads


class Envelope(NamedTuple):
    """The sealed head as compact JWS, and the body's bytes as they travel (canonical JSON under zstd)."""

    seal: str
    body: bytes
