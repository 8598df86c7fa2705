"""Mending: what is damaged or lost comes back from the neighbour who holds it, and only its origin's seal makes it
good."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.restored import outrank
from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.exchange.statements import stands, stated
from tiersync.flow.healing.examine import SHORT, give_up, level_of, name_damage, says_the_same, take_over
from tiersync.flow.node import Node
from tiersync.link.accept import Known, Taken, judge
from tiersync.link.dialogue.child import Mend
from tiersync.link.dialogue.listing import ListPart, ListRest, part_heard, rest_of
from tiersync.link.dialogue.messages import MOST_MENDED, Exchange, Exchanged, Listed
from tiersync.link.dialogue.receive import numbered, read_arrived, that_fit
from tiersync.link.life import ReportStep
from tiersync.link.sound import is_sound, read_altered
from tiersync.link.wire import BATCH
from tiersync.model.envelope import Envelope, Head
from tiersync.model.finding import Finding
from tiersync.model.report import Rank, Report
from tiersync.rules.agreement.reconcile import altered
from tiersync.store.database import Connection, Row
from tiersync.store.links.envelopes import Stored, keep, load, numbers_taken
from tiersync.store.links.links import child_peers, parent_link
from tiersync.store.links.numbers import note_numbers
from tiersync.store.links.outbox import never_there
from tiersync.store.links.steps import send_after_all
from tiersync.store.locks import hold_node
from tiersync.store.reports.damaged import (
    NOTHING,
    evidence_of,
    note_asked,
    put_right,
    seen_before,
    set_aside,
    to_ask_for,
)
from tiersync.store.reports.reports import (
    DAMAGED,
    HELD,
    ArrivedReport,
    damaged_reports,
    index_again,
    rank_of,
    revisions_of,
    rows_under,
    step_report,
)
from tiersync.store.reports.rounds import Named, note_known

ONCE = timedelta(days=1)  # how often a neighbour is asked for the same copy
MOST_NAMED = 50  # cells of one report that are named one by one with both values


class Mending(NamedTuple):
    """What a child gives that its parent lacks, the ids of what it asks for, and what the parent has not listed yet."""

    gives: tuple[Envelope, ...] = ()
    wants: tuple[str, ...] = ()
    rest: ListRest | None = None


def compare_lists(db: Connection, node: Node, mend: Mend, now: datetime) -> Mending:
    """What to give and to ask for where the parent holds something else of this node's part of the tree."""
    differs = {(one.form, one.period) for one in mend.answer.differs}
    note_known(db, sorted(differs))
    part = part_heard(mend.answer, mend.rest)
    there = {one.envelope: one for one in part.listed}
    held = [stands(db, node, node.home, named) for named in sorted(differs) if part.touches(named)]
    ours = {row.envelope for one in held for row in one.sound if part.covers(row)}
    wants = _wants(db, node, [one for envelope, one in there.items() if envelope not in ours], now)
    _give_up_rest(db, node, differs, part)
    gives = _gives(db, node, [*sorted(ours - there.keys()), *_asked_back(db, node, mend.answer)])
    return Mending(gives, wants, rest_of(mend.answer, part))


def _asked_back(db: Connection, node: Node, answer: Exchanged) -> list[str]:
    """What the parent asks for, of what was filed in this node's part of the tree."""
    return _within(db, node, answer.wants, node.home)


def _within(db: Connection, node: Node, ids: Sequence[str], unit: str) -> list[str]:
    """Those of these reports that were filed in one part of the tree."""
    tree = node.tree(db)
    rows = rows_under(db, ids).values()
    return [row.envelope for row in rows if row.origin in tree and tree.is_within(row.origin, unit)]


def _gives(db: Connection, node: Node, ids: Sequence[str]) -> tuple[Envelope, ...]:
    """Copies of what the parent had once; what still waits for it goes its own way."""
    never = never_there(db, parent_link(db).peer, ids)
    return sound_copies(db, node, [id_ for id_ in ids if id_ not in never][:MOST_MENDED])


def sound_copies(db: Connection, node: Node, ids: Sequence[str]) -> tuple[Envelope, ...]:
    """As many of these envelopes as one message carries, each as it was sealed."""
    if not ids:
        return ()
    loaded, keyring = load(db, ids[:MOST_MENDED]), node.known(db).keyring
    return tuple(_that_fit(e for id_, e in loaded.items() if is_sound(e, id_, keyring)))


def _that_fit(envelopes: Iterable[Envelope]) -> Iterator[Envelope]:
    """As many as a batch holds; one always does."""
    total = 0
    for envelope in envelopes:
        size = len(envelope.seal) + len(envelope.body)
        if total and total + size > BATCH:
            return
        total += size
        yield envelope


def _wants(db: Connection, node: Node, lacking: Sequence[Listed], now: datetime) -> tuple[str, ...]:
    """What is not here as it was sealed: an index that says something else is made right at once, the rest is asked
    for, once a day."""
    ids = [one.envelope for one in lacking]
    rows, loaded, known = rows_under(db, ids), load(db, ids), node.known(db)
    bad = []
    for one in lacking:
        envelope, row = loaded.get(one.envelope), rows.get(one.envelope)
        taken = judge(envelope, known) if envelope and is_sound(envelope, one.envelope, known.keyring) else None
        if not isinstance(taken, Taken) or not isinstance(taken.body, Report):
            bad.append(one.envelope)
        elif row is None or not says_the_same(row, ArrivedReport(taken.head, taken.body)):
            index_again(db, ArrivedReport(taken.head, taken.body))
    wanted = to_ask_for(db, bad, now, ONCE)[:MOST_MENDED]
    for id_ in wanted:
        set_aside(db, id_, now)
    return tuple(wanted)


def note_answered(db: Connection, wanted: Collection[str], copies: Iterable[Envelope], now: datetime) -> None:
    """The neighbour heard what it was asked for: when none of it came, it is not asked again at once, nor for what came
    and could not be taken. What lacks of some that came did not fit into the answer, and what a broken line swallowed
    was never asked for."""
    came = {read_arrived(1, copy).id for copy in copies}
    not_taken = [id_ for id_ in wanted if id_ in came and evidence_of(db, id_) is not None]
    note_asked(db, wanted if came.isdisjoint(wanted) else not_taken, now)


def _give_up_rest(db: Connection, node: Node, differs: Container[Named], part: ListPart) -> None:
    """What is damaged here and would be listed if it were held above is given up."""
    above = {one.envelope for one in part.listed}
    for row in damaged_reports(db):
        is_missing = (row.form, row.period) in differs and part.covers(row) and row.envelope not in above
        if is_missing and row.state == DAMAGED:
            give_up(db, node, row)


def give_up_agreed(db: Connection, node: Node, answer: Exchanged, now: datetime) -> None:
    """What has been damaged here for a day, and where the node above holds no more than this one: its copy is damaged
    too, or it never had one, and there was time for it to ask further up."""
    named = stated(db, None, now)
    if len(named) != answer.compared:
        return  # Only what was left of a list was compared.
    agreed = {*named} - {(one.form, one.period) for one in answer.differs}
    bad = [row for row in damaged_reports(db) if row.state == DAMAGED and (row.form, row.period) in agreed]
    waited = seen_before(db, [row.envelope for row in bad], now - ONCE)
    for row in bad:
        if row.envelope in waited:
            give_up(db, node, row)


def copies_for(db: Connection, node: Node, said: Exchange) -> tuple[Envelope, ...]:
    """What a child asks for, of what was filed in its part of the tree and is here as it was sealed."""
    return sound_copies(db, node, _within(db, node, said.wants, said.unit))


def take_copies(db: Connection, node: Node, copies: Sequence[Envelope], peer: str, now: datetime) -> int:
    """Put copies where damaged bytes are or nothing is; returns how many. What is here as it was sealed stays."""
    if not copies:
        return 0
    hold_node(db)
    known, told, mended = node.known(db), list[Finding](), 0
    for came in that_fit(read_arrived(1, copy) for copy in copies):
        one = _judged(db, node, came.envelope, peer, known)
        if one:  # Put at once: of two under one number only the first is taken.
            told += _put(db, node, one, came.envelope, peer, now)
            mended += 1
    if mended and may_seal(db):
        report_up(db, node, told, now)
        outrank(db, node, now)
    if mended:
        name_damage(db, node, now)
    return mended


def _judged(db: Connection, node: Node, copy: Envelope, peer: str, known: Known) -> ArrivedReport | None:
    """A copy of a report that is needed here, as its origin sealed it; None for any other."""
    taken = judge(copy, known)
    if not isinstance(taken, Taken) or not isinstance(taken.body, Report):
        return None
    one, below = ArrivedReport(taken.head, taken.body), peer if peer in child_peers(db) else node.home
    if not known.tree.is_within(one.head.origin, below) or _is_here(db, one, known):
        return None
    rival = _under_another_seal(db, one)
    if rival is not None and (rival.state == HELD or rival.digest != one.report.digest):
        return None
    there = numbers_taken(db, [one.head]).get(numbered(one.head), one.head.id)
    return one if there == one.head.id else None


def _is_here(db: Connection, one: ArrivedReport, known: Known) -> bool:
    """Whether this report is here as it was sealed, and the index says so."""
    here, row = load(db, [one.head.id]).get(one.head.id), rows_under(db, [one.head.id]).get(one.head.id)
    says_so = row is not None and row.state == HELD and says_the_same(row, one)
    return says_so and is_sound(here, one.head.id, known.keyring)


def _under_another_seal(db: Connection, one: ArrivedReport) -> Row[Any] | None:
    """The row of the same revision that stands here under another seal: what was sealed again has two of them."""
    rank = Rank(one.report.tenure, one.head.epoch, one.report.revision)
    rows = revisions_of(db, [one.report.key]).get(one.report.key, ())
    return next((row for row in rows if rank_of(row) == rank and row.envelope != one.head.id), None)


def _put(db: Connection, node: Node, one: ArrivedReport, copy: Envelope, peer: str, now: datetime) -> list[Finding]:
    """Store one good copy; returns what is told of it, closed already: each altered figure with both values."""
    head, rival = one.head, _under_another_seal(db, one)
    before, here = evidence_of(db, head.id), load(db, [head.id]).get(head.id)
    if here is None:
        keep(db, [Stored(head, copy, _came_from(db, node, head, peer))], now)
        note_numbers(db, node.home, [head])
    is_unlike = here != copy
    put_right(db, head.id, copy, now)
    send_after_all(db, head.id)
    if rival is not None:  # Its bytes are damaged.
        take_over(db, rival.envelope, head, now)
    index_again(db, one)
    step_report(db, head.id, ReportStep.MEND)
    level = level_of(rows_under(db, [head.id])[head.id])
    told = _figures(node, one.report, before or here or NOTHING) if is_unlike else ()
    return [figure.model_copy(update={"level": level, "open": False}) for figure in told]


def _came_from(db: Connection, node: Node, head: Head, peer: str) -> str:
    """Over whose link a copy would have come: the child below which it was sealed, whoever brings it back."""
    if head.origin == node.home:
        return node.home
    tree = node.tree(db)
    return next((child for child in child_peers(db) if tree.is_within(head.origin, child)), peer)


def _figures(node: Node, report: Report, before: Envelope) -> Iterator[Finding]:
    """What was altered; of what cannot be read any more only that it was."""
    held = list(sealed.cells.rows()) if (sealed := read_altered(before)) else []
    findings = list(altered(node.home, report.key, report.digest, report.cells, held)) if held else []
    yield from findings[:MOST_NAMED]
    if not findings:
        yield Finding(
            level="cells", reason="altered", node=node.home, unit=report.unit, form=report.form,
            period=str(report.period), part=report.part, revision=report.digest, sent=report.digest[:SHORT],
        )  # fmt: skip
