"""One witness against a clock is a reason to look at it, two are enough to file nothing by it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from tiersync.rules.calendar.clock import HeardClock, Judged, Noted, against_clock, is_in_doubt, judge_clock

RIGHT = datetime(2026, 11, 28, 9, tzinfo=UTC)
IN_1970, IN_2099 = RIGHT.replace(year=1970), RIGHT.replace(year=2099)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGREED = HeardClock(RIGHT - HOUR, RIGHT - HOUR)


def heard(*ours: datetime, theirs: datetime = RIGHT) -> tuple[HeardClock, ...]:
    """Exchanges in which this clock stood there, and the parent's at the right time."""
    return tuple(HeardClock(one, theirs) for one in ours)


CASES = [
    ("nobody knows anything", RIGHT, Noted(), "right", ""),
    ("all agree", RIGHT, Noted((AGREED, AGREED), RIGHT - DAY, RIGHT - HOUR), "right", ""),
    ("a few hours are no difference", RIGHT + 23 * HOUR, Noted(heard(RIGHT + 23 * HOUR) * 2), "right", ""),
    ("ahead of the parent once", RIGHT + 3 * DAY, Noted((AGREED, *heard(RIGHT + 3 * DAY))), "ahead", "above"),
    ("ahead of the parent twice", RIGHT + 3 * DAY, Noted(heard(RIGHT + 3 * DAY) * 2), "ahead", "above above"),
    ("behind the parent once", RIGHT - 3 * DAY, Noted(heard(RIGHT - 3 * DAY)), "behind", "above"),
    ("behind the parent twice", RIGHT - 3 * DAY, Noted(heard(RIGHT - 3 * DAY) * 2), "behind", "above above"),
    ("set back while the line is dead", IN_1970, Noted((AGREED, AGREED), RIGHT), "behind", "above above sealed"),
    ("set back after one exchange", IN_1970, Noted((AGREED,), RIGHT, RIGHT), "behind", "above sealed"),
    ("set back at the top", IN_1970, Noted((), RIGHT, RIGHT), "behind", "sealed pushed"),
    ("set back before the top pushed", IN_1970, Noted((), RIGHT), "behind", "sealed"),
    ("far ahead at the top, or idle for long", IN_2099, Noted((), RIGHT, RIGHT), "ahead", "pushed"),
    ("far ahead, nothing pushed yet", IN_2099, Noted((), RIGHT), "ahead", "sealed"),
    ("far ahead by the parent too", IN_2099, Noted((AGREED, *heard(IN_2099)), RIGHT), "ahead", "above sealed"),
    ("idle for two years, and the parent agrees", RIGHT, Noted((AGREED,), RIGHT - 730 * DAY), "right", ""),
    ("idle for a year", RIGHT, Noted((), RIGHT - 366 * DAY, RIGHT - 366 * DAY), "right", ""),
    ("set right since it was heard ahead", RIGHT, Noted(heard(IN_2099) * 2, RIGHT - DAY), "right", ""),
    ("set right since it was heard behind", RIGHT + HOUR, Noted(heard(IN_1970) * 2, RIGHT - DAY), "right", ""),
    ("sealed by a wrong clock once", RIGHT, Noted((AGREED, AGREED), IN_2099), "behind", "sealed"),
    ("sealed by a wrong clock, believed since", RIGHT, Noted((AGREED, AGREED), IN_2099, RIGHT - HOUR), "right", ""),
    ("at the top, believed since", RIGHT, Noted((), IN_2099, RIGHT - HOUR), "right", ""),
    ("the parent is wrong once", RIGHT, Noted((AGREED, *heard(RIGHT, theirs=IN_1970))), "ahead", "above"),
]  # fmt: skip


@pytest.mark.parametrize(("now", "noted", "side", "who"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who_speaks_against_a_clock(now: datetime, noted: Noted, side: str, who: str) -> None:
    judged = judge_clock(now, noted)
    assert (judged.side, " ".join(one.who for one in judged.witnesses)) == (side, who)
    assert judged.is_wrong == (len(who.split()) > 1)


@pytest.mark.parametrize(("now", "noted", "side"), [case[1:4] for case in CASES], ids=[case[0] for case in CASES])
def test_whoever_is_in_doubt_or_has_not_asked_for_a_day_asks_first(now: datetime, noted: Noted, side: str) -> None:
    asked_lately = bool(noted.heard) and abs(noted.heard[-1].ours - now) <= DAY
    assert is_in_doubt(now, noted) == (side != "right" or not asked_lately)


def test_without_two_witnesses_no_clock_is_wrong_and_with_a_parent_that_agrees_twice_none_is() -> None:
    moments = (IN_1970, RIGHT - 2 * DAY, RIGHT, RIGHT + 2 * DAY, IN_2099)
    for now, sealed, pushed in product(moments, (None, *moments), (None, *moments)):
        agreed = HeardClock(now, now + HOUR)
        assert not judge_clock(now, Noted((agreed, agreed), sealed, pushed)).is_wrong
        assert not judge_clock(now, Noted((), sealed)).is_wrong


def test_what_is_said_names_each_witness_once_with_its_day() -> None:
    judged = judge_clock(IN_1970, Noted((AGREED, AGREED), RIGHT - DAY))
    zh, en = against_clock(judged, datetime.date)
    assert (
        en == "the clock of the unit above twice said 2026-11-28, the newest report from here was sealed on 2026-11-27"
    )
    assert zh == "上级单位的时钟两次为 2026-11-28，本节点最近一份报告签发于 2026-11-27"
    pushed = against_clock(judge_clock(IN_2099, Noted((), None, RIGHT)), lambda moment: date(2026, 11, 28))
    assert pushed == ("本节点上次上报在 2026-11-28", "the last push from here was on 2026-11-28")
    assert not Judged().is_wrong
