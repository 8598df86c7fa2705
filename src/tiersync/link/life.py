"""What may happen to an envelope, a report and its bytes, a notice, a finding and a link: six tables, and nothing else
happens.

Each table goes from a state to the steps that may be taken in it, and from a step to the state after it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

from tiersync.model.text import Text

Step = TypeVar("Step", bound=StrEnum)
State = TypeVar("State", bound=StrEnum)


class EnvelopeState(StrEnum):
    """Where an envelope is on its way to one peer."""

    WAITING = "waiting"
    SENT = "sent"
    STORED = "stored"
    REFUSED = "refused"
    REPLACED = "replaced"


class EnvelopeStep(StrEnum):
    """What happens to it."""

    PLACE = "place"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    REFUSE_ABOVE = "refuse_above"
    KEEP_BACK = "keep_back"
    REPLACE = "replace"
    SETTLE_DAMAGED = "settle_damaged"
    SEND_AFTER_ALL = "send_after_all"
    SEAL_ANEW = "seal_anew"
    BEGIN_ANEW = "begin_anew"
    FIND_THERE = "find_there"


ENVELOPE: Mapping[EnvelopeState, Mapping[EnvelopeStep, EnvelopeState]] = {
    EnvelopeState.WAITING: {
        EnvelopeStep.PLACE: EnvelopeState.SENT,
        EnvelopeStep.KEEP_BACK: EnvelopeState.REFUSED,
        EnvelopeStep.REPLACE: EnvelopeState.REPLACED,
        EnvelopeStep.BEGIN_ANEW: EnvelopeState.WAITING,
        EnvelopeStep.FIND_THERE: EnvelopeState.STORED,
    },
    EnvelopeState.SENT: {
        EnvelopeStep.CONFIRM: EnvelopeState.STORED,
        EnvelopeStep.REFUSE: EnvelopeState.REFUSED,
        EnvelopeStep.REFUSE_ABOVE: EnvelopeState.REFUSED,
        EnvelopeStep.SEAL_ANEW: EnvelopeState.WAITING,
        EnvelopeStep.BEGIN_ANEW: EnvelopeState.WAITING,
    },
    EnvelopeState.STORED: {
        EnvelopeStep.REFUSE: EnvelopeState.REFUSED,
        EnvelopeStep.REFUSE_ABOVE: EnvelopeState.REFUSED,
        EnvelopeStep.SEAL_ANEW: EnvelopeState.WAITING,
        EnvelopeStep.BEGIN_ANEW: EnvelopeState.WAITING,
    },
    EnvelopeState.REFUSED: {
        EnvelopeStep.REPLACE: EnvelopeState.REPLACED,
        EnvelopeStep.SETTLE_DAMAGED: EnvelopeState.REPLACED,
        EnvelopeStep.SEND_AFTER_ALL: EnvelopeState.WAITING,
        EnvelopeStep.SEAL_ANEW: EnvelopeState.WAITING,
        EnvelopeStep.BEGIN_ANEW: EnvelopeState.WAITING,
    },
    EnvelopeState.REPLACED: {
        EnvelopeStep.REFUSE: EnvelopeState.REFUSED,
        EnvelopeStep.BEGIN_ANEW: EnvelopeState.WAITING,
    },
}


class ReviewState(StrEnum):
    """How far one revision of a report is, in the view of one node. A draft is none yet; what is corrected or returned
    ends with the revision after it."""

    DRAFT = "draft"
    CHECKED = "checked"
    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CORRECTING = "correcting"
    LOCKED = "locked"
    REPLACED = "replaced"


class ReviewStep(StrEnum):
    """What the office that files it, or one above, does about it."""

    CHECK = "check"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RECEIVE = "receive"
    RETURN = "return"
    ACCEPT = "accept"
    GRANT = "grant"
    LOCK = "lock"
    UNLOCK = "unlock"
    REPLACE = "replace"


REVIEW: Mapping[ReviewState, Mapping[ReviewStep, ReviewState]] = {
    ReviewState.DRAFT: {ReviewStep.CHECK: ReviewState.CHECKED},
    ReviewState.CHECKED: {ReviewStep.EDIT: ReviewState.DRAFT, ReviewStep.SUBMIT: ReviewState.SENT},
    ReviewState.SENT: {
        ReviewStep.RECALL: ReviewState.DRAFT,
        ReviewStep.RECEIVE: ReviewState.RECEIVED,
        ReviewStep.REPLACE: ReviewState.REPLACED,
    },
    ReviewState.RECEIVED: {
        ReviewStep.RETURN: ReviewState.RETURNED,
        ReviewStep.ACCEPT: ReviewState.ACCEPTED,
        ReviewStep.GRANT: ReviewState.CORRECTING,
        ReviewStep.REPLACE: ReviewState.REPLACED,
    },
    ReviewState.RETURNED: {
        ReviewStep.ACCEPT: ReviewState.ACCEPTED,
        ReviewStep.GRANT: ReviewState.CORRECTING,
        ReviewStep.REPLACE: ReviewState.REPLACED,
    },
    ReviewState.ACCEPTED: {ReviewStep.GRANT: ReviewState.CORRECTING, ReviewStep.LOCK: ReviewState.LOCKED},
    ReviewState.CORRECTING: {ReviewStep.ACCEPT: ReviewState.ACCEPTED, ReviewStep.REPLACE: ReviewState.REPLACED},
    ReviewState.LOCKED: {ReviewStep.UNLOCK: ReviewState.ACCEPTED},
    ReviewState.REPLACED: {},
}


class ReportState(StrEnum):
    """Whether the bytes of a report are as they were sealed, at one node."""

    HELD = "held"
    DAMAGED = "damaged"
    LOST = "lost"


class ReportStep(StrEnum):
    """What happens to them."""

    DAMAGE = "damage"
    GIVE_UP = "give_up"
    MEND = "mend"


REPORT: Mapping[ReportState, Mapping[ReportStep, ReportState]] = {
    ReportState.HELD: {ReportStep.DAMAGE: ReportState.DAMAGED},
    ReportState.DAMAGED: {ReportStep.GIVE_UP: ReportState.LOST, ReportStep.MEND: ReportState.HELD},
    ReportState.LOST: {ReportStep.MEND: ReportState.HELD},
}


class NoticeState(StrEnum):
    """How far a notice is at one unit of its audience, by the receipts that say so."""

    UNREACHED = "unreached"
    DELIVERED = "delivered"
    READ = "read"
    QUERIED = "queried"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class NoticeStep(StrEnum):
    """What a receipt says."""

    DELIVER = "deliver"
    READ = "read"
    QUERY = "query"
    ACCEPT = "accept"
    PROGRESS = "progress"
    FINISH = "finish"


NOTICE: Mapping[NoticeState, Mapping[NoticeStep, NoticeState]] = {
    NoticeState.UNREACHED: {NoticeStep.DELIVER: NoticeState.DELIVERED, NoticeStep.READ: NoticeState.READ},
    NoticeState.DELIVERED: {NoticeStep.READ: NoticeState.READ},
    NoticeState.READ: {NoticeStep.QUERY: NoticeState.QUERIED, NoticeStep.ACCEPT: NoticeState.ACCEPTED},
    NoticeState.QUERIED: {NoticeStep.ACCEPT: NoticeState.ACCEPTED},
    NoticeState.ACCEPTED: {NoticeStep.PROGRESS: NoticeState.IN_PROGRESS, NoticeStep.FINISH: NoticeState.DONE},
    NoticeState.IN_PROGRESS: {NoticeStep.FINISH: NoticeState.DONE},
    NoticeState.DONE: {},
}


class FindingState(StrEnum):
    """Whether somebody has to do something about a finding."""

    OPEN = "open"
    SETTLED = "settled"
    CLOSED = "closed"


class FindingStep(StrEnum):
    """What happens to it."""

    SETTLE = "settle"
    DIFFER_ANEW = "differ_anew"
    AGREE = "agree"


FINDING: Mapping[FindingState, Mapping[FindingStep, FindingState]] = {
    FindingState.OPEN: {FindingStep.SETTLE: FindingState.SETTLED, FindingStep.AGREE: FindingState.CLOSED},
    FindingState.SETTLED: {
        FindingStep.SETTLE: FindingState.SETTLED,
        FindingStep.DIFFER_ANEW: FindingState.OPEN,
        FindingStep.AGREE: FindingState.CLOSED,
    },
    FindingState.CLOSED: {FindingStep.DIFFER_ANEW: FindingState.OPEN},
}


class LinkState(StrEnum):
    """Whether a child of this link is heard."""

    OPEN = "open"
    TWOFOLD = "twofold"
    REVOKED = "revoked"


class LinkStep(StrEnum):
    """What happens to it."""

    SEE_TWO = "see_two"
    RESUME = "resume"
    REVOKE = "revoke"
    JOIN = "join"


LINK: Mapping[LinkState, Mapping[LinkStep, LinkState]] = {
    LinkState.OPEN: {
        LinkStep.SEE_TWO: LinkState.TWOFOLD, LinkStep.REVOKE: LinkState.REVOKED, LinkStep.JOIN: LinkState.OPEN,
    },
    LinkState.TWOFOLD: {
        LinkStep.RESUME: LinkState.OPEN, LinkStep.REVOKE: LinkState.REVOKED, LinkStep.JOIN: LinkState.OPEN,
    },
    LinkState.REVOKED: {LinkStep.JOIN: LinkState.OPEN},
}  # fmt: skip


def before(table: Mapping[State, Mapping[Step, State]], step: Step) -> tuple[State, ...]:
    """The states in which a step may be taken."""
    return tuple(state for state, steps in table.items() if step in steps)


def after(table: Mapping[State, Mapping[Step, State]], step: Step) -> State:
    """The state after a step, which is the same wherever it is taken."""
    (state,) = {steps[step] for steps in table.values() if step in steps}
    return state


def at_or_beyond(table: Mapping[State, Mapping[Step, State]], state: State) -> frozenset[State]:
    """A state, and every one that can be reached from it."""
    found, left = {state}, [state]
    while left:
        new = set(table[left.pop()].values()) - found
        found |= new
        left += new
    return frozenset(found)


class Life(NamedTuple):
    """One table as it is drawn: of what, and a row for each step from a state to another."""

    name: Text
    rows: tuple[tuple[str, str, str], ...]


def _drawn(name: Text, table: Mapping[State, Mapping[Step, State]]) -> Life:
    rows = ((state.value, step.value, then.value) for state, steps in table.items() for step, then in steps.items())
    return Life(name, tuple(rows))


LIVES = (
    _drawn(Text("报文（发往一个对方）", "An envelope, on its way to one peer"), ENVELOPE),
    _drawn(Text("报告的审核（在一个节点看来）", "The review of a report, as one node sees it"), REVIEW),
    _drawn(Text("报告的字节（在一个节点）", "The bytes of a report, at one node"), REPORT),
    _drawn(Text("通知（在一个单位）", "A notice, at one unit"), NOTICE),
    _drawn(Text("问题", "A finding"), FINDING),
    _drawn(Text("链路（通往一个下级）", "A link to a child"), LINK),
)
