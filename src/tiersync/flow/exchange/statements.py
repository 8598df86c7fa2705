"""Statements: both sides of a link compare what they hold now, so that no figure changes behind anybody's back."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.restored import is_recovering
from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.healing.examine import mark, name_damage
from tiersync.flow.node import Node
from tiersync.link.dialogue.listing import ListRest, next_part
from tiersync.link.dialogue.messages import MOST_STATEMENTS, Exchange, Listed, Statement
from tiersync.link.sound import head_that_fits
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.store.database import Connection, Row
from tiersync.store.findings import open_findings
from tiersync.store.links.envelopes import load
from tiersync.store.reports.reports import HELD, current_reports, filed_periods
from tiersync.store.reports.rounds import Named, looked_just_now, stored

AT_ONCE = 200  # reports whose bytes are in memory together


class Stands(NamedTuple):
    """What is held of one form and period, of what was filed in one part of the tree: the sound reports, and those
    whose bytes are not what was sealed."""

    sound: Sequence[Row[Any]]
    unsound: Sequence[Row[Any]]
    digest: str

    def say(self, named: Named) -> Statement:
        return Statement(form=named[0], period=named[1], reports=len(self.sound), digest=self.digest)


def state(db: Connection, node: Node, rest: ListRest | None, now: datetime) -> tuple[Statement, ...]:
    """What a child says it holds of its part of the tree: of what this push looked at, and after it was put back to an
    older copy of everything; while a list goes on, of what is left of it."""
    return tuple(stands(db, node, node.home, named).say(named) for named in stated(db, rest, now))


def stated(db: Connection, rest: ListRest | None, now: datetime) -> Sequence[Named]:
    """The forms and periods of which it says so."""
    looked = filed_periods(db) if is_recovering(db) else looked_just_now(db, now)
    return rest.named if rest else sorted(_latest(looked))


def _latest(looked: Iterable[Named]) -> Sequence[Named]:
    """As many forms and periods as a message states, the latest."""
    return sorted(looked, key=lambda named: (named[1], named[0]), reverse=True)[:MOST_STATEMENTS]


def stands(db: Connection, node: Node, unit: str, named: Named) -> Stands:
    """The current reports that `unit`'s node and those below it filed, their bytes read again from the store; but for
    those of units that lay elsewhere in that period: whoever knew it refused them."""
    tree = node.tree(db)
    placed = tree.placed_on(Period(named[1]).last_day)
    rows = [row for row in current_reports(db, *named) if row.origin in tree and tree.is_within(row.origin, unit)]
    if placed is not tree:
        rows = [row for row in rows if placed.is_within(row.unit, row.origin)]
    bodies = list(_bodies(db, rows))
    sound = [row for row, body in bodies if body]
    unsound = [row for row, body in bodies if not body and row.state == HELD]
    lines = sorted(_line(row, body) for row, body in bodies if body)
    return Stands(sound, unsound, digest("\n".join(lines).encode()))


def _line(row: Row[Any], body: str) -> str:
    return f"{row.unit}|{row.part}|{row.tenure}.{row.epoch}.{row.revision}|{row.digest}|{body}"


def _bodies(db: Connection, rows: Sequence[Row[Any]]) -> Iterable[tuple[Row[Any], str]]:
    """The digest of each report's body as it is now; '' for one that does not fit its head."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        loaded = load(db, [row.envelope for row in some if row.state == HELD])
        for row in some:
            head = head_that_fits(loaded.get(row.envelope), row.envelope)
            yield row, head.digest if head else ""


class Compared(NamedTuple):
    """Our statements where they are not the child's, and what is held of each, one by one."""

    differs: tuple[Statement, ...] = ()
    listed: tuple[Listed, ...] = ()


def compare_statements(db: Connection, node: Node, said: Exchange, now: datetime, is_first: bool) -> Compared:
    """Hold a child's statements against what is held here of it. What still differs when neither side has anything to
    give is *unexplained*, except in the first turn of a renewed link: there the child files again, and hears of forms
    and periods that it may have forgotten."""
    stated = [(one.form, one.period) for one in said.statements]
    asked = dict.fromkeys([*stated, *(stored(db) if said.holds is not None else ())])
    held = {named: stands(db, node, said.unit, named) for named in asked}
    held = {named: one for named, one in held.items() if named in stated or one.sound}
    unsound = [row for one in held.values() for row in one.unsound]
    if unsound:
        mark(db, node, unsound, now)
        name_damage(db, node, now)
    ours = {named: one.say(named) for named, one in held.items()}
    if may_seal(db) and not (is_first and said.holds is not None):
        report_up(db, node, _unexplained(db, node, said, ours), now)
    unlike = [named for named, statement in ours.items() if statement not in said.statements]
    differs = {named: ours[named] for named in _latest(unlike)}
    rows = next_part((row for named in differs for row in held[named].sound), said.listed_up_to)
    return Compared(tuple(differs[named] for named in sorted(differs)), tuple(_list(row) for row in rows))


def _list(row: Row[Any]) -> Listed:
    return Listed(
        form=row.form, period=row.period, unit=row.unit, part=row.part, tenure=row.tenure, epoch=row.epoch,
        revision=row.revision, digest=row.digest, envelope=row.envelope,
    )  # fmt: skip


def _unexplained(db: Connection, node: Node, said: Exchange, ours: Mapping[Named, Statement]) -> list[Finding]:
    """The findings to open, when all was tried to mend them, and those to close that an earlier exchange opened. Only
    what is damaged in the child's own part of the tree explains a difference."""
    known, theirs = open_findings(db), frozenset(node.tree(db).within(said.unit))
    explained = {(f.form, f.period) for f in known if (f.reason, f.level) == ("altered", "cells") and f.unit in theirs}
    compared = [_finding(said.unit, one, ours[one.form, one.period], explained) for one in said.statements]
    subjects = {f.subject for f in known}
    return [f for f in compared if (f.open and said.is_all_given) or (not f.open and f.subject in subjects)]


def _finding(child: str, theirs: Statement, held: Statement, explained: Container[Named]) -> Finding:
    return Finding(
        level="cells", reason="unexplained", node=child, unit=child, form=theirs.form, period=theirs.period,
        sent=theirs.digest[:16], held=held.digest[:16],
        open=held.digest != theirs.digest and (theirs.form, theirs.period) not in explained,
    )  # fmt: skip
