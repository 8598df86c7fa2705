"""Units that moved, merged, split or were recoded within a period: the difference between it and the one before."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.agreement.residual import Scope


class Passage(NamedTuple):
    """A unit whose figures were below one unit before a period, and are below another at its end."""

    unit: str
    was: str
    now: str
    share: str = ""


def moves_found(scope: Scope, period: Period, home: str, answered: Collection[str]) -> Iterator[Finding]:
    """For each unit that went elsewhere within a period: where from, where to. The node says so that answers for the
    first unit above both, for everybody else's totals changed with it, or had nothing to do with it."""
    if scope.before is None or scope.before is scope.tree:
        return
    for one in passages(scope, period):
        if first_above(scope.before, one.was, scope.tree, one.now) in answered:
            held = f"{one.now} × {one.share}" if one.share else one.now
            yield Finding(
                level="arithmetic", reason="unit_moved", node=home, unit=one.unit, form=scope.form.code,
                period=str(period), sent=one.was, held=held,
            )  # fmt: skip


def passages(scope: Scope, period: Period) -> Iterator[Passage]:
    """The units that have another parent than before the period, and those whose place another took within it."""
    before, now = scope.before or scope.tree, scope.tree
    for code, unit in sorted(now.units.items()):
        was = before.units.get(code)
        if was is not None and was.parent != unit.parent:
            yield Passage(code, was.parent or "", unit.parent or "")
    for code, unit in sorted(scope.catalogue.tree.units.items()):
        for one in unit.replaced_by:
            if period.first_day <= one.on <= period.last_day and code in before and one.code in now:
                yield Passage(code, code, one.code, "" if one.share == 1 else str(one.share))


def first_above(before: Tree, was: str, now: Tree, after: str) -> str:
    """The first unit that lies above both, each on its own day."""
    old = frozenset(before.path(was))
    return next((upper for upper in now.path(after) if upper in old), "")
