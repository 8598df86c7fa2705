"""Forms: which indicators are asked of which units, for which periods, and until when."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.indicator import PeriodKind
from tiersync.model.period import Period

FormCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


Hour = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]


def unsaid(default: Any) -> Any:
    """A field that is left out where it says the default, so that what was sealed before it was thought of is spelled
    as it was."""
    return Field(default=default, exclude_if=lambda value: value == default)


A_BREAK = 20  # days that days off put a date off at most, and more than any break was long
LATEST = 3660  # days after a period's end of which anybody means one of the four


class DueDays(Value):
    """A form's four dates, in days after the period's last day.

    Its due date may be counted in `working` days; may give an hour, by the office's clock; and where it falls on a day
    off, or only in a holiday, may move to the next working day.
    """

    open: int = 1
    due: int = 10
    late_until: int = 20
    closed: int = 90
    working: bool = unsaid(False)
    at: Hour = unsaid("")
    moves: Literal["never", "days_off", "holidays"] = unsaid("never")

    @property
    def needs_calendar(self) -> bool:
        """Whether working days decide when it is due."""
        return self.working or self.moves != "never"

    @property
    def longest_due(self) -> int:
        """Days after the period's last day by which it is due whatever days are off."""
        if self.working:
            return self.due * 2 + A_BREAK
        return self.due + (A_BREAK if self.needs_calendar else 0)

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing that older programs could not read."""
        return not (self.needs_calendar or self.at)


class FormHead(Value):
    """What stands over the printed form: its number (表号), who made it (制定机关), the number it was approved under
    (批准文号), and the last day on which it may be opened (有效期至)."""

    number: str = Field(default="", max_length=40)
    made_by: str = Field(default="", max_length=80)
    approved_as: str = Field(default="", max_length=80)
    valid_until: date | None = None


class Form(Value):
    """A set of indicators asked of units for a period. `entries` names, for each indicator, the tiers that enter it.

    `accepts` says whether a report in which nothing is odd is accepted by itself. One that `keeps_dates` is not filed
    before it opens, and after *late until* only when the unit above granted it. A form that is the `flash_of` another
    is shown where that one is lacking. Rules that are written in row numbers find in `places` which figure stands at a
    place of the form's `table`, such as {"3" = "P05", "C3" = "P05[sex=1]"}."""

    code: FormCode
    zh: str
    en: str
    period: PeriodKind
    due_days: DueDays = DueDays()
    entries: dict[str, tuple[str, ...]]
    head: FormHead = unsaid(FormHead())
    accepts: Literal["reviewed", "clean"] = unsaid("reviewed")
    keeps_dates: bool = unsaid(False)
    flash_of: str = unsaid("")
    table: int = unsaid(0)
    places: dict[str, str] = unsaid({})

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing that older programs could not read."""
        return self == self.model_copy(update={name: Form.model_fields[name].default for name in LATER_FIELDS})

    def asked_of(self, tier: str) -> list[str]:
        """The indicators that a unit of `tier` enters, in order of code."""
        return sorted(code for code, tiers in self.entries.items() if tier in tiers)

    def date_of(self, what: Literal["open", "late_until", "closed"], period: Period) -> date:
        """The day on which this form opens for `period`, until which it is late, on which it closes. When it is due may
        hang on working days: see rules/calendar/windows.py."""
        return period.last_day + timedelta(days=getattr(self.due_days, what))


LATER_FIELDS = ("head", "accepts", "keeps_dates", "flash_of", "table", "places")


Decimals = Annotated[str, Field(pattern=r"^([0-9]{1,15}(\.[0-9]{1,6})?)?$")]
HALF_A_UNIT = "half_unit"


class Rule(Value):
    """One of the families V01 to V19, as data: what it compares and what it says when it fails.

    `relations` are what has to hold, in the notation of relations/notation.py, of every report of `form` ('' is any)
    of which `when` holds. Sides may be `tolerance` apart, or half a unit of the last place of what stands on the left;
    where both are under `floor` nothing is odd. A figure that is missing leaves a relation unchecked (`skip`), or is
    taken for none (`zero`). `indicators` are those that a template looks at; without any, those that name the rule.

    Of a template: a change is odd above this `share` of what was, if it is of `floor` at least; `floors` say another
    floor by what is counted (元). What lies beyond `most`, by what is counted and tier, no such unit can have. A
    `negative` indicator may be below 0. Sisters are compared where there are `least` of them; a copy is one of `least`
    figures.
    """

    code: str
    template: str
    severity: Literal["hard", "soft", "info"]
    zh: str
    en: str
    form: str = unsaid("")
    scope: Literal["cell", "form", "cross_form", "period", "level"] = unsaid("form")
    when: str = unsaid("")
    relations: tuple[str, ...] = unsaid(())
    tolerance: Decimals | Literal["half_unit"] = unsaid("")
    floor: Decimals = unsaid("")
    floors: dict[str, Decimals] = unsaid({})
    share: Decimals = unsaid("")
    missing: Literal["skip", "zero"] = unsaid("skip")
    indicators: tuple[str, ...] = unsaid(())
    negative: tuple[str, ...] = unsaid(())
    most: dict[str, dict[str, Decimals]] = unsaid({})
    least: int = unsaid(0)

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing that older programs could not read."""
        return self == Rule.model_validate(self.model_dump(include=FAMILY))


FAMILY = {"code", "template", "severity", "zh", "en"}
