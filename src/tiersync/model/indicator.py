"""Indicators: what is counted, summed, declared or derived, defined once for the whole network."""

from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value, digest, spell

IndicatorCode = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[0-9]{2,3}$")]
PeriodKind = Literal["Y", "H", "Q", "M", "W"]


class Condition(Value):
    """One thing that must be true of a record for it to count; all conditions of an indicator must be.

    `field` is a field of the record, or `age` (full years on the period's last day). Exactly one of these says what
    about it: `equals` (one of these codes), `differs` (known, and none of these codes), `at_least` and `at_most`
    (whole numbers), `during` (a date within the period), `by_end` (a date not after the period's last day),
    `after_start` (a date after the period's first day), `same_year` (a period of the same year). A date or period
    that the record does not give passes `by_end`, `after_start` and `same_year`.
    With `ended` and `dated`, `equals` is also true of a record that one of the `ended` codes closed on a day, `dated`,
    after the period: it was active then.
    """

    field: str
    equals: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    dated: str = ""
    differs: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    during: bool = False
    by_end: bool = False
    after_start: bool = False
    same_year: bool = False


class Breakdown(Value):
    """An indicator split by one or more dimensions: a `partition` adds up to the total, a `subset` need not.

    A record that counts several kinds in columns of their own names in `fields` the column behind each code.
    """

    dims: tuple[str, ...] = Field(min_length=1)
    kind: Literal["partition", "subset"] = "partition"
    fields: dict[str, str] = Field(default={})


class Dimension(Value):
    """Something an indicator can be split by: the field that holds it and the code list it takes its values from.

    `field` is a field of the record, `age` (bands such as 60-64 and 100+ of full years on the period's last day), or
    `unit_kind` (the kind of the unit that the record counts for).
    """

    code: str
    zh: str
    en: str
    field: str
    codes: str


class Indicator(Value):
    """One definition. `decimals` is the scale of its values: 0 for counts, 2 for yuan.

    `measure`: `count` rows, `distinct` person keys or other `field`, `sum` of `field`, `declared` (figures only),
    `ratio` (`factor` x `numerator` / `denominator`, both indicator codes). `attributed_by` names the record's field
    that says which unit it counts for. An indicator that does not compute yet says so and is never asked of a unit.
    """

    code: IndicatorCode
    zh: str
    en: str
    definition: str = ""
    computes: bool = False
    record: str
    measure: Literal["count", "distinct", "sum", "declared", "ratio"]
    field: str = ""
    where: tuple[Condition, ...] = ()
    attributed_by: str = "unit"
    breakdowns: tuple[Breakdown, ...] = ()
    kind: Literal["stock", "flow", "distinct", "ratio", "declared"]
    periods: tuple[PeriodKind, ...]
    measured_in: str
    decimals: int = Field(default=0, ge=0, le=4)
    entered: tuple[str, ...]
    rules: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    factor: int = 1

    @property
    def digest(self) -> str:
        """What tells two definitions apart."""
        return digest(spell(self))
