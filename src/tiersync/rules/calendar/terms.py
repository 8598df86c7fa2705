"""Terms: until when something is due, how late it came, and when who is late is reminded."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from tiersync.model.form import DueDays
from tiersync.rules.calendar.working_days import WorkingDays

Moves = Literal["never", "days_off", "holidays"]
END_OF_DAY = time.max


class Deadline(NamedTuple):
    """The last day, and where it gives an hour the last minute, by the clock of the office. It is provisional while the
    days off of its time are only estimated."""

    day: date
    at: time | None = None
    is_provisional: bool = False

    @property
    def moment(self) -> datetime:
        """The last moment, by the clock of the office, to the minute."""
        return datetime.combine(self.day, self.at or END_OF_DAY)


class Lateness(NamedTuple):
    """By how many working days something came late, and by how many minutes where the deadline gives an hour."""

    working_days: int
    minutes: int | None = None


def deadline_of(due: DueDays, last_day: date, days: WorkingDays) -> Deadline:
    """When a form is due for a period that ends with `last_day`. Raises NoCalendar where working days of a year count
    of which nothing is known."""
    at = time.fromisoformat(due.at) if due.at else None
    plain = last_day + timedelta(days=due.due)
    day = days.after(last_day, due.due) if due.working else moved(plain, due.moves, days)
    counts = due.working or due.moves != "never"
    return Deadline(day, at, counts and is_estimated(last_day, day, days))


def moved(day: date, moves: Moves, days: WorkingDays) -> date:
    """What a date becomes that falls on a day off: it stays, or moves to the next working day, or does so only in a
    holiday and not on an ordinary weekend."""
    if moves == "days_off" or (moves == "holidays" and days.is_holiday(day)):
        return days.from_day(day)
    return day


def is_estimated(since: date, until: date, days: WorkingDays) -> bool:
    """Whether any year of these days has not been announced."""
    return any(days.certainty(year) == "estimated" for year in range(since.year, until.year + 1))


def within_working_days(received: datetime, number: int, days: WorkingDays) -> Deadline:
    """Due within so many working days of when something was received, by the clock of the office: the day of receipt
    does not count, whatever the hour. Within 0 is at once: to the minute."""
    if number == 0:
        return Deadline(received.date(), received.time().replace(second=0, microsecond=0))
    day = days.after(received.date(), number)
    return Deadline(day, None, is_estimated(received.date(), day, days))


def within_months(received: date, months: int) -> Deadline:
    """Due within calendar months, on the last day of the month where the day does not exist."""
    month = received.year * 12 + received.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return Deadline(date(year, month, min(received.day, monthrange(year, month)[1])))


def lateness(deadline: Deadline, received: datetime, days: WorkingDays) -> Lateness | None:
    """How late something came that was received at a moment, by the clock of the office; None if it was in time."""
    if received.replace(second=0, microsecond=0) <= deadline.moment:
        return None
    late = days.between(deadline.day, received.date())
    if deadline.at is None:
        return Lateness(late)
    return Lateness(late, int((received - deadline.moment).total_seconds() // 60))


def reminder_on(deadline: Deadline, days: WorkingDays) -> date:
    """The day on which who is late is reminded: the first working day after it was due."""
    return days.after(deadline.day, 1)


def extended(deadline: Deadline, asked: datetime, until: date) -> Deadline | None:
    """The deadline that an extension makes of this one; None where it was asked for after the time, or gives none."""
    if asked.replace(second=0, microsecond=0) > deadline.moment or until <= deadline.day:
        return None
    return deadline._replace(day=until)
