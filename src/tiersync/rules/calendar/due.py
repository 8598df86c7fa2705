"""Which forms and periods a push concerns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.calendar.terms import deadline_of
from tiersync.rules.calendar.working_days import WorkingDays

EARLIEST = date(1900, 1, 1)  # of any period


def due(forms: Sequence[Form], today: date, filed: Iterable[tuple[str, Period]]) -> list[tuple[Form, Period]]:
    """Each form's last ended period, and every period already filed here (form code, period) that is not closed yet."""
    filed = set(filed)
    return [(form, period) for form in forms for period in sorted(_concerned(form, today, filed))]


def first_open(form: Form, today: date) -> Period:
    """The earliest period of a form that is not closed yet, or its last ended one."""
    earliest = Period.last_ended(form.period, today)
    while earliest.first_day > EARLIEST:
        before = Period.of(form.period, earliest.first_day - timedelta(days=1))
        if today >= form.date_of("closed", before):
            break
        earliest = before
    return earliest


def due_for(forms: Sequence[Form], period: Period) -> list[tuple[Form, Period]]:
    """The forms that ask for periods of this kind, when a person names the period."""
    return [(form, period) for form in forms if form.period == period.kind]


def due_within(forms: Sequence[Form], periods: Iterable[Period], days: WorkingDays) -> list[tuple[Form, Period, date]]:
    """Every form and period whose day of being due lies in one of `periods`, with that day. Raises NoCalendar."""
    spans = {period.span for period in periods}
    found = {(one[0].code, one[1]): one for form in forms for span in spans for one in _due_between(form, *span, days)}
    return [found[key] for key in sorted(found)]


def _due_between(form: Form, first: date, last: date, days: WorkingDays) -> Iterator[tuple[Form, Period, date]]:
    """The periods of `form` that were due from `first` to `last`."""
    day = max(first - timedelta(days=form.due_days.longest_due), EARLIEST)
    period = Period.of(form.period, day)
    while (due_on := deadline_of(form.due_days, period.last_day, days).day) <= last:
        if due_on >= first:
            yield form, period, due_on
        period = Period.of(form.period, period.last_day + timedelta(days=1))


def _concerned(form: Form, today: date, filed: set[tuple[str, Period]]) -> set[Period]:
    ours = {period for code, period in filed if code == form.code and period.kind == form.period}
    return {Period.last_ended(form.period, today)} | {p for p in ours if today < form.date_of("closed", p)}
