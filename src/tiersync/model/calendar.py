"""The calendar: what was announced of each year's days off and worked weekends, and the days of the lunar calendar."""

from datetime import date

from pydantic import Field

from tiersync.model.canonical import Value


class AnnouncedYear(Value):
    """What was announced of one year: its days off, weekends among them, the weekends that are worked, and by which
    document."""

    year: int = Field(ge=1990, le=2999)
    document: str = Field(max_length=120)
    rest: tuple[date, ...]
    work: tuple[date, ...] = ()


class FestivalDays(Value):
    """The days of one year that move: by the lunar calendar, and Qingming."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date
    double_ninth: date

    @property
    def year(self) -> int:
        return self.spring_festival.year


class CalendarDays(Value):
    """All that is known of days. A year that was not announced is estimated by its festivals; of one without either
    nothing is known."""

    announced: tuple[AnnouncedYear, ...] = ()
    festivals: tuple[FestivalDays, ...] = ()

    @property
    def years(self) -> frozenset[int]:
        """The years of which something is known."""
        return frozenset(one.year for one in self.announced) | frozenset(one.year for one in self.festivals)
