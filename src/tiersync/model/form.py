"""Forms: which indicators are asked of which units, for which periods, and until when."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.indicator import PeriodKind
from tiersync.model.period import Period

FormCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class DueDays(Value):
    """A form's four dates, in days after the period's last day."""

    open: int = 1
    due: int = 10
    late_until: int = 20
    closed: int = 90


class Form(Value):
    """A set of indicators asked of units for a period. `entries` names, for each indicator, the tiers that enter it."""

    code: FormCode
    zh: str
    en: str
    period: PeriodKind
    due_days: DueDays = DueDays()
    entries: dict[str, tuple[str, ...]]

    def asked_of(self, tier: str) -> list[str]:
        """The indicators that a unit of `tier` enters, in order of code."""
        return sorted(code for code, tiers in self.entries.items() if tier in tiers)

    def date_of(self, what: Literal["open", "due", "late_until", "closed"], period: Period) -> date:
        """The day on which this form is open, due, late or closed for `period`."""
        return period.last_day + timedelta(days=getattr(self.due_days, what))


class Rule(Value):
    """One of the families V01 to V19, as data: what it compares and what it says when it fails."""

    code: str
    template: str
    severity: Literal["hard", "soft", "info"]
    zh: str
    en: str
