"""Damage and what is filed: healing goes before adding up, and what nobody holds is filed again by its owner."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.held import flip_a_byte, sealed_at
from tests.stories.known import DISTRICT, JANUARY, SENIOR, STREET, A, B, District, senior
from tiersync.errors import ParentDown
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.restored import hear_of_two
from tiersync.flow.node import Ask
from tiersync.flow.up import push
from tiersync.link.dialogue.messages import Exchange, Message
from tiersync.link.wire import read_message, seal_message
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.store.database import open_store
from tiersync.store.links.steps import refuse
from tiersync.store.reports.reports import current_report, current_reports, without_row
from tiersync.store.reports.rounds import count_again
from tiersync.store.tables import envelopes, reports

Q4 = "2025-Q4"


@pytest.fixture
def district(tmp_path: Path) -> District:
    """It answers for A and B alone."""
    district = District(tmp_path / "district")
    district.plugin("register", "senior", SENIOR)
    district.drop("register", "seniors.csv", [senior(1, A), senior(2, A), senior(3, B)])
    return district


@pytest.fixture
def community(district: District) -> District:
    """A has a node of its own."""
    community = District(district.folder.parent / "community", home=A, above=district)
    community.plugin("register", "senior", SENIOR, A)
    community.drop("register", "seniors.csv", [senior(person, A) for person in range(1, 6)])
    return community


def key_of(unit: str, part: str = "own") -> ReportKey:
    return ReportKey("aging-quarter", unit, Q4, part)


def spoil(office: District, key: ReportKey) -> None:
    with office.node.store.write() as db:
        row = current_report(db, key)
        assert row
        flip_a_byte(db, row)


@pytest.mark.parametrize(("unit", "part"), [(A, "own"), (DISTRICT, "total")])
def test_what_nobody_holds_any_more_is_filed_again_by_its_owner(district: District, unit: str, part: str) -> None:
    district.push(Q4)
    before = district.cell(unit, "P02", Q4, part=part)
    spoil(district, key_of(unit, part))
    done = district.push(Q4)
    assert len(done.altered) == 1
    assert district.cell(unit, "P02", Q4, part=part) == before
    again = district.report(unit, Q4, part)
    assert again
    assert (again.revision, district.findings()) == (2, [])
    assert reconcile(district.node, Wanted(), JANUARY) == []


def test_what_is_damaged_on_both_sides_of_a_link_is_filed_again_by_its_owner_after_a_day(
    district: District, community: District
) -> None:
    """Both sides hold as little, so nothing differs; the one above has a day to get a copy from further up."""
    community.push(Q4)
    for office in (community, district):
        spoil(office, key_of(A))
    filed = [community.push(Q4, JANUARY + timedelta(hours=hours)).filed for hours in (0, 1, 48, 49)]
    assert (filed[:2], sum(filed)) == ([0, 0], 1)
    assert district.cell(A, "P02", Q4) == (5, "ok")
    district.push(Q4, JANUARY + timedelta(days=2, hours=2))
    left = [(one.level, one.reason) for office in (community, district) for one in office.findings()]
    assert left == [("holdings", "altered")]  # The revision that nobody holds any more, and nobody counts.


def test_a_total_waits_for_the_good_copy_of_a_damaged_part(district: District, community: District) -> None:
    community.push(Q4)
    district.push(Q4)
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (6, "partial")
    spoil(district, key_of(A))
    district.drop("register", "seniors.csv", [senior(1, A), senior(2, A), senior(3, B), senior(4, B)])
    assert district.push(Q4).altered
    assert district.cell(B, "P02", Q4) == (2, "ok")
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (6, "partial")
    community.push(Q4)
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (5, "ok")
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (7, "partial")
    assert district.findings() == []


def test_a_number_that_was_given_twice_because_the_first_was_forgotten_is_outranked(
    district: District, community: District
) -> None:
    """The community lost its report with its seal and every trace of it, and files other figures under its number."""
    community.push(Q4)
    district.push(Q4)
    with community.node.store.write() as db:
        row = current_report(db, key_of(A))
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
        count_again(db, ("aging-quarter", Q4))
    community.drop("register", "seniors.csv", [senior(person, A) for person in range(1, 9)])
    community.push(Q4)
    filed = community.report(A, Q4)
    assert filed
    assert (filed.revision, filed.reason) == (2, "recovered")
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (8, "ok")
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (9, "partial")
    for office in (community, district):
        assert (office.findings(), reconcile(office.node, Wanted(), JANUARY)) == ([], [])


def test_who_calls_every_revision_given_twice_is_answered_once_a_day(district: District, community: District) -> None:
    community.push(Q4)
    for hours in (1, 2, 3, 30):
        now = JANUARY + timedelta(hours=hours)
        with community.node.store.write() as db:
            row = current_report(db, key_of(A))
            assert row
            hear_of_two(db, community.node, row.envelope, now)
    report = community.report(A, Q4)
    assert report
    assert (report.revision, report.reason) == (3, "recovered")


@pytest.mark.parametrize("tables", [(reports,), (reports, envelopes)])
@pytest.mark.parametrize("unit", [A, B])
def test_a_report_that_is_gone_makes_no_wrong_total_and_no_second_first_revision(
    district: District, community: District, unit: str, tables: tuple[object, ...]
) -> None:
    """A's came from its node, B's was filed here."""
    community.push(Q4)
    district.push(Q4)
    with district.node.store.write() as db:
        row = current_report(db, key_of(unit))
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        if envelopes in tables:
            db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    district.push(Q4)
    community.push(Q4)
    district.push(Q4)
    assert district.cell(A, "P02", Q4) == (5, "ok")
    assert district.cell(B, "P02", Q4) == (1, "ok")
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (6, "partial")


def test_a_report_that_comes_back_does_not_hide_another_that_is_gone(district: District, community: District) -> None:
    """A's comes back from its node; B's was filed here, at the top, and only the number of rows says that it was."""
    community.push(Q4)
    district.push(Q4)
    with district.node.store.write() as db:
        for unit in (A, B):
            row = current_report(db, key_of(unit))
            assert row
            db.execute(delete(reports).where(reports.c.id == row.id))
            db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    community.push(Q4)
    district.push(Q4)
    assert (district.cell(A, "P02", Q4), district.cell(B, "P02", Q4)) == ((5, "ok"), (1, "ok"))
    assert district.cell(DISTRICT, "P02", Q4, part="total") == (6, "partial")


def test_at_the_top_nothing_waits_for_a_copy_that_nobody_has(district: District) -> None:
    """Of A's report the bytes are gone, of B's the row too."""
    district.push(Q4)
    with district.node.store.write() as db:
        for unit, tables in ((A, (envelopes,)), (B, (reports, envelopes))):
            row = current_report(db, key_of(unit))
            assert row
            for table in tables:
                db.execute(
                    delete(table).where((table.c.id if table is envelopes else table.c.envelope) == row.envelope)
                )
    district.push(Q4)
    assert (district.cell(A, "P02", Q4), district.cell(B, "P02", Q4)) == ((2, "ok"), (1, "ok"))


def cut_when_copies_are_asked_for(ask: Ask) -> Ask:
    """A line that breaks just then."""

    def cut(message: Message) -> Message:
        said = read_message(message)
        if isinstance(said, Exchange) and said.wants:
            raise ParentDown(url="the unit above", why="cut")
        return ask(message)

    return cut


def test_what_a_broken_line_swallowed_is_asked_for_again_before_anything_is_filed(
    district: District, community: District
) -> None:
    """Filed without knowing the first revision, the second would be a first one too, and above nobody would take it."""
    for period in (Q4, "2025-Q3"):
        community.push(period)
    with community.node.store.write() as db:
        row = current_report(db, key_of(A))
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    community.drop("register", "seniors.csv", [senior(person, A) for person in range(1, 8)])
    assert push(community.node, cut_when_copies_are_asked_for(district.asked(JANUARY)), JANUARY, Period(Q4)).unsent
    for hour in (1, 2):
        community.push(Q4, JANUARY + timedelta(hours=hour))
    assert district.cell(A, "P02", Q4) == (7, "ok") == community.cell(A, "P02", Q4)


def without_copies(ask: Ask, said_by: District) -> Ask:
    """The node above lists what it holds, and gives none of it: it did not fit into the answer."""

    def answered(message: Message) -> Message:
        said = read_message(message)
        if not isinstance(said, Exchange) or not said.wants:
            return ask(message)
        return ask(seal_message(said.model_copy(update={"wants": ()}), said_by.node.keys.private, message.envelopes))

    return answered


def test_nothing_is_filed_while_a_copy_of_what_is_gone_is_still_to_come(
    district: District, community: District
) -> None:
    for period in (Q4, "2025-Q3"):
        community.push(period)
    with community.node.store.write() as db:
        row = current_report(db, key_of(A))
        assert row
        db.execute(delete(reports).where(reports.c.id == row.id))
        db.execute(delete(envelopes).where(envelopes.c.id == row.envelope))
    community.drop("register", "seniors.csv", [senior(person, A) for person in range(1, 8)])
    ask = without_copies(district.asked(JANUARY), community)
    assert push(community.node, ask, JANUARY, Period(Q4)).filed == 0
    for day in (1, 2):
        community.push(Q4, JANUARY + timedelta(days=day, minutes=1))
    assert district.cell(A, "P02", Q4) == (7, "ok") == community.cell(A, "P02", Q4)


def test_a_middle_node_that_was_put_back_pushes_again_though_its_child_spoke_first(
    district: District, tmp_path: Path
) -> None:
    street = District(tmp_path / "street", home=STREET, above=district)
    street.node.store.close()
    shutil.copytree(street.folder, tmp_path / "copy")
    below = District(tmp_path / "below", home=A, above=street)
    below.plugin("register", "senior", SENIOR, A)
    below.drop("register", "seniors.csv", [senior(1, A)])
    below.push(Q4)
    street.push(Q4)
    street.node.store.close()
    shutil.rmtree(street.folder)
    shutil.copytree(tmp_path / "copy", street.folder)
    street.node = replace(street.node, store=open_store(street.folder))
    below.push(Q4)
    assert not street.push(Q4).failed
    below.push(Q4)
    assert not street.push(Q4).failed
    assert street.cell(A, "P02", Q4) == (1, "ok") == district.cell(A, "P02", Q4)


def test_what_was_finally_refused_above_is_named_and_goes_again_with_the_next_push(
    district: District, community: District
) -> None:
    community.push(Q4)
    with community.node.store.write() as db:
        row = current_report(db, key_of(A))
        assert row
        refuse(db, row.envelope, "unknown_key")
    [finding] = reconcile(community.node, Wanted(), JANUARY)
    assert (finding.level, finding.reason, finding.unit) == ("holdings", "sent_not_held", A)
    assert community.push(Q4).sent.refused == 0
    assert reconcile(community.node, Wanted(), JANUARY) == []
    assert district.cell(A, "P02", Q4) == (5, "ok")


def test_what_stays_refused_does_not_grow_with_every_push(district: District, community: District) -> None:
    """It goes again once, and then only a day later."""
    community.push(Q4)
    for hour in range(12):
        with community.node.store.write() as db:
            [row] = current_reports(db)
            refuse(db, row.envelope, "unknown_key")
        community.push(Q4, JANUARY + timedelta(hours=hour + 1))
    with community.node.store.read() as db, district.node.store.read() as above:
        assert (len(sealed_at(db)), len(without_row(above))) == (1, 1)
