"""What is open, due, late and closed: the one function of the calendar that reports, tasks and reminders share."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from tiersync.errors import DueLate, FormExpired
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.calendar.terms import Deadline, deadline_of
from tiersync.rules.calendar.working_days import WorkingDays

WindowState = Literal["not_open", "open", "due", "late", "past", "closed"]
HALF_A_YEAR = 183  # days


class Window(NamedTuple):
    """When a form may be filed for a period: from `opens`, in time until `due`, late until `late_until`, afterwards
    only with leave, and from `closes` on no more."""

    opens: date
    due: Deadline
    late_until: date
    closes: date

    def state(self, moment: datetime) -> WindowState:
        """How it stands at a moment, by the clock of the office: `due` is the last day in time."""
        day, minute = moment.date(), moment.replace(second=0, microsecond=0)
        if day >= self.closes:
            return "closed"
        if day < self.opens:
            return "not_open"
        if minute <= self.due.moment:
            return "due" if day == self.due.day else "open"
        return "late" if day <= self.late_until else "past"


def window_of(form: Form, period: Period, days: WorkingDays) -> Window:
    """When a form may be filed for a period. A due date that working days put off puts off the days after it, so that
    nothing is past as soon as it is late, or closed before it is due."""
    due = deadline_of(form.due_days, period.last_day, days)
    late_until = max(form.date_of("late_until", period), due.day)
    closes = max(form.date_of("closed", period), late_until + timedelta(days=1))
    return Window(form.date_of("open", period), due, late_until, closes)


def is_valid(form: Form, period: Period) -> bool:
    """Whether a form may be asked for a period: its 有效期 is not over at the period's end."""
    return form.head.valid_until is None or period.last_day <= form.head.valid_until


def check_valid(form: Form, period: Period) -> None:
    """Raise FormExpired for a form that has run out."""
    if not is_valid(form, period):
        raise FormExpired(form=form.code, period=period, until=form.head.valid_until)


class LateDue(NamedTuple):
    """A form is due so many days after its period's end, which is long after: was another year meant?"""

    form: str
    days: int
    is_after_next_opens: bool


def check_dues(late: Iterable[LateDue], are_meant: bool) -> None:
    """Raise DueLate for the first due date that nobody said was meant."""
    for one in () if are_meant else late:
        raise DueLate(form=one.form, days=one.days)


def late_dues(forms: Iterable[Form]) -> Iterator[LateDue]:
    """The forms whose due date is more than half a year after the period's end; it is asked whether that is meant.
    Of a working day at least a day is known."""
    lengths = {"Y": 365, "H": 181, "Q": 90, "M": 28, "W": 7}
    for form in forms:
        if form.due_days.due > HALF_A_YEAR:
            after_next = form.due_days.due > lengths[form.period] + form.due_days.open
            yield LateDue(form.code, form.due_days.due, after_next)
