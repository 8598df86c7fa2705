"""Everything that is held is looked at within a day, a share at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from tiersync.rules.calendar.look_again import ROUND, SOONEST, Named, in_turn
from tiersync.store.reports.rounds import NEVER

NOW = datetime(2014, 1, 5, 8, tzinfo=UTC)
HELD = [("aging-quarter", f"{year}-Q{quarter}") for year in range(2004, 2014) for quarter in range(1, 5)]


def outside(looked: dict[Named, datetime], now: datetime) -> dict[Named, datetime]:
    """What the store is asked for: what was looked at within the least time is left out there."""
    return {named: at for named, at in looked.items() if abs(now - at) >= SOONEST}


@pytest.mark.parametrize("pace", [timedelta(minutes=15), timedelta(hours=3), timedelta(hours=24)])
def test_every_period_is_looked_at_within_a_day_whatever_the_pace(pace: timedelta) -> None:
    looked = dict.fromkeys(HELD, NOW)
    for push in range(1, 300):
        now = NOW + push * pace
        looked |= dict.fromkeys(in_turn(outside(looked, now), now), now)
        assert now - min(looked.values()) <= max(ROUND, pace)


def test_a_push_every_quarter_of_an_hour_looks_at_a_few_at_a_time() -> None:
    looked, shares = dict.fromkeys(HELD, NOW), []
    for push in range(1, 300):
        now = NOW + push * timedelta(minutes=15)
        turn = in_turn(outside(looked, now), now)
        looked |= dict.fromkeys(turn, now)
        shares.append(len(turn))
    assert max(shares) <= len(HELD) // 8


def test_what_was_looked_at_just_now_is_left_alone_and_the_new_comes_at_once() -> None:
    looked = dict.fromkeys(HELD, NOW)
    assert in_turn(looked, NOW + timedelta(hours=1)) == []
    looked["aging-year", "2013"] = NEVER
    assert in_turn(looked, NOW + timedelta(hours=1)) == [("aging-year", "2013")]


def test_what_was_looked_at_by_a_clock_that_was_ahead_has_its_turn() -> None:
    looked = dict.fromkeys(HELD, NOW + timedelta(days=400))
    assert in_turn(looked, NOW) == sorted(HELD)
