"""Where an envelope goes from here: up until everybody above has it, down to whom it concerns."""

from collections.abc import Iterable

from tiersync.model.envelope import VERSIONS, Body
from tiersync.model.notice import Notice
from tiersync.model.unit import Tree

UP = frozenset({"report", "receipt", "finding"})
FROM_BELOW = UP | {"charter", "request", "verdict"}
FROM_ABOVE = frozenset({"catalogue", "charter", "notice", "verdict", "request"})
SUPPLIED = frozenset({"catalogue", "charter"})  # what anybody who has it may hand over
# What a node put back to an older copy gets again of its own.
GIVEN_BACK = SUPPLIED | {"notice", "receipt", "finding", "verdict", "request"}


def may_come(kind: str, allowed: frozenset[str], is_our_own: bool) -> bool:
    """Whether an envelope of this kind may come over a link; one that a newer program invented always may."""
    return kind in (GIVEN_BACK if is_our_own else allowed) or kind not in VERSIONS


def peers_for(
    body: Body, home: str, came_from: str, parent: str | None, children: Iterable[str], tree: Tree
) -> list[str]:
    """The linked peers that must get this envelope; never the one it came from."""
    wanted = set(_up(body, parent)) | set(_down(body, list(children), tree))
    return sorted(wanted - {came_from})


def _up(body: Body, parent: str | None) -> list[str]:
    if parent is None:
        return []
    return [parent] if _rises(body) else []


def _rises(body: Body) -> bool:
    """What is said about reports concerns everybody who holds them, and those are above."""
    match body.kind:
        case "request":
            return body.asks != "send_again"
        case "verdict":
            return body.is_of_reports
        case _:
            return body.kind in UP or body.kind == "charter"


def _down(body: Body, children: list[str], tree: Tree) -> list[str]:
    match body.kind:
        case "catalogue":
            return children
        case "charter":
            return [child for child in children if tree.is_within(child, body.unit)]
        case "notice":
            return [child for child in children if concerns(body, child, tree)]
        case "verdict":
            return [child for child in children if tree.is_within(body.to, child)]
        case "request" if body.asks == "send_again":
            return [child for child in children if tree.is_within(body.to, child)]
        case _:
            return []


def audience_of(notice: Notice, tree: Tree) -> list[str]:
    """Every unit a notice is for, in order of code; its issuer is not among them."""
    below = [unit for unit in tree.below(notice.issued_by) if tree[unit].tier in notice.audience.tiers]
    named = [unit for unit in notice.audience.units if tree.is_within(unit, notice.issued_by)]
    return sorted({*below, *named} - {notice.issued_by})


def concerns(notice: Notice, unit: str, tree: Tree) -> bool:
    """Whether a notice is for `unit` or for any unit below it."""
    audience = set(audience_of(notice, tree))
    return any(lower in audience for lower in tree.within(unit))
