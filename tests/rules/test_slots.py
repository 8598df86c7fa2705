"""Slots of schedules under a virtual clock: each once, whatever clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from tests.rules.test_terms import plainly_works
from tiersync.config.calendar import read_calendar
from tiersync.config.packaged import schemas_dir
from tiersync.errors import NoCalendar
from tiersync.model.calendar import CalendarDays
from tiersync.rules.calendar.jobs import FOR_EVER, LastJob, ScheduleState, turn_of, turns, wakes_at
from tiersync.rules.calendar.slots import (
    SPREAD,
    After,
    Cron,
    Every,
    Office,
    Rule,
    Schedule,
    latest_slot,
    next_slots,
    why_no_cron,
)
from tiersync.rules.calendar.working_days import WorkingDays

DAYS = WorkingDays(read_calendar(schemas_dir() / "calendar"))
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
UNIT = "371402000000"
OFFICE = Office(UNIT, SHANGHAI, lambda: DAYS)
NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)


def schedule(rule: Rule, name: str = "push") -> Schedule:
    return Schedule(name, "push", rule)


def slots(rule: Rule, since: datetime, number: int, office: Office = OFFICE) -> list[datetime]:
    return [slot.at for slot in islice(next_slots(schedule(rule), since, office), number)]


def test_a_cron_slot_is_by_the_clock_of_the_office() -> None:
    found = slots(Cron("30 2 * * 1-5"), datetime(2026, 11, 27, tzinfo=UTC), 3)
    assert [at.astimezone(SHANGHAI) for at in found] == [
        datetime(2026, 11, 30, 2, 30, tzinfo=SHANGHAI) + timedelta(days=ahead) for ahead in range(3)
    ]  # the Friday slot is past at 08:00, and a weekend lies between


def test_a_cron_slot_comes_once_where_clocks_are_put_back_and_once_where_they_are_put_forward() -> None:
    office = OFFICE._replace(zone=BERLIN)
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        began = datetime.combine(change - timedelta(days=1), time(12), BERLIN).astimezone(UTC)
        found = slots(Cron("30 2 * * *"), began, 3, office)
        days = [at.astimezone(BERLIN).date() for at in found]
        assert days == [change, change + timedelta(days=1), change + timedelta(days=2)]


def test_hours_go_on_as_they_pass_where_clocks_are_put_back() -> None:
    began = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    found = slots(Cron("0 * * * *"), began, 5, OFFICE._replace(zone=BERLIN))
    assert found == [datetime(2026, 10, 24, 23, tzinfo=UTC) + timedelta(hours=ahead) for ahead in range(5)]


def test_what_comes_again_and_again_comes_at_a_moment_of_its_own_in_each_unit() -> None:
    found = {
        unit: slots(Every(timedelta(minutes=15)), NOW, 2, OFFICE._replace(unit=unit))
        for unit in (f"3714020010{number:02}" for number in range(40))
    }
    assert all(after - at == timedelta(minutes=15) for at, after in found.values())
    assert len({at for at, _ in found.values()}) > 30
    again = slots(Every(timedelta(minutes=15)), NOW + timedelta(days=1), 1, OFFICE)
    assert (again[0] - slots(Every(timedelta(minutes=15)), NOW, 1)[0]) % timedelta(minutes=15) == timedelta(0)


def test_units_with_the_same_hour_are_spread_and_none_comes_early() -> None:
    starts = set()
    for number in range(200):
        office = OFFICE._replace(unit=f"3714020{number:05}")
        slot = next(next_slots(schedule(Cron("30 2 * * *")), NOW, office))
        assert timedelta(0) <= slot.starts - slot.at < SPREAD
        starts.add(slot.starts)
    assert len(starts) > 100


def test_working_days_after_the_end_of_a_period_are_those_of_a_plain_recount() -> None:
    rule = After("M", 5, working=True, at="09:00")
    found = slots(rule, datetime(2024, 12, 1, tzinfo=UTC), 20)
    plain = []
    for number in range(20):
        year, month = 2024 + (number + 11) // 12, (number + 11) % 12 + 1
        day, left = date(year, month, 1) - timedelta(days=1), 5
        while left:
            day += timedelta(days=1)
            left -= plainly_works(day)
        plain.append(datetime.combine(day, time(9), SHANGHAI))
    assert [at.astimezone(SHANGHAI) for at in found] == plain


def test_a_calendar_with_a_gap_is_named_where_the_gap_decides() -> None:
    announced = read_calendar(schemas_dir() / "calendar").announced
    gap = WorkingDays(CalendarDays(announced=tuple(one for one in announced if one.year != 2025)))
    office = OFFICE._replace(days=lambda: gap)
    with pytest.raises(NoCalendar) as caught:
        slots(After("Q", 5), datetime(2024, 12, 30, tzinfo=UTC), 1, office)
    assert caught.value.fields == {"year": 2025}
    assert slots(After("Q", 5), datetime(2024, 9, 30, tzinfo=UTC), 1, office)


@pytest.mark.parametrize(
    ("expression", "why"),
    [("30 2 * *", "five fields"), ("0 30 2 * * *", "five fields"), ("61 * * * *", "minute"), ("0 0 31 2 *", "day")],
)
def test_an_expression_that_is_none_or_never_fires_is_refused(expression: str, why: str) -> None:
    assert why in why_no_cron(expression)
    assert why_no_cron("0 0 29 2 *") == ""


def test_of_the_slots_that_a_sleeping_machine_missed_the_last_is_made_up() -> None:
    every = schedule(Every(timedelta(minutes=15)))
    woke = NOW + timedelta(days=3)
    last = next(next_slots(every, NOW, OFFICE)).at
    turn = turn_of(every, ScheduleState(NOW, LastJob(last, "done")), woke, OFFICE)
    assert turn is not None
    assert turn.missed_from == last + timedelta(minutes=15)
    assert woke - timedelta(minutes=15) < turn.slot <= woke
    assert turn_of(every, ScheduleState(NOW, LastJob(turn.slot, "done")), woke, OFFICE) is None


def test_a_minute_by_minute_schedule_wakes_after_years_without_counting_every_minute() -> None:
    minutely = schedule(Cron("* * * * *"))
    slot = latest_slot(minutely, datetime(2009, 1, 1, tzinfo=UTC), NOW, OFFICE)
    assert slot is not None
    assert NOW - slot.starts < timedelta(minutes=1)
    yearly = schedule(Cron("0 0 1 1 *"))
    yearly_slot = latest_slot(yearly, datetime(2025, 6, 1, tzinfo=UTC), NOW, OFFICE)
    assert yearly_slot.at == datetime(2025, 12, 31, 16, tzinfo=UTC)


def test_a_schedule_that_was_just_written_has_no_past() -> None:
    assert turn_of(schedule(Cron("30 2 * * *")), ScheduleState(NOW), NOW + timedelta(minutes=1), OFFICE) is None
    assert turn_of(schedule(Every(timedelta(hours=6))), ScheduleState(NOW), NOW, OFFICE) is not None


def test_a_paused_schedule_rests_and_goes_on_without_making_up_its_rest() -> None:
    daily = schedule(Cron("0 3 * * *"))
    until = NOW + timedelta(days=10)
    held = ScheduleState(NOW, LastJob(NOW - timedelta(hours=9), "done"), until)
    assert turn_of(daily, held, NOW + timedelta(days=5), OFFICE) is None
    assert turn_of(daily, held, until + timedelta(minutes=1), OFFICE) is None
    assert turn_of(daily, held, until + timedelta(days=1), OFFICE) is not None
    assert wakes_at({"push": held}, [daily], NOW, OFFICE) > until


def test_a_schedule_that_rests_for_ever_wakes_nobody_and_keeps_no_other_from_its_turn() -> None:
    minutely, daily = schedule(Every(timedelta(minutes=1)), "pull"), schedule(Cron("0 3 * * *"))
    held = {"push": ScheduleState(NOW, None, FOR_EVER), "pull": ScheduleState(NOW)}
    assert wakes_at(held, [daily, minutely], NOW, OFFICE) == wakes_at(held, [minutely], NOW, OFFICE)
    assert wakes_at(held, [daily], NOW, OFFICE) is None


def test_what_failed_or_broke_off_is_tried_again_and_gives_way_to_a_newer_slot() -> None:
    daily = schedule(Cron("0 3 * * *"))
    slot = datetime(2026, 11, 29, 19, tzinfo=UTC)
    again = NOW + timedelta(minutes=10)
    failed = ScheduleState(NOW - timedelta(days=9), LastJob(slot, "failed", 2, again))
    assert turn_of(daily, failed, NOW, OFFICE) is None
    assert turn_of(daily, failed, again, OFFICE).slot == slot
    assert wakes_at({"push": failed}, [daily], NOW, OFFICE) == again
    assert turn_of(daily, failed, NOW + timedelta(days=1), OFFICE).slot == slot + timedelta(days=1)
    broken = ScheduleState(NOW - timedelta(days=9), LastJob(slot, "running"))
    assert turn_of(daily, broken, NOW, OFFICE).slot == slot
    assert turn_of(daily, ScheduleState(NOW, LastJob(slot, "faulty")), NOW, OFFICE) is None


def test_a_schedule_without_a_calendar_keeps_no_other_from_its_turn() -> None:
    office = OFFICE._replace(days=lambda: WorkingDays(CalendarDays()))
    quarterly, often = schedule(After("Q", 5), "quarterly"), schedule(Every(timedelta(minutes=15)))
    held = {"quarterly": ScheduleState(NOW), "push": ScheduleState(NOW)}
    assert [turn.schedule.name for turn in turns(held, [quarterly, often], NOW, office)] == ["push"]
    assert wakes_at(held, [quarterly, often], NOW, office) is not None


def test_what_rested_makes_up_nothing_that_it_missed_meanwhile() -> None:
    weekly = schedule(Cron("0 3 * * 0"))
    last = LastJob(NOW - timedelta(days=30), "done")
    assert turn_of(weekly, ScheduleState(NOW, last), NOW, OFFICE) is None, "it was resumed now"
    paused = ScheduleState(NOW - timedelta(days=90), last, NOW - timedelta(hours=40))
    made_up = turn_of(weekly, paused, NOW, OFFICE)
    assert made_up is not None
    assert made_up.missed_from is None
