"""What the office that files reports asks of the one above, and taking back what was not sent yet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from tiersync.errors import AlreadyAsked, NothingToReview, NotOursToFile, TiersyncError
from tiersync.flow.exchange.sealing import parent_of, send
from tiersync.flow.node import Node
from tiersync.flow.review.judging import Meant, Words
from tiersync.flow.review.judging import judge as judge_reports
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.flow.review.screened import check_texts
from tiersync.flow.review.words import not_possible
from tiersync.link.life import REVIEW, ReviewState, ReviewStep
from tiersync.link.review import reviewer_of
from tiersync.model.finding import MOST_REPORTS, ReportNamed, Request
from tiersync.model.report import ReportKey
from tiersync.store.database import Connection, Row
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.links import note_audit
from tiersync.store.links.outbox import never_there, unplaced
from tiersync.store.reports.acts import keep_acts
from tiersync.store.reports.compiled import forget_compiled
from tiersync.store.reports.entered import note_recalled
from tiersync.store.reports.reports import current_report, key_of
from tiersync.store.reports.unfiled import unfile

Asks = Literal["correct", "unlock", "late", "exempt"]
ASKED_IN: dict[Asks, tuple[ReviewState | None, ...]] = {
    "correct": (ReviewState.ACCEPTED,),
    "unlock": (ReviewState.LOCKED,),
    "late": (None, ReviewState.RECEIVED, ReviewState.RETURNED, ReviewState.CORRECTING),
    "exempt": (None,),
}
ASKED_STEP: dict[Asks, ReviewStep] = {
    "correct": ReviewStep.GRANT, "unlock": ReviewStep.UNLOCK, "late": ReviewStep.GRANT, "exempt": ReviewStep.GRANT,
}  # fmt: skip


class AskedOf(NamedTuple):
    """A report about which something is asked, or why nothing can be; `by_ourselves` where this node reviews it,
    too."""

    key: ReportKey
    named: ReportNamed | None
    by_ourselves: bool = False
    why_not: TiersyncError | None = None


def ask(node: Node, asks: Asks, meant: Meant, text: str, now: datetime, dry_run: bool = False) -> list[AskedOf]:
    """Ask the office above, for reports that this node files; of what it reviews itself it grants a correction at once.
    Raises NothingToReview, PersonalData, and the first reason where none of them can be asked for."""
    check_texts((text,))
    with node.store.write() as db:
        asked = list(_asked(db, node, asks, meant))
        if not asked:
            raise NothingToReview(form=meant.form, period=meant.period)
        if all(one.why_not for one in asked):
            raise next(one.why_not for one in asked if one.why_not)
        named = [one.named for one in asked if one.named and not one.by_ourselves]
        parent = parent_of(db)
        for start in range(0, len(named) if not dry_run and parent else 0, MOST_REPORTS):
            request = Request(
                to=parent, asks=asks, form=meant.form, period=str(meant.period), text=text,
                reports=tuple(named[start : start + MOST_REPORTS]),
            )  # fmt: skip
            keep_acts(db, send(db, node, request, now), request)
    ours = tuple(dict.fromkeys(one.key.unit for one in asked if one.named and one.by_ourselves))
    if ours and not dry_run:
        said: Literal["granted", "unlocked"] = "unlocked" if asks == "unlock" else "granted"
        judge_reports(node, said, meant._replace(units=ours), Words(reasons=(text,)), now)
    return asked


def _asked(db: Connection, node: Node, asks: Asks, meant: Meant) -> Iterator[AskedOf]:
    tree, keyring = node.tree_in(db, meant.period), load_keyring(db)
    known = reviewed(db, node, meant.form, str(meant.period))
    parts = (meant.part,) if meant.part else ("own",)
    for unit in meant.units or (node.home,):
        for part in parts:
            key = ReportKey(meant.form, tree[unit].code, str(meant.period), part)
            one = known.get(key) or ReviewedReport(key, None, None, ())
            filer = keyring.nearest_node(key.unit, tree) or node.home
            if filer != node.home:
                yield AskedOf(key, None, why_not=NotOursToFile(unit=key.unit, filer=filer))
            elif any(request.said == asks for request in one.requests):
                yield AskedOf(key, None, why_not=AlreadyAsked(form=key.form, period=key.period, unit=key.unit))
            elif one.state not in ASKED_IN[asks]:
                yield AskedOf(key, None, why_not=not_possible(one, ASKED_STEP[asks]))
            else:
                named = one.name(meant.period)
                yield AskedOf(key, named, reviewer_of(tree, keyring, node.home, key.unit) == node.home)


class Recalled(NamedTuple):
    """A report that was taken back before it went, with the totals over it that were; or why it cannot be."""

    key: ReportKey
    why_not: TiersyncError | None = None


def recall(node: Node, meant: Meant, now: datetime, dry_run: bool = False) -> list[Recalled]:
    """Take back the reports that are meant and were not sent yet, as if they had never been filed; they are kept back
    until somebody submits them. Raises NothingToReview, and the first reason where none can be."""
    with node.store.write() as db:
        parent, known = parent_of(db), reviewed(db, node, meant.form, str(meant.period))
        found = [one for one in known.values() if one.row is not None and one.row.origin == node.home]
        found = [one for one in found if not meant.units or one.key.unit in meant.units]
        if not found:
            raise NothingToReview(form=meant.form, period=meant.period)
        waiting = unplaced(db, parent, [one.row.envelope for one in found if one.row]) if parent else frozenset()
        free = [
            one
            for one in found
            if one.row is not None
            and one.row.envelope in waiting
            and (one.key.unit != node.home or (one.state is not None and ReviewStep.RECALL in REVIEW[one.state]))
            and not any(act.said in DECIDED and act.revision == one.revision for act in one.acts)
        ]
        recalled = [Recalled(one.key, None if one in free else not_possible(one, ReviewStep.RECALL)) for one in found]
        if not free and meant.units:
            raise next(one.why_not for one in recalled if one.why_not)
        if not dry_run:
            _take_back(db, node, free, known, now)
    return recalled


def _take_back(
    db: Connection, node: Node, free: Sequence[ReviewedReport], known: dict[ReportKey, ReviewedReport], now: datetime
) -> None:
    """A total that waits adds what is taken back: it goes along, and is made anew."""
    above = {upper for one in free for upper in node.tree(db).path(one.key.unit)}
    parent = parent_of(db) or ""
    over = [
        one
        for one in known.values()
        if one.key.part == "total" and one.key.unit in above and one.row is not None and one not in free
    ]
    waiting = unplaced(db, parent, [one.row.envelope for one in over if one.row])
    for one in [*free, *(one for one in over if one.row and one.row.envelope in waiting)]:
        if one.row is not None:
            _unfile(db, parent, one.row)
            note_audit(db, now, node.home, "recalled", " ".join(one.key))
    note_recalled(db, [one.key for one in free if one.key.part == "own"], now)
    for form, period in {(one.key.form, one.key.period) for one in free}:
        forget_compiled(db, form, period)


DECIDED = frozenset({"accepted", "returned", "granted", "locked"})  # What somebody has spoken about is not taken back.


def _unfile(db: Connection, parent: str, row: Row[Any]) -> None:
    """Take back a revision, and those before it that were replaced before they went: what stands then is with the unit
    above."""
    key = key_of(row)
    unsent: Row[Any] | None = row
    while unsent is not None:
        unfile(db, unsent)
        before = current_report(db, key)
        unsent = before if before is not None and never_there(db, parent, [before.envelope]) else None
