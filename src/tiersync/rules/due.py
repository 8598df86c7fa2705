"""Which forms and periods a push concerns."""

from collections.abc import Iterable, Sequence
from datetime import date

from tiersync.model.form import Form
from tiersync.model.period import Period


def due(forms: Sequence[Form], today: date, filed: Iterable[tuple[str, Period]]) -> list[tuple[Form, Period]]:
    """Each form's last ended period, and every period already filed here (form code, period) that is not closed yet."""
    filed = set(filed)
    return [(form, period) for form in forms for period in sorted(_concerned(form, today, filed))]


def due_for(forms: Sequence[Form], period: Period) -> list[tuple[Form, Period]]:
    """The forms that ask for periods of this kind, when a person names the period."""
    return [(form, period) for form in forms if form.period == period.kind]


def _concerned(form: Form, today: date, filed: set[tuple[str, Period]]) -> set[Period]:
    ours = {period for code, period in filed if code == form.code and period.kind == form.period}
    return {Period.last_ended(form.period, today)} | {p for p in ours if today < form.date_of("closed", p)}
