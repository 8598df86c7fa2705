"""Which forms and periods a push concerns."""

from datetime import date

from tests.rules.small_catalogue import form_of
from tiersync.model.form import DueDays, Form
from tiersync.model.period import Period
from tiersync.rules.calendar.due import due, due_for

QUARTERLY = form_of()
YEARLY = Form(code="aging-year", zh="年报", en="Year", period="Y", entries={"P02": ("community",)})
TODAY = date(2026, 11, 24)


def test_a_push_concerns_the_last_ended_period_of_each_form() -> None:
    assert due([QUARTERLY, YEARLY], TODAY, []) == [(QUARTERLY, Period("2026-Q3")), (YEARLY, Period("2025"))]


def test_what_was_filed_stays_due_until_it_is_closed() -> None:
    slow = QUARTERLY.model_copy(update={"due_days": DueDays(closed=150)})
    filed = [("aging-quarter", Period("2026-Q1")), ("aging-quarter", Period("2026-Q2"))]
    closes = slow.date_of("closed", Period("2026-Q2"))
    assert closes == date(2026, 11, 27)
    assert due([slow], TODAY, filed) == [(slow, Period("2026-Q2")), (slow, Period("2026-Q3"))]
    assert due([slow], closes, filed) == [(slow, Period("2026-Q3"))]


def test_a_filed_period_of_another_kind_or_form_concerns_nobody() -> None:
    filed = [("aging-quarter", Period("2026")), ("unheard-of", Period("2026-Q4"))]
    assert due([QUARTERLY], TODAY, filed) == [(QUARTERLY, Period("2026-Q3"))]


def test_a_named_period_concerns_the_forms_that_ask_for_its_kind() -> None:
    assert due_for([QUARTERLY, YEARLY], Period("2013-Q4")) == [(QUARTERLY, Period("2013-Q4"))]
    assert due_for([QUARTERLY, YEARLY], Period("2013")) == [(YEARLY, Period("2013"))]
    assert due_for([QUARTERLY, YEARLY], Period("2013-06")) == []
