"""What the office above says about reports: decided for each of those that are meant, then said in one verdict for each
node that filed some."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from tiersync.errors import NothingToReview, NotOursToReview, ReportLocked, TiersyncError
from tiersync.flow.exchange.sealing import send
from tiersync.flow.figures.asked import form_for
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.flow.review.screened import check_texts
from tiersync.flow.review.words import not_possible
from tiersync.link.keyring import Keyring
from tiersync.link.life import REVIEW, ReviewStep
from tiersync.link.review import STEPS, locked_by, reviewer_of
from tiersync.model.finding import LOCKS, MOST_REPORTS, CellNamed, ReportNamed, Said, Verdict
from tiersync.model.period import Period
from tiersync.model.report import Part, ReportKey
from tiersync.model.unit import Tree
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.acts import keep_acts


class Meant(NamedTuple):
    """Which reports of a form and period are meant: of these units, or of every one that is reviewed here; of one part,
    or of both."""

    form: str
    period: Period
    units: tuple[str, ...] = ()
    part: Part | None = None


class Words(NamedTuple):
    """What goes with a verdict: why, which cells, until when, whether nobody looked, and the request it answers."""

    reasons: tuple[str, ...] = ()
    cells: tuple[CellNamed, ...] = ()
    due_on: date | None = None
    by_itself: bool = False


class Decided(NamedTuple):
    """One report: what would be said of it and to whose node, or why nothing can be."""

    key: ReportKey
    to: str
    named: ReportNamed | None
    answers: str = ""
    why_not: TiersyncError | None = None


def judge(node: Node, said: Said, meant: Meant, words: Words, now: datetime, dry_run: bool = False) -> list[Decided]:
    """Say this of every report that is meant and may be so judged; returns what was decided of each. Raises
    NothingToReview, PersonalData, and the first reason where units were named and none of them may."""
    check_texts(words.reasons)
    with node.store.write() as db:
        decided = list(decide(db, node, said, meant))
        if not decided:
            raise NothingToReview(form=meant.form, period=meant.period)
        if all(one.why_not for one in decided) and meant.units:
            raise next(one.why_not for one in decided if one.why_not)
        if not dry_run:
            say(db, node, said, decided, words, now)
    return decided


def decide(db: Connection, node: Node, said: Said, meant: Meant) -> Iterator[Decided]:
    """What can be said of each report that is meant. Where no unit is named, those that somebody else reviews, and
    those of which it cannot be said now, are passed over."""
    keyring, tree = load_keyring(db), node.tree_in(db, meant.period)
    known = reviewed(db, node, meant.form, str(meant.period))
    for key in meant_keys(db, node, meant, known, said):
        one = known.get(key) or ReviewedReport(key, None, None, ())
        filer = one.row.origin if one.row is not None else keyring.nearest_node(key.unit, tree) or node.home
        reviewer = reviewer_of(tree, keyring, filer, key.unit)
        if reviewer != node.home and not (said in LOCKS and tree.is_within(filer, node.home)):
            yield Decided(key, filer, None, why_not=NotOursToReview(unit=key.unit, reviewer=reviewer))
        elif said == "unlocked" and (above := _locked_above(node, one, tree)):
            why = ReportLocked(form=key.form, period=key.period, unit=key.unit, by=above)
            yield Decided(key, filer, None, why_not=why)
        elif not _may(one, said):
            yield Decided(key, filer, None, why_not=not_possible(one, STEPS_SAID[said]))
        else:
            named = one.name(meant.period)
            yield Decided(key, filer, named, answers=next((act.envelope for act in one.requests), ""))


def _locked_above(node: Node, one: ReviewedReport, tree: Tree) -> str:
    """Who locked a report and is above this node; '' where nobody is."""
    return next((by for by in locked_by(one.revision, one.acts, tree) if not tree.is_within(by, node.home)), "")


STEPS_SAID = {**STEPS, "declined": ReviewStep.GRANT, "exempted": ReviewStep.GRANT}


def meant_keys(
    db: Connection, node: Node, meant: Meant, known: dict[ReportKey, ReviewedReport], said: Said
) -> Iterable[ReportKey]:
    """The reports that are meant. Of a named unit also those that are not filed yet, for they may be granted and
    exempted."""
    parts = (meant.part,) if meant.part else ("own", "total")
    if not meant.units:
        tree, keyring = node.tree_in(db, meant.period), load_keyring(db)
        return [key for key, one in known.items() if key.part in parts and _passes(node, tree, keyring, one, said)]
    tree = node.tree(db)
    named = (ReportKey(meant.form, tree[unit].code, str(meant.period), part) for unit in meant.units for part in parts)
    return [key for key in named if key in known or (said in OF_NOTHING and _is_asked(db, node, meant.period, key))]


OF_NOTHING = frozenset({"granted", "declined", "exempted"})  # what can be said where nothing is filed


def _passes(node: Node, tree: Tree, keyring: Keyring, one: ReviewedReport, said: Said) -> bool:
    """Whether a report is meant where none is named."""
    if one.row is None or not _may(one, said):
        return False
    return said in LOCKS or reviewer_of(tree, keyring, one.row.origin, one.key.unit) == node.home


def _is_asked(db: Connection, node: Node, period: Period, key: ReportKey) -> bool:
    """Whether a unit owes its own part of the form."""
    form, tree = form_for(db, node, key.form, period), node.tree(db).on(period.last_day)
    return form is not None and key.part == "own" and key.unit in tree and bool(form.asked_of(tree[key.unit].tier))


def _may(one: ReviewedReport, said: Said) -> bool:
    """Whether this can be said of a report as it stands."""
    match said:
        case "exempted":
            return one.row is None
        case "granted" if one.row is None:
            return True
        case "declined":
            return bool(one.requests)
        case _:
            return one.state is not None and STEPS_SAID[said] in REVIEW[one.state]


def say(db: Connection, node: Node, said: Said, decided: Sequence[Decided], words: Words, now: datetime) -> None:
    """Seal what was decided, one verdict for each node that filed some and each request that is answered."""
    groups: dict[tuple[str, str], list[ReportNamed]] = {}
    for one in decided:
        if one.named is not None:
            groups.setdefault((one.to, one.answers), []).append(one.named)
    for (to, answers), named in groups.items():
        for start in range(0, len(named), MOST_REPORTS):
            verdict = Verdict(
                to=to, envelope=answers, verdict=said, reasons=words.reasons, cells=words.cells, due_on=words.due_on,
                reports=tuple(named[start : start + MOST_REPORTS]), by_itself=words.by_itself,
            )  # fmt: skip
            keep_acts(db, send(db, node, verdict, now), verdict)
