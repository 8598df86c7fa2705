"""Working days: by what was announced of a year, estimated for one that was not."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from tiersync.errors import NoCalendar
from tiersync.model.calendar import AnnouncedYear, CalendarDays, FestivalDays

A_DAY = timedelta(days=1)
SATURDAY = 5
Certainty = Literal["announced", "estimated"]

# The usual breaks: from which day of a year on, and for how many days. No weekend is estimated to be worked for them.
NEW_YEAR, LABOUR_DAY, NATIONAL_DAY = (1, 1, 1), (5, 1, 5), (10, 1, 7)
AROUND_SPRING_FESTIVAL = (-1, 7)  # from its eve to the seventh day of the year that it begins


class WorkingDays:
    """Which days an office works. Asked of a year of which nothing is known, raises NoCalendar."""

    def __init__(self, calendar: CalendarDays | None) -> None:
        calendar = calendar or CalendarDays()
        self._announced = {one.year: one for one in calendar.announced}
        self._festivals = {one.year: one for one in calendar.festivals}
        self._known: dict[int, tuple[frozenset[date], frozenset[date]]] = {}

    @property
    def years(self) -> list[int]:
        """The years of which something is known."""
        return sorted(self._announced.keys() | self._festivals.keys())

    def announced(self, year: int) -> AnnouncedYear | None:
        """What was announced of a year."""
        return self._announced.get(year)

    def certainty(self, year: int) -> Certainty:
        """Whether the days off of a year were announced, or are only estimated."""
        self._days(year)
        return "announced" if year in self._announced else "estimated"

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day: worked weekends do, days off do not."""
        rest, work = self._days(day.year)
        return day in work or (day.weekday() < SATURDAY and day not in rest)

    def is_holiday(self, day: date) -> bool:
        """Whether a day lies in a break; an ordinary weekend does not."""
        return day in self._days(day.year)[0]

    def from_day(self, day: date) -> date:
        """The day itself if it is worked, else the next that is."""
        while not self.is_working(day):
            day += A_DAY
        return day

    def after(self, day: date, number: int) -> date:
        """The working day that is the `number`-th (1 or more) after a day."""
        for _ in range(number):
            day = self.from_day(day + A_DAY)
        return day

    def between(self, day: date, until: date) -> int:
        """How many working days come after `day`, up to and with `until`."""
        return sum(self.is_working(day + A_DAY * ahead) for ahead in range(1, (until - day).days + 1))

    def _days(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        """The days off of a year, and its worked weekends."""
        if year not in self._known:
            self._known[year] = self._learn(year)
        return self._known[year]

    def _learn(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        if year in self._announced:
            return frozenset(self._announced[year].rest), frozenset(self._announced[year].work)
        if year in self._festivals:
            return frozenset(_estimated(year, self._festivals[year])), frozenset()
        raise NoCalendar(year=year)


@lru_cache(maxsize=4)
def working_days(calendar: CalendarDays | None) -> WorkingDays:
    """The working days of a calendar; laid out once, for it holds hundreds of days."""
    return WorkingDays(calendar)


def _estimated(year: int, festivals: FestivalDays) -> Iterator[date]:
    """The usual breaks of a year."""
    for month, day, length in (NEW_YEAR, LABOUR_DAY, NATIONAL_DAY):
        yield from (date(year, month, day) + A_DAY * ahead for ahead in range(length))
    yield from (festivals.spring_festival + A_DAY * ahead for ahead in range(*AROUND_SPRING_FESTIVAL))
    yield from (festivals.qingming, festivals.dragon_boat, festivals.mid_autumn)
