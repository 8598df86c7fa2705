"""A report's life where it is not as usual: put back copies, races, clocks that lie, figures that no cell holds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET
from tests.stories.reviewing import FORM, Offices, sisters
from tests.stories.test_report_life import APRIL, NEXT, QUARTER, SOUND, board, explained, ours
from tiersync.errors import (
    AlreadyAsked,
    BadFigure,
    GrantOver,
    NeedsExplanation,
    NotPossibleNow,
    NotWhole,
    PastWindow,
    ReportAccepted,
    TextTooLong,
)
from tiersync.flow.review.asking import ask, recall
from tiersync.flow.review.correcting import Corrects, correct_total
from tiersync.flow.review.judging import Words
from tiersync.flow.review.submitting import submit
from tiersync.flow.up import push
from tiersync.link.life import ReviewState
from tiersync.model.finding import CellNamed
from tiersync.model.period import Period
from tiersync.store.findings import open_findings

EVERYWHERE = (COMMUNITY, STREET, DISTRICT, CITY)
RETURNED = Words(("有误",), (CellNamed(indicator="A01"),), date(2025, 4, 20))


@pytest.fixture
def offices(tmp_path: Path) -> Offices:
    return Offices(tmp_path, APRIL)


def states(offices: Offices, period: str = QUARTER) -> list[str]:
    return [str(offices.report(unit, period).state) for unit in EVERYWHERE]


def reasons(offices: Offices, unit: str) -> list[str]:
    with offices.network.nodes[unit].store.read() as db:
        return [finding.reason for finding in open_findings(db)]


def test_what_was_typed_since_a_copy_was_made_is_not_overwritten_by_what_was_typed_before(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    kept = offices.network.copy(COMMUNITY)
    offices.network.start_again(COMMUNITY)
    offices.enter(SOUND | {"A01": "5"}, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.push(QUARTER, 2)
    offices.network.put_back(COMMUNITY, kept)
    offices.push(QUARTER, 3)
    assert [offices.figure(unit, "A01", QUARTER) for unit in EVERYWHERE] == [5, 5, 5, 5]
    assert offices.figure(CITY, "A01", QUARTER, CITY, "total") == 5
    with pytest.raises(ReportAccepted):
        submit(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER, 2)
    assert states(offices) == ["accepted"] * 4


def test_what_a_node_typed_before_it_was_put_back_goes_up_only_when_somebody_says_so(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    kept = offices.network.copy(COMMUNITY)
    offices.network.start_again(COMMUNITY)
    offices.enter(SOUND | {"A01": "5"}, QUARTER)
    offices.push(QUARTER, 2)
    offices.network.put_back(COMMUNITY, kept)
    offices.push(QUARTER, 3)
    assert offices.figure(CITY, "A01", QUARTER, CITY, "total") == 5
    done = push(offices.network.nodes[COMMUNITY], offices.network.ask(COMMUNITY), offices.now, Period(QUARTER))
    assert [type(error).__name__ for error in done.refused] == ["ReportRecalled"]
    submit(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER, 2)
    assert [offices.figure(unit, "A01", QUARTER) for unit in EVERYWHERE] == [3, 3, 3, 3]


def test_a_revision_that_crosses_the_acceptance_is_taken_and_is_a_finding(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.say(STREET, "locked", QUARTER)
    offices.enter(SOUND | {"A01": "9"}, QUARTER)
    offices.push(QUARTER, 2)
    assert states(offices) == ["received"] * 4
    assert [reasons(offices, unit) for unit in (STREET, DISTRICT, CITY)] == [["after_acceptance"]] * 3


def test_a_correction_that_was_granted_is_none(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.say(STREET, "granted", QUARTER)
    offices.push(QUARTER, 2)
    offices.enter(SOUND | {"A01": "9"}, QUARTER)
    offices.push(QUARTER, 2)
    assert reasons(offices, STREET) == []


def test_a_recall_takes_back_every_revision_that_never_went(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.enter(SOUND | {"A01": "4"}, QUARTER)
    recall(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER, 2)
    assert board(offices, COMMUNITY).present == 0
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    assert [offices.figure(unit, "A01", QUARTER) for unit in EVERYWHERE] == [3, 3, 3, 3]


def test_after_a_recall_what_stands_is_what_the_office_above_has(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "returned", QUARTER, RETURNED)
    offices.push(QUARTER, 2)
    for figure in ("4", "5"):
        offices.enter(SOUND | {"A01": figure}, QUARTER)
    recall(offices.network.nodes[COMMUNITY], ours(), offices.now)
    assert [offices.figure(unit, "A01", QUARTER) for unit in EVERYWHERE] == [3, 3, 3, 3]
    assert states(offices) == ["returned"] * 4


@pytest.mark.parametrize("text", ["1e30", "9" * 20, "99999999999999万", "NaN", "Infinity", "1e9999", "12%", "１２％"])
def test_a_number_that_no_cell_holds_is_not_entered(offices: Offices, text: str) -> None:
    with pytest.raises(BadFigure, match="no number"):
        offices.enter(SOUND | {"P02": text}, QUARTER)


def test_figures_that_come_back_are_another_revision(offices: Offices) -> None:
    """Returned, changed, and changed back: nobody has spoken about the last one yet."""
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "returned", QUARTER, RETURNED)
    offices.push(QUARTER, 2)
    offices.enter(SOUND | {"A01": "4"}, QUARTER)
    offices.push(QUARTER, 2)
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    assert states(offices) == ["received"] * 4


def test_a_late_report_of_which_two_revisions_come_together_is_late(tmp_path: Path) -> None:
    offices = Offices(tmp_path, APRIL)
    offices.at(datetime(2025, 4, 15, 1, tzinfo=UTC))
    offices.enter(SOUND, QUARTER)
    with pytest.raises(ConnectionError):
        offices.network.exchange(COMMUNITY, lost)
    offices.enter(SOUND | {"A01": "4"}, QUARTER)
    offices.push(QUARTER, 2)
    rows = [row for unit in (STREET, DISTRICT, CITY) for row in board(offices, unit).rows if row.unit == COMMUNITY]
    assert [row.late is not None for row in rows] == [True] * 3


def lost(message: object) -> object:
    raise ConnectionError


def test_a_streets_clock_that_is_ahead_keeps_no_lock_of_the_city_from_holding(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    right = offices.now
    offices.at(right + timedelta(hours=2))
    offices.say(STREET, "accepted", QUARTER)
    offices.at(right)
    offices.push(QUARTER, 2)
    offices.say(CITY, "locked", QUARTER)
    offices.push(QUARTER, 3)
    assert states(offices) == ["locked"] * 4


def test_a_grant_ends_with_its_date(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.say(STREET, "granted", QUARTER, Words(due_on=date(2025, 4, 5)))
    offices.push(QUARTER, 2)
    offices.at(datetime(2025, 8, 1, 1, tzinfo=UTC))
    with pytest.raises(GrantOver):
        offices.enter(SOUND | {"A01": "9"}, QUARTER)


def test_who_filed_in_time_may_be_granted_to_file_anew_afterwards_until_the_date(tmp_path: Path) -> None:
    offices = Offices(tmp_path, APRIL, keeps_dates=True)
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.at(datetime(2025, 4, 25, 1, tzinfo=UTC))
    with pytest.raises(PastWindow):
        offices.enter(SOUND | {"A01": "4"}, QUARTER)
    ask(offices.network.nodes[COMMUNITY], "late", ours(), "漏录一场", offices.now)
    with pytest.raises(AlreadyAsked):
        ask(offices.network.nodes[COMMUNITY], "late", ours(), "漏录一场", offices.now)
    offices.push(QUARTER, 2)
    offices.say(STREET, "granted", QUARTER, Words(due_on=date(2025, 4, 30)))
    offices.push(QUARTER, 2)
    for figure in ("4", "5"):
        offices.enter(SOUND | {"A01": figure}, QUARTER)
        offices.push(QUARTER, 2)
    assert offices.figure(CITY, "A01", QUARTER) == 5


def test_a_slip_is_no_less_odd_for_being_approximate(offices: Offices) -> None:
    offices.enter(SOUND | {"B01": "120", "B03": "12000.00"}, QUARTER)
    offices.push(QUARTER)
    offices.at(APRIL + timedelta(days=91))
    with pytest.raises(NeedsExplanation, match="B03"):
        offices.enter(SOUND | {"B01": "120", "B03": "约1200000"}, NEXT)


def test_what_lacks_figures_or_parts_is_accepted_by_somebody(tmp_path: Path) -> None:
    offices = Offices(tmp_path / "a", APRIL, accepts="clean")
    offices.enter({"A01": "3"}, QUARTER)
    offices.push(QUARTER, 2)
    assert offices.report(CITY, QUARTER).state == ReviewState.RECEIVED
    both = Offices(tmp_path / "b", APRIL, sisters(1), (CITY, DISTRICT), accepts="clean")
    both.enter(SOUND, QUARTER, COMMUNITY, DISTRICT)
    both.push(QUARTER, 2)
    assert both.report(CITY, QUARTER, DISTRICT, "total").state == ReviewState.RECEIVED
    both.enter(SOUND, QUARTER, "371402001002", DISTRICT)
    both.push(QUARTER, 2)
    assert both.report(CITY, QUARTER, DISTRICT, "total").state == ReviewState.ACCEPTED


@pytest.mark.parametrize("by", ["-4", "9999999999999999"])
def test_an_adjustment_that_no_total_bears_is_refused(offices: Offices, by: str) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    what = Corrects(FORM, Period(QUARTER), COMMUNITY, CellNamed(indicator="A01"), Decimal(by), "核对")
    with pytest.raises(NotWhole):
        correct_total(offices.network.nodes[DISTRICT], what, offices.now)
    once = what._replace(by=Decimal(-1))
    correct_total(offices.network.nodes[DISTRICT], once, offices.now)
    with pytest.raises(NotWhole):
        correct_total(offices.network.nodes[DISTRICT], once, offices.now)


def test_an_endless_explanation_stops_nobody(offices: Offices) -> None:
    offices.enter(SOUND | {"B01": "120", "B03": "12000.00"}, QUARTER)
    offices.push(QUARTER)
    offices.at(APRIL + timedelta(days=91))
    offices.enter(SOUND | {"B03": "1200000.00"}, NEXT, submits=False)
    with pytest.raises(TextTooLong):
        explained(offices, "并入三个小区" * 100)


def test_what_was_accepted_is_not_recalled(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.push(QUARTER, 2)
    with pytest.raises(NotPossibleNow):
        recall(offices.network.nodes[COMMUNITY], ours(), offices.now)
