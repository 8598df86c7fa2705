"""What two nodes say to each other. A message is sealed whole by its sender, and anew at every attempt."""

from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from tiersync.link.dialogue.ranges import MOST_RANGES, EnvelopeId, Range
from tiersync.model.canonical import Value
from tiersync.model.charter import PublicKey
from tiersync.model.envelope import Envelope
from tiersync.model.limits import Counted, CountedFromOne, FromOne, Moment, Small
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

VERSION = 1  # of the messages that this program says, and the newest that it understands
LONGEST_WAIT = 60  # seconds a parent holds an answer; proxies commonly cut at 60 or later.
LARGEST_CHUNK = 1024 * 1024  # bytes of an attachment per message: a slow line loses little when it breaks.
MOST_POSITIONS = 2000  # envelopes in one batch
MOST_SUPPLIES = 1000
MOST_OFFERED = 1000  # ids of what a restored node may have lost, the newest
MOST_STATEMENTS = 500
MOST_LISTED = 4000  # reports that an answer lists one by one; a list of just as many goes on in the next answer.
MOST_MENDED = 200  # copies asked for or given in one message

Ids = tuple[EnvelopeId, ...]


class Join(Value):
    """A child presents its invitation and its key, sealed with that key, to the node that invited it."""

    type: Literal["join"] = "join"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    secret: str = Field(max_length=64)
    key: PublicKey
    countersigned: str | None = Field(default=None, max_length=1000)


class Joined(Value):
    """The parent's welcome; its envelopes are the charters from the top down, then the catalogues, all sealed: the
    newest is the last, and is not counted among `charters`."""

    type: Literal["joined"] = "joined"
    version: FromOne = VERSION
    unit: UnitCode
    link_epoch: FromOne
    catalogue: FromOne
    charters: int = Field(ge=0, le=MOST_SUPPLIES)
    held_before: tuple[Annotated[str, Field(max_length=100)], ...] = Field(default=(), max_length=2000)

    @property
    def carries(self) -> int:
        return self.charters + 1


class Statement(Value):
    """One digest over every report that was filed for a form and period in the child's part of the tree: its revision,
    and its sealed body as read again from the sender's store."""

    form: str = Field(max_length=40)
    period: str = Field(max_length=8)
    reports: Small
    digest: Digest


class Listed(Value):
    """One report that the parent holds as it was sealed, where its statement is not the child's."""

    form: str = Field(max_length=40)
    period: str = Field(max_length=8)
    unit: UnitCode
    part: str = Field(max_length=8)
    tenure: Small
    epoch: FromOne
    revision: FromOne
    digest: Digest
    envelope: EnvelopeId


class ListedUpTo(Value):
    """The last report that the child has heard of in a list that goes on: what follows is listed next, in order of
    form, period, unit and part."""

    form: str = Field(max_length=40)
    period: str = Field(max_length=8)
    unit: UnitCode
    part: str = Field(max_length=8)


class RefusedAt(Value):
    """An envelope that was not stored: finally, or until what is needed is there."""

    position: CountedFromOne
    reason: str = Field(max_length=32)
    final: bool
    needs: str = Field(default="", max_length=64)


class Exchange(Value):
    """A child's turn: what it sends, what it has stored, and what it remembers the parent to have stored.

    Its envelopes are first the `supplies`, then one for each of `positions`. `refused` names what it refused of what
    came down, `needs` what it lacks to read on. `conflict` says that a position came down twice with different
    envelopes. In the first turn of a new link epoch `holds` says what it has of the parent's, `offers` what of the
    parent's own the parent may have lost, and `lacks` which of the parent's offers it wants back.

    After the parent listed what it holds where the statements differ, `supplies` brings copies of what it lacks and
    `wants` asks for copies; `is_all_given` says that there is nothing of either. After a list that was as long as an
    answer allows, `listed_up_to` says where the next one begins, and `statements` are only those that differed there.
    """

    type: Literal["exchange"] = "exchange"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    link_epoch: FromOne
    counter: CountedFromOne
    origin_epoch: FromOne
    parent_epoch: FromOne = 1
    supplies: int = Field(default=0, ge=0, le=MOST_SUPPLIES)
    positions: tuple[CountedFromOne, ...] = Field(default=(), max_length=MOST_POSITIONS)
    written_up_to: Counted
    stored_up_to: Counted
    acknowledged: Counted
    refused: tuple[RefusedAt, ...] = Field(default=(), max_length=MOST_POSITIONS)
    needs: str = Field(default="", max_length=64)
    conflict: bool = False
    needs_epoch: bool = False
    holds: tuple[Range, ...] | None = Field(default=None, max_length=MOST_RANGES)
    offers: Ids = Field(default=(), max_length=MOST_OFFERED)
    lacks: Ids = Field(default=(), max_length=MOST_OFFERED)
    statements: tuple[Statement, ...] = Field(default=(), max_length=MOST_STATEMENTS)
    wants: Ids = Field(default=(), max_length=MOST_MENDED)
    listed_up_to: ListedUpTo | None = None
    is_all_given: bool = False
    wait: int = Field(default=0, ge=0, le=LONGEST_WAIT)

    @property
    def carries(self) -> int:
        return self.supplies + len(self.positions)


class Renewal(Value):
    """A new link epoch, because one side was put back to an older copy. The child seals in `origin_epoch` from now on;
    0 says that the parent cannot give it one yet. `holds` says what the parent has of the child's, `offers` what of the
    child's own the child may have lost."""

    link_epoch: FromOne
    origin_epoch: Small
    restored: Literal["child", "parent"]
    holds: tuple[Range, ...] = Field(max_length=MOST_RANGES)
    offers: Ids = Field(default=(), max_length=MOST_OFFERED)


class Exchanged(Value):
    """The parent's turn. Its envelopes are first the `supplies`, then one for each of `positions`.

    `compared` counts the statements it held against its own, `differs` gives its own where they are not equal, `listed`
    what it holds there, report by report, from what follows the child's `listed_up_to` on;
    `wants` asks for copies of replaced revisions, which no statement compares; `lacks` names those of the child's
    offers that it wants back.
    """

    type: Literal["exchanged"] = "exchanged"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    link_epoch: FromOne
    counter: CountedFromOne
    supplies: int = Field(default=0, ge=0, le=MOST_SUPPLIES)
    stored_up_to: Counted
    refused: tuple[RefusedAt, ...] = Field(default=(), max_length=MOST_POSITIONS)
    positions: tuple[CountedFromOne, ...] = Field(default=(), max_length=MOST_POSITIONS)
    more: bool = False
    renewal: Renewal | None = None
    lacks: Ids = Field(default=(), max_length=MOST_OFFERED)
    compared: Small = 0
    differs: tuple[Statement, ...] = Field(default=(), max_length=MOST_STATEMENTS)
    listed: tuple[Listed, ...] = Field(default=(), max_length=MOST_LISTED)
    wants: Ids = Field(default=(), max_length=MOST_MENDED)
    clock: Moment

    @property
    def carries(self) -> int:
        return self.supplies + len(self.positions)


class Fetch(Value):
    """A child asks for a range of an attachment's bytes."""

    type: Literal["fetch"] = "fetch"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    counter: CountedFromOne
    sha256: Digest
    offset: Counted


class Chunk(Value):
    """A range of an attachment, in the message's one envelope body; `size` is the whole attachment's."""

    type: Literal["chunk"] = "chunk"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    counter: CountedFromOne
    sha256: Digest
    offset: Counted
    size: Counted

    @property
    def carries(self) -> int:
        return 1


class Refusal(Value):
    """The whole message was refused and changed nothing; `highest` goes with *replay*, `seconds` with *busy*. *Too new*
    holds until this side is upgraded.

    `counter` is that of the message, 0 when it could not be read.
    """

    type: Literal["refusal"] = "refusal"
    version: FromOne = VERSION
    unit: UnitCode
    to: UnitCode
    counter: Counted
    reason: Literal[
        "replay",
        "bad_seal",
        "not_yours",
        "unknown_key",
        "needs",
        "busy",
        "invitation",
        "too_large",
        "unreadable",
        "too_new",
        "two_places",
    ]
    detail: str = Field(default="", max_length=200)
    highest: Counted = 0
    seconds: Small = 0


Said = Annotated[Join | Joined | Exchange | Exchanged | Fetch | Chunk | Refusal, Field(discriminator="type")]
SAID: TypeAdapter[Said] = TypeAdapter(Said)


def carries(said: Said) -> int:
    """How many envelopes must follow what is said."""
    return said.carries if isinstance(said, Joined | Exchange | Exchanged | Chunk) else 0


class Message(NamedTuple):
    """A message on its way: the sender's seal over what it says and over the digest of the envelopes that follow."""

    seal: str
    envelopes: tuple[Envelope, ...] = ()


class Waiter(NamedTuple):
    """A child that a node let in and that waits for news there, for how many seconds at most, and how its answer is
    made then."""

    node: str
    unit: str
    seconds: float
    answer: Callable[[], Message]
