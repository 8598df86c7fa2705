"""Terms by the real calendar: the cases of kinds *late* and *deadline*, and a plain recount of working days."""

import csv
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest

from tiersync.config.calendar import read_calendar
from tiersync.config.packaged import schemas_dir
from tiersync.errors import DueLate, NoCalendar
from tiersync.model.calendar import CalendarDays
from tiersync.model.form import DueDays, Form
from tiersync.model.period import Period
from tiersync.rules.calendar.terms import (
    Deadline,
    Lateness,
    deadline_of,
    extended,
    lateness,
    reminder_on,
    within_months,
    within_working_days,
)
from tiersync.rules.calendar.windows import check_dues, late_dues, window_of
from tiersync.rules.calendar.working_days import WorkingDays

FOLDER = schemas_dir() / "calendar"
DAYS = WorkingDays(read_calendar(FOLDER))
FIFTH_WORKING = DueDays(due=5, working=True)


@cache
def plainly_works(day: date) -> bool:
    """Whether a day is worked, looked up line by line in the list itself."""
    with (FOLDER / "days.csv").open(encoding="utf-8") as file:
        said = {row["date"]: row["day"] for row in csv.DictReader(file)}
    return said.get(str(day), "work" if day.weekday() < 5 else "rest") == "work"


def test_f17_the_fifth_working_day_of_february_2025_counts_a_worked_saturday() -> None:
    due = deadline_of(FIFTH_WORKING, Period("2025-01").last_day, DAYS)
    assert due == Deadline(date(2025, 2, 10))
    assert lateness(due, datetime(2025, 2, 11, 9), DAYS) == Lateness(1)
    assert lateness(due, datetime(2025, 2, 10, 23, 59), DAYS) is None


def test_f19_who_is_late_by_minutes_is_late() -> None:
    due = deadline_of(DueDays(due=9, at="12:00"), Period("2024").last_day, DAYS)
    assert due == Deadline(date(2025, 1, 9), time(12))
    assert lateness(due, datetime(2025, 1, 9, 12, 40), DAYS) == Lateness(0, 40)
    assert lateness(due, datetime(2025, 1, 9, 12, 0, 59), DAYS) is None  # to the minute


@pytest.mark.parametrize(
    ("period", "due_on"),
    [("2025-09", date(2025, 10, 9)), ("2025-03", date(2025, 4, 7)), ("2025-06", date(2025, 7, 5))],
)
def test_f20_a_legal_holiday_puts_a_date_off_and_an_ordinary_weekend_does_not(period: str, due_on: date) -> None:
    due = DueDays(due=5, moves="holidays")
    assert deadline_of(due, Period(period).last_day, DAYS).day == due_on


def test_every_day_off_puts_a_date_off_where_the_form_says_so() -> None:
    due = DueDays(due=5, moves="days_off")
    assert deadline_of(due, Period("2025-06").last_day, DAYS).day == date(2025, 7, 7)
    assert deadline_of(DueDays(due=5), Period("2025-09").last_day, DAYS) == Deadline(date(2025, 10, 5))


def test_f22_who_is_late_is_reminded_after_the_holiday() -> None:
    assert reminder_on(Deadline(date(2025, 1, 27)), DAYS) == date(2025, 2, 5)


def test_f23_a_due_date_a_year_too_late_is_asked_about() -> None:
    form = Form(code="disabled-year", zh="年报", en="Year", period="Y", due_days=DueDays(due=359), entries={})
    with pytest.raises(DueLate) as caught:
        check_dues(late_dues([form]), are_meant=False)
    assert caught.value.fields == {"form": "disabled-year", "days": 359}
    check_dues(late_dues([form]), are_meant=True)
    meant = form.model_copy(update={"due_days": DueDays(due=25)})
    assert list(late_dues([meant])) == []


@pytest.mark.parametrize(
    ("received", "due_on"), [(date(2024, 11, 30), date(2025, 2, 28)), (date(2025, 1, 31), date(2025, 4, 30))]
)
def test_h17_months_are_clipped_to_the_last_day_that_exists(received: date, due_on: date) -> None:
    assert within_months(received, 3) == Deadline(due_on)


def test_h19_urgent_and_ordinary_receipts_count_worked_weekends() -> None:
    received = datetime(2025, 9, 26, 17, 40)
    assert within_working_days(received, 2, DAYS).day == date(2025, 9, 29)
    assert within_working_days(received, 7, DAYS).day == date(2025, 10, 13)
    assert within_working_days(received, 0, DAYS) == Deadline(date(2025, 9, 26), time(17, 40))


def test_h20_an_extension_is_asked_for_before_the_time_is_over() -> None:
    due = Deadline(date(2025, 3, 14))
    granted = extended(due, datetime(2025, 3, 13, 16), date(2025, 3, 21))
    assert granted is not None
    assert (granted.day, reminder_on(granted, DAYS)) == (date(2025, 3, 21), date(2025, 3, 24))
    assert extended(due, datetime(2025, 3, 17, 9), date(2025, 3, 21)) is None
    assert reminder_on(due, DAYS) == date(2025, 3, 17)


def test_a_year_that_is_not_announced_is_estimated_and_what_is_due_in_it_is_provisional() -> None:
    announced = max(one.year for one in read_calendar(FOLDER).announced)
    assert DAYS.certainty(announced) == "announced"
    assert DAYS.certainty(announced + 1) == "estimated"
    due = deadline_of(FIFTH_WORKING, date(announced, 12, 31), DAYS)
    assert due.is_provisional
    assert not deadline_of(FIFTH_WORKING, date(announced, 6, 30), DAYS).is_provisional
    assert not deadline_of(DueDays(), date(announced, 12, 31), DAYS).is_provisional  # no working day decides it


def test_a_year_of_which_nothing_is_known_is_refused_where_working_days_count_and_nowhere_else() -> None:
    nothing = WorkingDays(CalendarDays())
    with pytest.raises(NoCalendar) as caught:
        deadline_of(FIFTH_WORKING, date(2025, 1, 31), nothing)
    assert caught.value.fields == {"year": 2025}
    with pytest.raises(NoCalendar):
        deadline_of(FIFTH_WORKING, date(2099, 12, 31), DAYS)  # the gap after the last year that is listed
    assert deadline_of(DueDays(), date(2025, 1, 31), nothing).day == date(2025, 2, 10)


def test_working_days_are_those_of_a_plain_recount() -> None:
    day = date(2013, 1, 1)
    while day < date(2026, 12, 1):
        for number in (1, 3, 7):
            plain, left = day, number
            while left:
                plain += timedelta(days=1)
                left -= plainly_works(plain)
            assert DAYS.after(day, number) == plain
            assert DAYS.between(day, plain) == number
        day += timedelta(days=11)


def test_a_window_opens_is_due_is_late_is_past_and_closes() -> None:
    form = Form(
        code="the-form", zh="季报", en="Q", period="Q", entries={},
        due_days=DueDays(open=1, due=5, working=True, at="12:00", late_until=12, closed=30),
    )  # fmt: skip
    window = window_of(form, Period("2024-Q4"), DAYS)
    moments = {
        datetime(2024, 12, 31, 23): "not_open",
        datetime(2025, 1, 1): "open",
        datetime(2025, 1, 8, 12): "due",
        datetime(2025, 1, 8, 12, 1): "late",
        datetime(2025, 1, 12, 23, 59): "late",
        datetime(2025, 1, 13): "past",
        datetime(2025, 1, 30): "closed",
    }
    assert {moment: window.state(moment) for moment in moments} == moments


def test_what_is_due_late_by_working_days_is_late_before_it_is_past() -> None:
    form = Form(
        code="the-form",
        zh="月报",
        en="M",
        period="M",
        entries={},
        due_days=DueDays(due=10, working=True, late_until=8),
    )
    window = window_of(form, Period("2025-01"), DAYS)
    assert window.due.day == date(2025, 2, 17)
    assert window.state(datetime(2025, 2, 17, 9)) == "due"
    assert window.late_until == date(2025, 2, 17)


def test_no_form_is_closed_before_it_is_due() -> None:
    due = DueDays(due=8, working=True, closed=15)
    window = window_of(
        Form(code="the-form", zh="季报", en="Q", period="Q", entries={}, due_days=due), Period("2026-Q3"), DAYS
    )
    assert window.due.day == date(2026, 10, 16)
    assert window.state(datetime(2026, 10, 16, 9)) == "due"
