"""Indicators: what is counted, summed, declared or derived, defined once for the whole network."""

from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value, digest, spell

IndicatorCode = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[0-9]{2,3}$")]
PeriodKind = Literal["Y", "H", "Q", "M", "W"]


class Condition(Value):
    """One thing that must be true of a record for it to count; all conditions of an indicator must be.

    `field` is a field of the record, or `age` (full years on the period's last day, or on the day that the count's
    `aged_on` names). Exactly one of these says what
    about it: `known` (it is not empty), `equals` (one of these codes), `differs` (known, and none of these codes),
    `unless` (none of these codes; a record that gives none passes),
    `at_least` and `at_most` (whole numbers), `during` (a date within the period), `within_months` (a date of at most
    so many months before the period's end), `by_end` (a date not after the period's last day), `after_start` (a date
    after the period's first day), `past_end` (a date not before the period's last day), `same_year` (a period of the
    same year), `bands` (for each of these codes, the band of age such as 80-89 that a person with this code must be
    in). A date or period that the record does not give passes `by_end`, `after_start`, `past_end` and `same_year`.
    With `ended` and `dated`, `equals` is also true of a record that one of the `ended` codes closed on a day, `dated`,
    after the period: it was active then. With `or_unknown`, `equals` is also true where nothing is known: of somebody
    whom the register does not have. With `each`, a source must be able to say each of the codes of `equals`: what is
    paid less what came back is no number where nobody tells what came back.
    """

    field: str
    equals: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    dated: str = ""
    differs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    known: bool = False
    during: bool = False
    within_months: int = 0
    by_end: bool = False
    after_start: bool = False
    past_end: bool = False
    same_year: bool = False
    bands: tuple[tuple[str, str], ...] = ()
    or_unknown: bool = False
    each: bool = False


class Breakdown(Value):
    """An indicator split by one or more dimensions: a `partition` adds up to the total, a `subset` need not.

    A record that counts several kinds in columns of their own names in `fields` the column behind each code.
    """

    dims: tuple[str, ...] = Field(min_length=1)
    kind: Literal["partition", "subset"] = "partition"
    fields: dict[str, str] = Field(default={})


class Dimension(Value):
    """Something an indicator can be split by: the field that holds it and the code list it takes its values from.

    `field` is a field of the record, `age` (bands such as 60-64 and 100+ of full years on the day of a condition's
    age), or `unit_kind` (the kind of the unit that the record counts for). `ages` are the bands of age that each code
    is meant for: by them a senior, who has no such field, has a code in this dimension.
    """

    code: str
    zh: str
    en: str
    field: str
    codes: str
    ages: dict[str, str] = Field(default={})


class KeptInterval(Value):
    """What makes an interval a kept one: a `record` of the same person, dated `on` a day in it, that meets `where`."""

    record: str
    on: str
    where: tuple[Condition, ...] = ()


class Also(Value):
    """An event that records note beside their own: each that gives a day in `on` counts once more, as if its `field`
    said `code` and its `dated` that day. A source without `on` makes the others no less known, and says nothing of
    this one."""

    field: str
    code: str
    dated: str
    on: str


class RatioPart(Value):
    """One number of a ratio that is counted for it alone, as an indicator is: rows, distinct values of `field`, the
    sum of it, or `intervals`: those of the frequency in `field` (D, W, M, Q, Y) that end in the period, for every
    record as long as it was active; with `kept` only those in which what was due was done. The records `unit`,
    `notice` and `received` are the units themselves, the node's own notices, and the reports that were due to it.

    `aged_on` names a date of the record: ages are those on that day instead of the period's last. With `once_per`
    events are counted: all rows of a person, also those which another row of theirs replaced, but of rows that are
    alike in these fields one, the one that counts where there is one. `also` is a second event of the same record.
    """

    record: str
    measure: Literal["count", "distinct", "sum", "intervals"] = "count"
    field: str = ""
    where: tuple[Condition, ...] = ()
    attributed_by: str = "unit"
    kept: KeptInterval | None = None
    aged_on: str = ""
    once_per: tuple[str, ...] = ()
    also: Also | None = None


class Pair(Value):
    """Both numbers of a ratio."""

    numerator: RatioPart
    denominator: RatioPart


class Indicator(Value):
    """One definition. `decimals` is the scale of its values: 0 for counts, 2 for yuan.

    `measure`: `count` rows, `distinct` person keys or other `field`, `sum` of `field`, `declared` (figures only),
    `ratio` (`factor` x `numerator` / `denominator`, both indicator codes; or both counted for it alone, as `pair` says;
    or, with neither, both declared). `attributed_by` names the field that says which unit it counts for: the record's,
    or the register's, which says it of the record's person; `aged_on`, `once_per` and `also` are as in a `Count`.
    """

    code: IndicatorCode
    zh: str
    en: str
    definition: str = ""
    record: str
    measure: Literal["count", "distinct", "sum", "declared", "ratio"]
    field: str = ""
    where: tuple[Condition, ...] = ()
    attributed_by: str = "unit"
    aged_on: str = ""
    once_per: tuple[str, ...] = ()
    also: Also | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    kind: Literal["stock", "flow", "distinct", "ratio", "declared"]
    periods: tuple[PeriodKind, ...]
    measured_in: str
    decimals: int = Field(default=0, ge=0, le=4)
    entered: tuple[str, ...]
    rules: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    pair: Pair | None = None
    factor: int = 1

    @property
    def is_quotient(self) -> bool:
        """Whether this is a ratio of two other indicators."""
        return self.measure == "ratio" and bool(self.numerator)

    @property
    def digest(self) -> str:
        """What tells two definitions apart."""
        return digest(spell(self))
