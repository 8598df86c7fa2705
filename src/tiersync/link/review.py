"""What was said about a report, and how far it is by that: folded over the table of its life, the same at every
node."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

from tiersync.link.keyring import Keyring
from tiersync.link.life import REVIEW, ReviewState, ReviewStep
from tiersync.model.finding import LOCKS
from tiersync.model.unit import Tree

STEPS = {
    "accepted": ReviewStep.ACCEPT,
    "returned": ReviewStep.RETURN,
    "granted": ReviewStep.GRANT,
    "locked": ReviewStep.LOCK,
    "unlocked": ReviewStep.UNLOCK,
}


class Act(NamedTuple):
    """Something that was said about a report: by the node of `by`, in its envelope of that epoch and number, about one
    revision, or about none ('') where nothing is filed. `until` is the date it names, `answers` the request."""

    said: str
    by: str
    at: str
    epoch: int
    number: int
    revision: str
    envelope: str = ""
    until: str = ""
    answers: str = ""
    by_itself: bool = False


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Acts as they were done: those of one node by its own numbers, whatever its clock said."""
    by_node = sorted(acts, key=lambda act: (act.by, act.epoch, act.number))
    placed: list[tuple[str, Act]] = []
    for _, of_node in groupby(by_node, key=attrgetter("by")):
        own = list(of_node)
        placed += zip(accumulate((act.at for act in own), max), own, strict=True)
    return [act for _, act in sorted(placed, key=lambda one: (one[0], one[1].by, one[1].epoch, one[1].number))]


def state_of(revision: str, is_received: bool, acts: Iterable[Act], tree: Tree) -> ReviewState:
    """How far a revision is that stands. What was said about another one is not said about it, and what may not happen
    in its state did not; a lock is lifted by who set it, or by somebody above."""
    return _folded(revision, is_received, acts, tree)[0]


def locked_by(revision: str, acts: Iterable[Act], tree: Tree) -> list[str]:
    """The units whose nodes locked this revision, and did not unlock it since."""
    return _folded(revision, True, acts, tree)[1]


def _folded(revision: str, is_received: bool, acts: Iterable[Act], tree: Tree) -> tuple[ReviewState, list[str]]:
    """What the reviewer said goes in its own order, whatever other clocks say; then the locks of those above are laid
    over what is accepted."""
    about = [act for act in in_order(acts) if act.revision == revision and act.said in STEPS]
    state = ReviewState.RECEIVED if is_received or about else ReviewState.SENT
    for act in about:
        if STEPS[act.said] in REVIEW[state] and act.said not in LOCKS:
            state = REVIEW[state][STEPS[act.said]]
    locks: list[str] = []
    for act in about:
        if act.said == "unlocked":
            locks = [by for by in locks if not tree.is_within(by, act.by)]
        elif act.said == "locked":
            locks.append(act.by)
    is_locked = bool(locks) and ReviewStep.LOCK in REVIEW[state]
    return (REVIEW[state][ReviewStep.LOCK], locks) if is_locked else (state, locks)


def reviewer_of(tree: Tree, keyring: Keyring, filer: str, unit: str) -> str:
    """The unit whose node reviews what `filer`'s node filed for `unit`: the one above the filer, or the filer itself
    for a unit that has no node, and at the top."""
    above = tree[filer].parent if filer in tree else None
    if above is None or unit != filer:
        return filer
    return keyring.nearest_node(above, tree) or filer


def possible(state: ReviewState) -> Sequence[ReviewStep]:
    """What can be done in a state, by whoever's turn it is."""
    return tuple(REVIEW[state])


def open_requests(acts: Iterable[Act], revision: str) -> list[Act]:
    """The requests about a revision that nobody has answered, the oldest first."""
    known = in_order(acts)
    answered = {act.answers for act in known if act.answers}
    asked = [act for act in known if act.said in ASKED and act.revision == revision]
    return [act for act in asked if act.envelope not in answered]


ASKED = frozenset({"correct", "exempt", "unlock", "late"})
