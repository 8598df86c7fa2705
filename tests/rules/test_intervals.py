"""Regular visits: one is due an interval, and done are the intervals in which one was made; every number by hand."""

from datetime import date

import polars as pl
import pytest

from tests.rules.made_snapshots import COMMUNITY, QUARTER, VILLAGE, YEAR, count, rows, seniors
from tiersync.model.period import Period
from tiersync.rules.rows.project import in_time


def visits(*days: str, who: str = "person 0", **more: object) -> list[dict[str, object]]:
    return [{"person_key": who, "done_on": date.fromisoformat(day)} | more for day in days]


def rate(
    people: list[dict[str, object]], made: list[dict[str, object]], period: Period = QUARTER, split: str = "",
    unit: str = COMMUNITY,
) -> tuple[int | None, int | None]:  # fmt: skip
    sheet = count({"senior": seniors(*people), "service": rows("service", *made)}, period)
    done, due = (sheet[unit, "S03", split, which].value for which in ("numerator", "denominator"))
    return done, due


MONTHLY, QUARTERLY, YEARLY = ({"visit_frequency": code} for code in "MQY")


def test_one_of_three_monthly_visits_is_a_third() -> None:
    assert rate([MONTHLY], visits("2013-10-05")) == (1, 3)


def test_two_visits_in_one_month_are_one_and_never_make_up_for_another() -> None:
    assert rate([MONTHLY], visits("2013-10-05", "2013-10-31")) == (1, 3)
    assert rate([MONTHLY], visits("2013-10-05", "2013-11-30", "2013-12-01", "2013-12-31")) == (3, 3)


@pytest.mark.parametrize(
    ("frequency", "quarter", "year"), [("D", 92, 365), ("W", 13, 52), ("M", 3, 12), ("Q", 1, 4), ("Y", 1, 1)]
)
def test_what_is_due_follows_the_frequency(frequency: str, quarter: int, year: int) -> None:
    """2013-Q4 has 92 days and the Sundays of 6 October to 29 December; 2013 has 52 Sundays."""
    assert rate([{"visit_frequency": frequency}], []) == (0, quarter)
    assert rate([{"visit_frequency": frequency}], [], YEAR) == (0, year)


def test_a_yearly_visit_is_due_where_the_year_ends_and_may_be_made_before() -> None:
    assert rate([YEARLY], visits("2013-03-01"), Period("2013-Q1")) == (0, 0)
    assert rate([YEARLY], visits("2013-03-01")) == (1, 1)
    assert rate([YEARLY], visits("2012-12-31", "2014-01-01")) == (0, 1)


def test_a_week_belongs_to_the_quarter_of_its_sunday() -> None:
    weekly: dict[str, object] = {"visit_frequency": "W"}
    assert rate([weekly], visits("2013-09-30", "2013-12-30")) == (1, 13)  # Monday to Sunday, 6 October; and 5 January.
    assert rate([weekly], visits("2013-09-30"), Period("2013-Q3")) == (0, 13)


def test_who_dies_or_moves_is_due_what_ended_before_that_day() -> None:
    died: dict[str, object] = {**MONTHLY, "life_status": "2", "status_date": date(2013, 12, 15)}
    assert rate([died], visits("2013-10-05", "2013-12-01")) == (1, 2)
    assert rate([died | {"status_date": date(2013, 11, 30)}], visits("2013-10-05")) == (1, 1)
    assert rate([died | {"status_date": date(2013, 9, 1)}], visits("2013-08-05")) == (0, 0)
    assert rate([died | {"status_date": date(2014, 1, 1)}], visits("2013-12-31")) == (1, 3)
    assert rate([died | {"status_date": None}], visits("2013-10-05")) == (0, 0)


def test_who_is_visited_on_demand_or_by_no_plan_is_in_neither_number() -> None:
    people = [MONTHLY, {"visit_frequency": "on_demand"}, {}]
    made = [*visits("2013-10-05", who="person 1"), *visits("2013-10-05", who="person 2")]
    assert rate(people, made) == (0, 3)


def test_what_is_no_visit_or_not_done_counts_for_nothing() -> None:
    assert rate([MONTHLY], visits("2013-10-05", kind="care")) == (0, 3)
    assert rate([MONTHLY], [{"person_key": "person 0", "done_on": None}, {"done_on": date(2013, 10, 5)}]) == (0, 3)


def test_each_frequency_has_its_own_rate_and_the_register_says_which() -> None:
    people = [MONTHLY, QUARTERLY, YEARLY | {"residence_unit": VILLAGE}]
    made = [*visits("2013-10-05", visit_frequency="W"), *visits("2013-11-05", who="person 1"),
            *visits("2013-11-05", who="person 2", unit=COMMUNITY)]  # fmt: skip
    assert rate(people, made) == (2, 4)
    assert rate(people, made, split="visit_frequency=M") == (1, 3)
    assert rate(people, made, split="visit_frequency=Q") == (1, 1)
    assert rate(people, made, split="visit_frequency=Y") == (0, 0)
    assert rate(people, made, unit=VILLAGE) == (1, 1)


def test_somebody_filed_twice_is_due_once() -> None:
    twice = [{"person_key": "one", **MONTHLY}, {"person_key": "one", **MONTHLY, "counts": False}]
    assert rate(twice, visits("2013-10-05", who="one")) == (1, 3)


def test_without_records_of_services_nobody_knows_what_was_done() -> None:
    sheet = count({"senior": seniors(MONTHLY)}, QUARTER)
    assert sheet[COMMUNITY, "S03", "", "numerator"].status == "missing"
    assert count({"senior": seniors(MONTHLY)}, QUARTER, nil=["service"])[COMMUNITY, "S03", "", "numerator"].value == 0


def test_services_without_any_column_of_persons_are_no_visits_of_anybody() -> None:
    bare = pl.DataFrame({"unit": [COMMUNITY], "kind": ["visit"]})
    sheet = count({"senior": seniors(MONTHLY), "service": bare}, QUARTER)
    assert [sheet[COMMUNITY, "S03", "", which].value for which in ("numerator", "denominator")] == [0, 3]


def petition(status: str | None, **dates: date) -> dict[str, object]:
    given = {"due_on": date(2013, 10, 31), "done_on": None, "requested_on": date(2013, 10, 1)} | dates
    return {"kind": "petition", "status": status, "channel": "letter", **given}


def test_a_withdrawn_petition_is_in_neither_number_of_the_closing_rate() -> None:
    closed, blank = (petition(status, done_on=date(2013, 10, 20)) for status in ("closed", None))
    late, withdrawn = petition("overdue"), petition("withdrawn")
    withdrawn_in_time = petition("withdrawn", done_on=date(2013, 10, 5))
    petitions = rows("service", closed, blank, late, withdrawn, withdrawn_in_time)
    sheet = count({"service": petitions.with_columns(in_time().alias("in_time"))}, QUARTER)
    assert sheet[COMMUNITY, "L04", "", "value"].value == 5
    assert sheet[COMMUNITY, "L05", "", "value"].value == 2
    assert [sheet[COMMUNITY, "L06", "", which].value for which in ("numerator", "denominator")] == [2, 3]
    assert sheet[COMMUNITY, "L06", "channel=letter", "denominator"].value == 3
