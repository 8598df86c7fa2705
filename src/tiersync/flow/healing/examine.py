"""Examining: sealed reports are read again from the store, so that no figure changes unseen."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.sealing import may_seal, parent_of
from tiersync.flow.node import Node
from tiersync.link.life import ReportStep
from tiersync.link.sound import head_that_fits, is_sound
from tiersync.model.canonical import digest
from tiersync.model.envelope import Envelope, Head
from tiersync.model.finding import Finding, Level
from tiersync.rules.agreement.reconcile import news
from tiersync.rules.calendar.look_again import SOONEST, Named, in_turn
from tiersync.store.database import Connection, Row
from tiersync.store.findings import unclosed_findings
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.envelopes import load
from tiersync.store.links.steps import keep_back, send_after_all, settle_damaged
from tiersync.store.reports import rounds
from tiersync.store.reports.compiled import forget_compiled
from tiersync.store.reports.damaged import (
    NOTHING,
    evidence_of,
    note_mended,
    put_right,
    set_aside,
    tidy_evidence,
)
from tiersync.store.reports.replaced import damaged_replaced, replaced_reports
from tiersync.store.reports.reports import (
    HELD,
    ArrivedReport,
    choose_current,
    current_reports,
    damaged_reports,
    index_again,
    key_of,
    rank_of,
    renumber,
    rows_under,
    step_report,
    waiting_of,
    without_row,
    wrongly_chosen,
)
from tiersync.store.reports.sealed import read_report

AT_ONCE = 200  # reports whose bytes are in memory together
SHORT = 16  # of a digest that a finding names


class Examined(NamedTuple):
    """What is not as it was sealed, and the forms and periods of which rows are gone that no seal here brings back."""

    damaged: list[Finding]
    short: frozenset[Named] = frozenset()

    @property
    def is_sound(self) -> bool:
        return not self.damaged and not self.short


def examine(node: Node, concerned: Iterable[Named], now: datetime) -> Examined:
    """Look again at what is concerned and at what is next in the round, and name to everybody above what is not as it
    was sealed."""
    with node.store.read() as db:
        in_round = in_turn(rounds.looked_outside(db, now - SOONEST, now + SOONEST), now)
    return _look(node, concerned, in_round, now)


def examine_all(node: Node, now: datetime) -> Examined:
    """Look at every report that is held."""
    with node.store.read() as db:
        everything = rounds.stored(db)
    return _look(node, (), everything, now)


def _look(node: Node, concerned: Iterable[Named], wholly: Sequence[Named], now: datetime) -> Examined:
    looked = dict.fromkeys(concerned, False) | dict.fromkeys(wholly, True)
    with node.store.read() as db:
        unsound = [row for named in looked for row in unsound_rows(db, node, current_reports(db, *named))]
        unsound += [row for named in wholly for row in unsound_rows(db, node, replaced_reports(db, *named))]
        bad = {row.envelope for row in unsound}
        sound = [row for named in wholly for row in current_reports(db, *named) if row.envelope not in bad]
        unlike = list(_unlike_rows(db, sound))
        chosen = [key for named in looked for key in wrongly_chosen(db, *named)]
        again = [row for named in looked for row in _sound_again(db, node, current_reports(db, *named))]
        again += _sound_again(db, node, damaged_replaced(db)) if wholly else []
        is_short = any(rounds.is_short(db, named) for named in looked)
        unlike += _unindexed(db, node) if wholly or is_short else []
    with node.store.write() as db:
        mark(db, node, unsound, now)
        for one in unlike:
            stand_in(db, index_again(db, one), now)
        for key in chosen:
            choose_current(db, key)
        for row in again:
            take_back(db, row.envelope, now)
        rounds.note_looked(db, looked, now)
        tidy_evidence(db, now)
        short = frozenset(named for named in looked if rounds.is_short(db, named))
        return Examined(name_damage(db, node, now), short)


def count_again(node: Node, named: Iterable[Named]) -> None:
    """Whoever could have had what is gone was asked: what is here now is what there is, and what lacks of this node's
    own is counted anew."""
    with node.store.write() as db:
        for one in named:
            rounds.count_again(db, one)
            forget_compiled(db, *one)


def unsound_rows(db: Connection, node: Node, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """The reports whose stored bytes are not those that their origin sealed."""
    rows, keyring = [row for row in rows if row.state == HELD], node.known(db).keyring
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        loaded = load(db, [row.envelope for row in some])
        yield from (row for row in some if not is_sound(loaded.get(row.envelope), row.envelope, keyring))


def _sound_again(db: Connection, node: Node, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The reports that are called damaged, whose bytes are those that their origin sealed all the same."""
    bad, keyring = [row for row in rows if row.state != HELD], node.known(db).keyring
    loaded = load(db, [row.envelope for row in bad])
    return [row for row in bad if is_sound(loaded.get(row.envelope), row.envelope, keyring)]


def take_back(db: Connection, envelope: str, now: datetime) -> None:
    """The bytes are here as they were sealed: they count, and are sent."""
    step_report(db, envelope, ReportStep.MEND)
    note_mended(db, envelope, now)
    send_after_all(db, envelope)


def stand_in(db: Connection, again: Sequence[tuple[str, ArrivedReport]], now: datetime) -> None:
    """What was sealed twice is here twice: where the bytes under one seal are damaged, those under the other count."""
    rows = rows_under(db, [envelope for envelope, _ in again])
    for envelope, one in again:
        if envelope in rows and rows[envelope].state != HELD:
            take_over(db, envelope, one.head, now)
            step_report(db, one.head.id, ReportStep.MEND)


def take_over(db: Connection, envelope: str, head: Head, now: datetime) -> None:
    """The same words are here under another seal: those count where the bytes under this one are damaged. Its body is
    theirs, so it is whole again as well, and goes where it was on its way."""
    loaded = load(db, [envelope, head.id])
    renumber(db, envelope, head.id, head.epoch)
    whole = Envelope(loaded.get(envelope, NOTHING).seal, loaded[head.id].body)
    if is_sound(whole, envelope, load_keyring(db)):
        put_right(db, envelope, whole, now)
        send_after_all(db, envelope)
    else:
        note_mended(db, envelope, now)
        settle_damaged(db, envelope)


def mark(db: Connection, node: Node, unsound: Iterable[Row[Any]], now: datetime) -> None:
    """Damaged bytes are kept as evidence; they are never added or sent. What nobody above could have is lost."""
    for row in list(unsound_rows(db, node, unsound)):  # A good copy may have come since they were looked at.
        set_aside(db, row.envelope, now)
        step_report(db, row.envelope, ReportStep.DAMAGE)
        keep_back(db, row.envelope, "damaged")
        if row.is_current and parent_of(db) is None:
            give_up(db, node, row)


def give_up(db: Connection, node: Node, row: Row[Any]) -> None:
    """No neighbour holds a good copy of a report that this node filed: it is filed again. One from below comes again
    from there."""
    if row.origin == node.home:
        step_report(db, row.envelope, ReportStep.GIVE_UP)
        forget_compiled(db, row.form, row.period)


def name_damage(db: Connection, node: Node, now: datetime) -> list[Finding]:
    """Tell upward what is damaged and what is mended since; returns what is damaged now of what counts."""
    seen = [damage_of(db, node, row) for row in damaged_reports(db)]
    before = [damage_of(db, node, row) for row in damaged_replaced(db)]
    known = [finding for finding in unclosed_findings(db, node.home) if finding.reason == "altered"]
    if may_seal(db):
        report_up(db, node, news(known, [*before, *seen]), now)
    return seen


def damage_of(db: Connection, node: Node, row: Row[Any]) -> Finding:
    """The finding of one report that is not as it was sealed: by its digests, until a good copy shows the figures. Of a
    replaced revision no cell is wrong that anybody counts."""
    found = evidence_of(db, row.envelope) or load(db, [row.envelope]).get(row.envelope)
    return Finding(
        level=level_of(row), reason="altered", node=node.home, unit=row.unit, form=row.form, period=row.period,
        part=row.part, revision=row.digest, sent=row.digest[:SHORT],
        held=digest(found.body)[:SHORT] if found and found.body else "",
    )  # fmt: skip


def level_of(row: Row[Any]) -> Level:
    return "cells" if row.is_current else "holdings"


def _unlike_rows(db: Connection, rows: list[Row[Any]]) -> list[ArrivedReport]:
    found = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        loaded = load(db, [row.envelope for row in some])
        read = ((row, _arrived(loaded.get(row.envelope), row.envelope)) for row in some)
        found += [one for row, one in read if one and not says_the_same(row, one)]
    return found


def says_the_same(row: Row[Any], one: ArrivedReport) -> bool:
    """Whether a row says of a report what its seal says."""
    report = one.report
    sealed = (report.key, (report.tenure, one.head.epoch, report.revision), one.head.origin)
    said = (key_of(row), tuple(rank_of(row)), row.origin)
    digests = (report.cells.digest, report.digest, report.catalogue, waiting_of(report))
    return sealed == said and digests == (row.cells_digest, row.digest, row.catalogue, row.waiting)


def _unindexed(db: Connection, node: Node) -> list[ArrivedReport]:
    """Sealed reports of which the index says nothing."""
    ids, found, keyring = without_row(db), list[ArrivedReport](), node.known(db).keyring
    for start in range(0, len(ids), AT_ONCE):
        loaded = load(db, ids[start : start + AT_ONCE])
        loaded = {id_: envelope for id_, envelope in loaded.items() if is_sound(envelope, id_, keyring)}
        found += [one for id_, envelope in loaded.items() if (one := _arrived(envelope, id_))]
    return found


def _arrived(envelope: Envelope | None, id_: str) -> ArrivedReport | None:
    head, report = head_that_fits(envelope, id_), read_report(envelope)
    return ArrivedReport(head, report) if head and report else None
