"""A report's life as offices live it: entered by hand, checked, sent, returned, corrected, accepted and locked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET
from tests.stories.reviewing import FORM, Offices, sisters
from tiersync.errors import (
    BadFigure,
    FormExpired,
    NeedsExplanation,
    NothingToCorrect,
    NotOpenYet,
    NotOursToFile,
    NotPossibleNow,
    NotWhole,
    PastWindow,
    ReportAccepted,
    RulesBroken,
    SaysNothing,
    TiersyncError,
)
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.counting.entered import enter
from tiersync.flow.jobs.remind import remind_by_hand
from tiersync.flow.review.asking import ask, recall
from tiersync.flow.review.correcting import Corrects, correct_total, take_back
from tiersync.flow.review.judging import Meant, Words, judge
from tiersync.flow.review.submitting import checked, explain, submit
from tiersync.flow.review.turns import review_turns
from tiersync.link.life import ReviewState
from tiersync.model.finding import CellNamed
from tiersync.model.period import Period
from tiersync.store.findings import open_findings
from tiersync.store.reports.entered import OfUnit, Written
from tiersync.views.reports.board import ReportBoard, report_board
from tiersync.views.reports.history import changes, history
from tiersync.views.reports.report import ReportWanted, trace

QUARTER, NEXT = "2025-Q1", "2025-Q2"
APRIL = datetime(2025, 4, 2, 1, tzinfo=UTC)  # 9 o'clock at the office
SOUND = {"P02": "1180", "P04": "700", "P05": "200", "P09": "30", "B01": "150", "B03": "45000.00", "A01": "3"}


@pytest.fixture
def offices(tmp_path: Path) -> Offices:
    return Offices(tmp_path, APRIL)


def board(offices: Offices, at: str = CITY, period: str = QUARTER) -> ReportBoard:
    return report_board(offices.network.nodes[at], FORM, Period(period), offices.now)


def ours(period: str = QUARTER) -> Meant:
    return Meant(FORM, Period(period), (COMMUNITY,), "own")


def test_what_a_community_enters_by_hand_counts_at_every_tier_once_it_is_submitted(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER, submits=False)
    offices.push(QUARTER)
    assert board(offices).present == 0
    submit(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER)
    assert [offices.figure(unit, "B03", QUARTER) for unit in (COMMUNITY, STREET, DISTRICT, CITY)] == [4500000] * 4
    assert offices.figure(CITY, "P02", QUARTER, CITY, "total") == 1180


@pytest.mark.parametrize(
    ("cell", "text", "why"),
    [
        ("P02", "一千多", "no number"),
        ("P02", "94.96", "too many places"),
        ("P02[sex=7]", "5", "no such cell"),
        ("F01", "5", "does not ask"),
        ("P02", "9" * 41, "no number"),
    ],
)
def test_what_is_no_figure_of_the_form_is_not_entered(offices: Offices, cell: str, text: str, why: str) -> None:
    with pytest.raises(BadFigure, match=why):
        offices.enter({"P04": "700", cell: text}, QUARTER)
    assert board(offices, COMMUNITY).present == 0


def test_only_the_office_that_files_enters_figures(offices: Offices) -> None:
    """F27: the district cannot write 50 over a community's 52."""
    offices.enter(SOUND | {"A01": "52"}, QUARTER)
    offices.push(QUARTER)
    with pytest.raises(NotOursToFile, match="Return the report"):
        offices.enter({"A01": "50"}, QUARTER, by=DISTRICT)
    assert offices.figure(DISTRICT, "A01", QUARTER) == 52


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"P05": "701"}, "V02"),  # 80+ beyond 65+
        ({"P02[sex=1]": "700", "P02[sex=2]": "600"}, "V01"),  # parts beyond the total
        ({"A01": "-5"}, "V03"),
    ],
)
def test_what_breaks_a_hard_rule_is_not_sealed(offices: Offices, wrong: dict[str, str], rule: str) -> None:
    with pytest.raises(RulesBroken) as refused:
        offices.enter(SOUND | wrong, QUARTER)
    assert f"({rule})" in str(refused.value)
    offices.push(QUARTER)
    assert [board(offices, unit).present for unit in (COMMUNITY, CITY)] == [0, 0]
    offices.enter(SOUND | dict.fromkeys(wrong, "") | {"P05": "200", "A01": "3"}, QUARTER)
    offices.push(QUARTER)
    assert board(offices).present == 1


def test_more_volunteers_than_any_community_has_are_asked_about(offices: Offices) -> None:
    with pytest.raises(NeedsExplanation, match="V03-most"):
        offices.enter(SOUND | {"P02": "3000000"}, QUARTER)


def wrong_unit(offices: Offices) -> None:
    """The next quarter's amount is 100 times this one's, typed in another unit."""
    offices.enter(SOUND | {"B01": "120", "B03": "12000.00"}, QUARTER)
    offices.push(QUARTER)
    offices.at(APRIL + timedelta(days=91))
    offices.enter(SOUND | {"B01": "8000", "B03": "1200000.00", "P02": "9000"}, NEXT, submits=False)


def explained(offices: Offices, text: str, rule: str = "V08-slip", indicator: str = "B03") -> object:
    node = offices.network.nodes[COMMUNITY]
    return explain(node, ours(NEXT), Written(COMMUNITY, rule, indicator, text), offices.now).open


@pytest.mark.parametrize(
    "text",
    [
        "核实无误",
        "经核实,数据属实。",
        "情况属实!!!!!!",
        "　　　　　　",
        "据实填报,数据真实准确无误",
        "无误",
        "已核对，情况属实。",
    ],
)
def test_an_explanation_that_says_nothing_is_refused_before_sending(offices: Offices, text: str) -> None:
    """F13, and two more of its kind."""
    wrong_unit(offices)
    with pytest.raises(SaysNothing):
        explained(offices, text)


def test_a_slip_of_the_unit_is_noticed_and_an_explanation_whose_amounts_give_it_is_taken(offices: Offices) -> None:
    """F16: 8,000 persons, 50 yuan, three months."""
    wrong_unit(offices)
    found = checked(offices.network.nodes[COMMUNITY], ours(NEXT), offices.now)
    [slip] = [one for some in found.values() for one in some if (one.rule, one.indicator) == ("V08-slip", "B03")]
    assert slip.stops
    assert explained(offices, "自4月1日起由每年100元改为每人每月50元,人数由120人增至8000人") == 0


def test_last_periods_text_explains_nothing_again(offices: Offices) -> None:
    """F13: what was taken last quarter is refused for the next one."""
    wrong_unit(offices)
    for some in checked(offices.network.nodes[COMMUNITY], ours(NEXT), offices.now).values():
        for one in some:
            explained(offices, f"区划调整并入三个小区，{one.indicator} 增加", one.rule, one.indicator)
    submit(offices.network.nodes[COMMUNITY], ours(NEXT), offices.now)
    offices.push(NEXT)
    offices.at(APRIL + timedelta(days=183))
    third = "2025-Q3"
    offices.enter(SOUND | {"B01": "800000", "B03": "120000000.00", "P02": "900000"}, third, submits=False)
    text = Written(COMMUNITY, "V08-slip", "B03", "区划调整并入三个小区，B03 增加")
    with pytest.raises(SaysNothing, match="last period"):
        explain(offices.network.nodes[COMMUNITY], ours(third), text, offices.now)


def test_an_explanation_travels_and_its_amounts_say_what_stays_open(tmp_path: Path) -> None:
    """F15: 240 of 340 are explained; the report waits for somebody, though the form accepts clean ones by itself."""
    offices = Offices(tmp_path, APRIL, accepts="clean")
    offices.enter(SOUND | {"P02": "1180"}, QUARTER)
    offices.push(QUARTER, 2)
    assert offices.report(CITY, QUARTER).state == ReviewState.ACCEPTED
    offices.at(APRIL + timedelta(days=91))
    offices.enter(SOUND | {"P02": "1520"}, NEXT, submits=False)
    assert explained(offices, "新建小区入住，新增240人", "V08", "P02") == 100
    submit(offices.network.nodes[COMMUNITY], ours(NEXT), offices.now)
    offices.push(NEXT, 2)
    assert offices.report(CITY, NEXT).state == ReviewState.RECEIVED


def test_a_clean_report_is_accepted_by_itself_and_that_is_marked(tmp_path: Path) -> None:
    offices = Offices(tmp_path, APRIL, accepts="clean")
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    [row] = [row for row in board(offices, STREET).rows if row.unit == COMMUNITY]
    assert (row.state, row.marks, row.turn) == ("accepted", ("by_itself",), "")


def test_no_form_is_accepted_by_itself_that_does_not_say_so(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    assert offices.report(STREET, QUARTER).state == ReviewState.RECEIVED


def test_a_cell_that_changed_unasked_is_marked_and_the_report_is_not_accepted_by_itself(tmp_path: Path) -> None:
    """F25: returned for P05 and B03, and P09 changed as well."""
    offices = Offices(tmp_path, APRIL, accepts="clean")
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    node = offices.network.nodes[STREET]
    cells = (CellNamed(indicator="P05"), CellNamed(indicator="B03"))
    words = Words(reasons=("P05、B03 与台账不符",), cells=cells, due_on=date(2025, 4, 20))
    if offices.report(STREET, QUARTER).state == ReviewState.ACCEPTED:
        offices.say(STREET, "granted", QUARTER)
        offices.push(QUARTER, 2)
        offices.enter(SOUND | {"A01": "4"}, QUARTER)
        offices.push(QUARTER)
    offices.say(STREET, "returned", QUARTER, words)
    offices.push(QUARTER, 2)
    offices.enter(SOUND | {"A01": "4", "P05": "190", "B03": "44000.00", "P09": "29"}, QUARTER)
    offices.push(QUARTER, 2)
    assert offices.report(STREET, QUARTER).state == ReviewState.RECEIVED
    found = changes(node, FORM, COMMUNITY, Period(QUARTER), "own", None).changed
    assert {(one.indicator, one.unasked) for one in found} == {("B03", False), ("P05", False), ("P09", True)}


def test_a_locked_report_is_corrected_after_unlock_and_grant_and_what_is_above_is_stale(offices: Offices) -> None:
    """F28: 300 becomes 298."""
    offices.enter(SOUND | {"A01": "300"}, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.say(STREET, "locked", QUARTER)
    offices.push(QUARTER, 3)
    community = offices.network.nodes[COMMUNITY]
    with pytest.raises(NotPossibleNow) as refused:
        ask(community, "correct", ours(), "重复录入两人", offices.now)
    assert "is locked" in str(refused.value)
    assert "Possible now: unlocked" in str(refused.value)
    ask(community, "unlock", ours(), "重复录入两人", offices.now)
    offices.push(QUARTER, 2)
    offices.say(STREET, "unlocked", QUARTER)
    offices.say(STREET, "granted", QUARTER)
    offices.push(QUARTER, 2)
    offices.enter(SOUND | {"A01": "298"}, QUARTER)
    offices.network.exchange(COMMUNITY)
    assert offices.figure(STREET, "A01", QUARTER) == 298
    assert offices.figure(STREET, "A01", QUARTER, STREET, "total") == 300
    offices.push(QUARTER, 2)
    assert offices.figure(CITY, "A01", QUARTER, CITY, "total") == 298
    said = [one.what for one in history(community, FORM, COMMUNITY, Period(QUARTER), None).happened]
    assert said == ["filed", "accepted", "locked", "unlock", "unlocked", "granted", "filed"]


def test_an_accepted_figure_stands_until_a_correction_is_granted(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.push(QUARTER, 2)
    with pytest.raises(ReportAccepted):
        offices.enter(SOUND | {"A01": "9"}, QUARTER)
    offices.push(QUARTER, 2)
    assert [offices.figure(unit, "A01", QUARTER) for unit in (COMMUNITY, CITY)] == [3, 3]


def test_a_report_is_late_by_minutes_where_its_form_gives_an_hour(tmp_path: Path) -> None:
    """F19: due at 12:00, received at 12:40."""
    days = {"open": 1, "due": 9, "late_until": 20, "closed": 90, "at": "12:00"}
    offices = Offices(tmp_path, datetime(2025, 4, 9, 4, 39, tzinfo=UTC), due_days=days)
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    for unit in (STREET, DISTRICT, CITY):
        [row] = [row for row in board(offices, unit).rows if row.unit == COMMUNITY]
        assert row.late is not None
        assert (row.late.working_days, row.late.minutes) == (0, 40)


def test_a_senders_clock_a_month_back_makes_nothing_less_late(tmp_path: Path) -> None:
    """It is judged by whoever received it first, and everybody above goes by that one's word."""
    offices = Offices(tmp_path, APRIL)
    offices.enter(SOUND, QUARTER)
    offices.at(datetime(2025, 5, 6, 1, tzinfo=UTC))
    offices.network.exchange(COMMUNITY)
    offices.at(datetime(2025, 5, 6, 2, tzinfo=UTC))
    offices.push(QUARTER, 2)
    rows = [row for unit in (STREET, DISTRICT, CITY) for row in board(offices, unit).rows if row.unit == COMMUNITY]
    # 11 days to 25 April, Sunday the 27th is worked, 28 to 30 April, and 6 May after the holiday.
    assert [row.late.working_days for row in rows if row.late] == [16, 16, 16]


def test_completeness_counts_each_expected_unit_once(tmp_path: Path) -> None:
    """F30: 40 in the tree, 2 exempt, 35 sent (one twice), 1 nil, 2 silent; an abolished one sends anyway."""
    units = (*sisters(39),)
    gone = units[-1].model_copy(update={"code": "371402001099", "valid_to": date(2024, 12, 31)})
    offices = Offices(tmp_path, APRIL, (*units, gone), (CITY, DISTRICT))
    codes = [unit.code for unit in units if unit.tier == "community"]
    exempt, sent, nil = codes[:2], codes[2:37], codes[37]
    district = offices.network.nodes[DISTRICT]
    judge(district, "exempted", Meant(FORM, Period(QUARTER), tuple(exempt)), Words(reasons=("拆迁",)), offices.now)
    for unit in sent:
        offices.enter(SOUND, QUARTER, unit, DISTRICT)
    offices.enter(dict.fromkeys(SOUND, "0"), QUARTER, nil, DISTRICT)
    offices.enter(SOUND | {"A01": "4"}, QUARTER, sent[0], DISTRICT)
    offices.push(QUARTER)
    for unit in (DISTRICT, CITY):
        found = board(offices, unit)
        assert (found.expected, found.present, found.rate) == (38, 36, "94.74")
        assert [row.unit for row in found.rows if row.state in ("missing", "awaited")] == codes[38:]
        assert [row.unit for row in found.rows if row.state == "exempt"] == exempt


def test_who_is_not_asked_has_no_rate(tmp_path: Path) -> None:
    """F32: neither 0 % nor 100 %."""
    offices = Offices(tmp_path, APRIL, entries={"A01": ("city",)})
    found = board(offices, DISTRICT)
    assert (found.expected, found.rate) == (0, None)
    assert "no unit here is asked" in found.summary().en
    assert board(offices, CITY).rate == "0.00"


def test_a_form_that_has_run_out_is_not_opened(tmp_path: Path) -> None:
    """F33: valid until June 2025, opened for the third quarter; prolonged it opens."""
    head = {"valid_until": "2025-06-30"}
    offices = Offices(tmp_path / "a", datetime(2025, 10, 9, 1, tzinfo=UTC), head=head)
    with pytest.raises(FormExpired, match="2025-06-30"):
        offices.enter(SOUND, "2025-Q3")
    longer = Offices(tmp_path / "b", datetime(2025, 10, 9, 1, tzinfo=UTC), head={"valid_until": "2025-12-31"})
    longer.enter(SOUND, "2025-Q3")
    longer.push("2025-Q3")
    assert board(longer, CITY, "2025-Q3").present == 1


def test_a_form_that_keeps_its_dates_is_filed_before_them_by_nobody_and_after_them_only_with_leave(
    tmp_path: Path,
) -> None:
    offices = Offices(tmp_path, APRIL, keeps_dates=True)
    with pytest.raises(NotOpenYet, match="2025-07-01"):
        offices.enter(SOUND, NEXT)
    offices.at(datetime(2025, 4, 25, 1, tzinfo=UTC))
    with pytest.raises(PastWindow, match="2025-04-20"):
        offices.enter(SOUND, QUARTER)
    ask(offices.network.nodes[COMMUNITY], "late", ours(), "停电一周", offices.now)
    offices.push(QUARTER, 2)
    offices.say(STREET, "granted", QUARTER, Words(due_on=date(2025, 4, 30)))
    offices.push(QUARTER, 2)
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    assert board(offices).present == 1


def test_a_reminder_goes_to_exactly_those_who_lack(tmp_path: Path) -> None:
    units = sisters(3)
    offices = Offices(tmp_path, APRIL, units, (CITY, DISTRICT, STREET, COMMUNITY))
    offices.at(datetime(2025, 4, 15, 1, tzinfo=UTC))
    sent = remind_by_hand(offices.network.nodes[CITY], FORM, Period(QUARTER), offices.now)
    assert len(sent.units) == 4
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    assert COMMUNITY not in remind_by_hand(offices.network.nodes[CITY], FORM, Period(QUARTER), offices.now, True).units


def test_what_was_recalled_is_not_filed_again_until_somebody_submits_it(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    recall(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER, 2)
    assert board(offices).present == 0
    submit(offices.network.nodes[COMMUNITY], ours(), offices.now)
    offices.push(QUARTER)
    assert board(offices).present == 1


def test_an_empty_figure_takes_back_what_was_entered(offices: Offices) -> None:
    node = offices.network.nodes[COMMUNITY]
    offices.enter(SOUND, QUARTER)
    with node.store.read() as db:
        form = node.catalogue_for(db, Period(QUARTER)).form(FORM)
    enter(node, OfUnit(FORM, COMMUNITY, QUARTER), form, {("A01", ""): ""}, offices.now)
    submit(node, ours(), offices.now)
    assert offices.figure(COMMUNITY, "A01", QUARTER) is None


def adjust(offices: Offices, at: str, by: str, cell: str = "A01") -> None:
    what = Corrects(FORM, Period(QUARTER), COMMUNITY, CellNamed(indicator=cell), Decimal(by), "与公安数据核对")
    correct_total(offices.network.nodes[at], what, offices.now)


def test_the_district_adjusts_its_own_total_in_its_own_name_until_the_community_sends_another_revision(
    offices: Offices,
) -> None:
    """F27: 52 stays, the district says -2 with its reason, and that lapses."""
    offices.enter(SOUND | {"A01": "52"}, QUARTER)
    offices.push(QUARTER, 2)
    adjust(offices, DISTRICT, "-2")
    offices.push(QUARTER)
    assert [offices.figure(CITY, "A01", QUARTER, of, "total") for of in (STREET, DISTRICT, CITY)] == [52, 50, 50]
    assert offices.figure(CITY, "A01", QUARTER) == 52
    node = offices.network.nodes[CITY]
    total = trace(node, ReportWanted(FORM, DISTRICT, Period(QUARTER), "total")).report
    assert [(one.unit, one.value, one.text) for one in total.corrections] == [(COMMUNITY, -2, "与公安数据核对")]
    assert reconcile(node, Wanted(), offices.now) == []
    offices.enter(SOUND | {"A01": "51"}, QUARTER)
    offices.push(QUARTER)
    assert offices.figure(CITY, "A01", QUARTER, CITY, "total") == 51
    with offices.network.nodes[DISTRICT].store.read() as db:
        assert [(one.unit, one.reason, one.sent) for one in open_findings(db)] == [(COMMUNITY, "adjustment", "-2")]


def test_an_adjustment_is_taken_back_by_who_made_it(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    adjust(offices, STREET, "4")
    adjust(offices, STREET, "0.50", "B03")
    offices.push(QUARTER)
    street = [offices.figure(CITY, cell, QUARTER, STREET, "total") for cell in ("A01", "B03")]
    assert street == [7, 4500050]
    assert take_back(offices.network.nodes[STREET], FORM, Period(QUARTER), COMMUNITY) == 2
    offices.push(QUARTER)
    assert [offices.figure(CITY, cell, QUARTER, CITY, "total") for cell in ("A01", "B03")] == [3, 4500000]


@pytest.mark.parametrize(
    ("at", "by", "cell", "why"),
    [
        (DISTRICT, "0", "A01", NotWhole),
        (DISTRICT, "1.5", "A01", NotWhole),
        (DISTRICT, "1", "F01", NothingToCorrect),
        (COMMUNITY, "1", "A01", NothingToCorrect),
    ],
)
def test_what_cannot_be_adjusted_is_said(
    offices: Offices, at: str, by: str, cell: str, why: type[TiersyncError]
) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER)
    with pytest.raises(why):
        adjust(offices, at, by, cell)


def test_an_exemption_after_the_due_date_changes_no_rate(tmp_path: Path) -> None:
    """Of F30's kind: what is expected is frozen when it is due."""
    offices = Offices(tmp_path, datetime(2025, 4, 15, 1, tzinfo=UTC), sisters(1), (CITY, DISTRICT))
    district = offices.network.nodes[DISTRICT]
    offices.enter(SOUND, QUARTER, COMMUNITY, DISTRICT)
    other = "371402001002"
    judge(district, "exempted", Meant(FORM, Period(QUARTER), (other,)), Words(reasons=("拆迁",)), offices.now)
    found = board(offices, DISTRICT)
    assert (found.expected, found.present, found.rate) == (2, 1, "50.00")


def test_nil_and_all_zero_are_there_and_listed(tmp_path: Path) -> None:
    """Of F30's kind: an empty report is a report."""
    offices = Offices(tmp_path, APRIL, sisters(1), (CITY, DISTRICT), entries={"A01": ("community",)})
    offices.enter({"A01": "0"}, QUARTER, COMMUNITY, DISTRICT)
    found = board(offices, DISTRICT)
    assert (found.expected, found.present, found.rate) == (2, 1, "50.00")
    assert [row.marks for row in found.rows if row.unit == COMMUNITY] == [("zero",)]


@pytest.mark.parametrize(
    ("until", "kind", "period", "opens"),
    [("2025-06-30", "Q", "2025-Q2", True), ("2025-06-30", "Y", "2025", False), ("2025-11-30", "M", "2025-12", False)],
)
def test_a_form_is_valid_for_the_periods_that_end_before_it_runs_out(
    tmp_path: Path, until: str, kind: str, period: str, opens: bool
) -> None:
    """Of F33's kind."""
    entries = {"A01": ("community",)}
    offices = Offices(
        tmp_path, datetime(2026, 1, 5, 1, tzinfo=UTC), head={"valid_until": until}, period=kind, entries=entries
    )  # fmt: skip
    if opens:
        offices.enter({"A01": "3"}, period)
        assert offices.figure(COMMUNITY, "A01", period) == 3
    else:
        with pytest.raises(FormExpired):
            offices.enter({"A01": "3"}, period)


def test_a_part_that_was_named_leaves_the_total_unasked(offices: Offices) -> None:
    """Of F25's kind: one cell of a breakdown was meant, and the total changed as well."""
    offices.enter(SOUND | {"P02[sex=1]": "580", "P02[sex=2]": "600"}, QUARTER)
    offices.push(QUARTER)
    cells = (CellNamed(indicator="P02", breakdown="sex=1"),)
    offices.say(STREET, "returned", QUARTER, Words(("男性人数有误",), cells, date(2025, 4, 20)))
    offices.push(QUARTER)
    offices.enter({"P02": "1190", "P02[sex=1]": "590"}, QUARTER)
    found = changes(offices.network.nodes[COMMUNITY], FORM, COMMUNITY, Period(QUARTER), "own", None).changed
    assert {(one.breakdown, one.unasked) for one in found if one.measure == "value"} == {("", True), ("sex=1", False)}


def test_what_was_declined_stays_as_it_was_accepted(offices: Offices) -> None:
    """Of F28's kind: asked, and refused with a reason."""
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    offices.say(STREET, "accepted", QUARTER)
    offices.push(QUARTER, 2)
    ask(offices.network.nodes[COMMUNITY], "correct", ours(), "漏录两场", offices.now)
    offices.push(QUARTER)
    [row] = [row for row in board(offices, STREET).rows if row.unit == COMMUNITY]
    assert (row.marks, row.turn) == (("asked",), STREET)
    offices.say(STREET, "declined", QUARTER, Words(reasons=("已过更正期限",)))
    offices.push(QUARTER, 2)
    with pytest.raises(ReportAccepted):
        offices.enter(SOUND | {"A01": "5"}, QUARTER)
    assert offices.figure(CITY, "A01", QUARTER) == 3


def turns(offices: Offices, at: str) -> list[tuple[int, int, int]]:
    with offices.network.nodes[at].store.read() as db:
        return [one[2:] for one in review_turns(db, offices.network.nodes[at], offices.now)]


def test_a_node_knows_with_which_reports_it_is_its_turn(offices: Offices) -> None:
    offices.enter(SOUND, QUARTER)
    offices.push(QUARTER, 2)
    # The street reviews the community, the district the street's total, the city the district's.
    assert turns(offices, COMMUNITY) == []
    assert [turns(offices, unit) for unit in (STREET, DISTRICT, CITY)] == [[(1, 0, 0)]] * 3
    offices.say(STREET, "accepted", QUARTER)
    offices.push(QUARTER, 2)
    ask(offices.network.nodes[COMMUNITY], "correct", ours(), "漏录两场", offices.now)
    offices.push(QUARTER)
    assert turns(offices, STREET) == [(0, 1, 0)]
    offices.say(STREET, "granted", QUARTER)
    offices.push(QUARTER, 2)
    assert (turns(offices, COMMUNITY), turns(offices, STREET)) == ([(0, 0, 1)], [])
