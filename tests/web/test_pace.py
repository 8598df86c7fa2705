"""The link takes no more of an office's line than it may."""

import pytest

from tiersync.web.pace import A_PIECE, Pace


class Clock:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("kbit", [16, 64, 2000])
def test_what_goes_and_what_comes_takes_as_long_as_the_pace_says(kbit: int) -> None:
    clock = Clock()
    pace, data = Pace(kbit, lambda: clock.now, clock.wait), bytes(100_000)
    assert b"".join(pace.pieces(data)) == data
    for _ in range(10):
        pace.take(5_000)
    assert clock.now - 1000.0 == pytest.approx(150_000 * 8 / (kbit * 1000))


def test_a_line_that_was_idle_saves_nothing_up() -> None:
    clock = Clock()
    pace = Pace(16, lambda: clock.now, clock.wait)
    pace.take(2_000)
    clock.now += 3600
    before = clock.now
    pace.take(2_000)
    assert clock.now - before == pytest.approx(1.0)


def test_without_a_pace_a_message_goes_as_it_is() -> None:
    assert list(Pace(0).pieces(bytes(3 * A_PIECE))) == [bytes(3 * A_PIECE)]
    assert list(Pace(0).pieces(b"")) == []


def test_the_largest_message_has_the_time_that_it_takes() -> None:
    assert Pace(16).seconds_for(2_000_000) == pytest.approx(1000.0)
    assert Pace(0).seconds_for(2_000_000) == 0.0
