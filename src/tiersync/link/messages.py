"""What two nodes say to each other. A message is sealed whole by its sender, and anew at every attempt."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from tiersync.model.canonical import Value
from tiersync.model.charter import PublicKey
from tiersync.model.envelope import Envelope
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

LONGEST_WAIT = 60  # seconds a parent holds an answer; proxies commonly cut at 60 or later.
LARGEST_CHUNK = 1024 * 1024  # bytes of an attachment per message: a slow line loses little when it breaks.

EnvelopeId = Annotated[str, Field(max_length=36)]


class Join(Value):
    """A child presents its invitation and its key, sealed with that key."""

    type: Literal["join"] = "join"
    unit: UnitCode
    secret: str = Field(max_length=64)
    key: PublicKey
    countersigned: str | None = Field(default=None, max_length=1000)


class Joined(Value):
    """The parent's welcome; its envelopes are the charters from the top down, then the catalogue, all sealed."""

    type: Literal["joined"] = "joined"
    unit: UnitCode
    link_epoch: int = Field(ge=1)
    catalogue: int = Field(ge=1)
    held_before: tuple[str, ...] = Field(default=(), max_length=2000)


class Statement(Value):
    """One digest over the cells of every report that the sender filed for a form and period, as its table of cells
    holds them now."""

    form: str = Field(max_length=40)
    period: str = Field(max_length=8)
    reports: int = Field(ge=0)
    digest: Digest


class Exchange(Value):
    """A child's turn: what it sends, what it has stored, and what it remembers the parent to have stored.

    Its envelopes are first the `supplies`, then one for each of `positions`. `holds` is said once per link epoch,
    after a renewal. `conflict` says that a position came down twice with different envelopes.
    """

    type: Literal["exchange"] = "exchange"
    unit: UnitCode
    to: UnitCode
    link_epoch: int = Field(ge=1)
    counter: int = Field(ge=1)
    origin_epoch: int = Field(ge=1)
    parent_epoch: int = Field(default=1, ge=1)
    supplies: int = Field(default=0, ge=0, le=1000)
    positions: tuple[int, ...] = Field(default=(), max_length=10_000)
    written_up_to: int = Field(ge=0)
    stored_up_to: int = Field(ge=0)
    acknowledged: int = Field(ge=0)
    conflict: bool = False
    needs_epoch: bool = False
    holds: tuple[EnvelopeId, ...] | None = Field(default=None, max_length=200_000)
    statements: tuple[Statement, ...] = Field(default=(), max_length=1000)
    wait: int = Field(default=0, ge=0, le=LONGEST_WAIT)


class RefusedAt(Value):
    """An envelope that was not stored: finally, or until what is needed is there."""

    position: int
    reason: str = Field(max_length=32)
    final: bool
    needs: str = Field(default="", max_length=64)


class Renewal(Value):
    """A new link epoch: one side was put back to an older copy. `holds` names what the parent has of the child."""

    link_epoch: int
    restored: Literal["child", "parent"]
    holds: tuple[EnvelopeId, ...] = Field(max_length=200_000)


class Exchanged(Value):
    """The parent's turn. Its envelopes are first the `supplies`, then one for each of `positions`."""

    type: Literal["exchanged"] = "exchanged"
    unit: UnitCode
    to: UnitCode
    link_epoch: int = Field(ge=1)
    counter: int = Field(ge=1)
    supplies: int = Field(default=0, ge=0, le=1000)
    stored_up_to: int = Field(ge=0)
    refused: tuple[RefusedAt, ...] = Field(default=(), max_length=10_000)
    positions: tuple[int, ...] = Field(default=(), max_length=10_000)
    more: bool = False
    renewal: Renewal | None = None
    differs: tuple[Statement, ...] = Field(default=(), max_length=1000)
    clock: datetime


class Fetch(Value):
    """A child asks for a range of an attachment's bytes."""

    type: Literal["fetch"] = "fetch"
    unit: UnitCode
    to: UnitCode
    counter: int = Field(ge=1)
    sha256: Digest
    offset: int = Field(ge=0)


class Chunk(Value):
    """A range of an attachment, in the message's one envelope body; `size` is the whole attachment's."""

    type: Literal["chunk"] = "chunk"
    unit: UnitCode
    to: UnitCode
    counter: int = Field(ge=1)
    sha256: Digest
    offset: int = Field(ge=0)
    size: int = Field(ge=0)


class Refusal(Value):
    """The whole message was refused and changed nothing; `highest` goes with *replay*, `seconds` with *busy*."""

    type: Literal["refusal"] = "refusal"
    unit: UnitCode
    to: UnitCode
    counter: int = Field(ge=0)
    reason: Literal[
        "replay", "bad_seal", "not_yours", "unknown_key", "needs", "busy", "invitation", "too_large", "unreadable"
    ]
    detail: str = Field(default="", max_length=200)
    highest: int = Field(default=0, ge=0)
    seconds: int = Field(default=0, ge=0)


Said = Annotated[Join | Joined | Exchange | Exchanged | Fetch | Chunk | Refusal, Field(discriminator="type")]
SAID: TypeAdapter[Said] = TypeAdapter(Said)


class Message(NamedTuple):
    """A message on its way: the sender's seal over what it says and over the digest of the envelopes that follow."""

    seal: str
    envelopes: tuple[Envelope, ...] = ()
