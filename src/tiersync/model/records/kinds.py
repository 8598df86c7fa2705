"""The kinds of fields: text, codes, identity numbers, units, days, months, periods, counts and numbers."""

import re
from calendar import monthrange
from collections.abc import Container, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from tiersync.errors import BadPeriod
from tiersync.model.identity import (
    DIGIT,
    LENGTH,
    NO_PAPER,
    birth_day,
    is_other_paper,
    normal,
    sex_of,
    why_no_paper,
    why_not,
)
from tiersync.model.period import Period
from tiersync.model.records.field import UNMEASURED, CheckContext, FieldKind, Need, NotThisField, Privacy, Record
from tiersync.model.records.no_day import why_no_day

EARLIEST, LATEST = date(1850, 1, 1), date(2199, 12, 31)  # A date outside these is a slip of the pen.
LARGEST_COUNT = 999_999_999
WHOLE = re.compile(r"-?[0-9]{1,15}(\.0{1,15})?")  # Spreadsheets write 12 as 12.0.
DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
ISO = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
UNIT = re.compile(r"[0-9]{12}")
SEVERAL = "=several:"  # Before the name of a unit that could be more than one.
BIRTH, SEX = "birth_date", "sex"  # What an identity number tells of its person.


@dataclass(frozen=True)
class FreeText(FieldKind):
    """Free text of at most `most` characters."""

    most: int = 64

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str:
        if len(text) > self.most:
            raise NotThisField("too_long")
        return text

    def schema(self) -> dict[str, Any]:
        return {"maxLength": self.most}


Text = FreeText  # as plugin packages name it


@dataclass(frozen=True)
class Code(FieldKind):
    """One code of the list `codes`."""

    codes: str = ""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str:
        if text not in context.list_of(self.codes):
            raise NotThisField("unknown_code")
        return text

    def schema(self) -> dict[str, Any]:
        return {"x-codes": self.codes}


@dataclass(frozen=True)
class Codes(FieldKind):
    """Several codes of the list `codes`, joined by commas."""

    codes: str = ""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str:
        if not context.list_of(self.codes).issuperset(text.split(",")):
            raise NotThisField("unknown_code")
        return text

    def schema(self) -> dict[str, Any]:
        return {"x-codes": self.codes}


@dataclass(frozen=True)
class Identity(FieldKind):
    """A citizen's identity number of 18 characters (GB 11643), or that of the paper which the field `kind_in` names.

    Who has no paper has no number: where it is needed when it applies, the fields in `instead` stand for it. Those of
    them that an identity number tells (BIRTH, SEX) are as it says, whatever their columns do. All of these fields come
    before it in the record.
    """

    _: KW_ONLY
    kind_in: str = ""
    instead: tuple[str, ...] = ()

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str | None:
        kind = given.get(self.kind_in)
        if kind == NO_PAPER and not DIGIT.search(text):  # such as 无
            self.accept_blank(given)
            return None
        number, why = (normal(text), why_no_paper) if is_other_paper(kind) else (text, why_not)
        if reason := why(number, context.today):
            raise NotThisField(reason)
        return number

    def accept_blank(self, given: Mapping[str, Any]) -> None:
        known = given.get(self.kind_in) in (None, NO_PAPER) and all(
            given.get(name) is not None for name in self.instead
        )
        if self.need == "R" or (self.need == "C" and not known):
            raise NotThisField("missing")

    def implies(self, value: Any) -> Mapping[str, object]:
        if value is None or len(value) != LENGTH:
            return {}
        told = {BIRTH: birth_day(value[6:14]), SEX: sex_of(value)}
        return {name: said for name, said in told.items() if name in self.instead}


@dataclass(frozen=True)
class UnitRef(FieldKind):
    """A unit's 12-digit code; when `own`, it must lie within the plugin's unit."""

    _: KW_ONLY
    own: bool = False

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str:
        if not UNIT.fullmatch(text):
            raise NotThisField("several_units" if text.startswith(SEVERAL) else "no_such_unit")
        if self.own and text not in context.allowed:
            raise NotThisField("other_unit")
        return text

    def schema(self) -> dict[str, Any]:
        return {"pattern": "^[0-9]{12}$"}


@dataclass(frozen=True)
class Day(FieldKind):
    """A date; when `past`, one that has happened; never before the date in the field `not_before`.

    What is known to the month only is that month's first day; of a field that says when something `ends`, its last.
    """

    _: KW_ONLY
    past: bool = False
    not_before: str = ""
    ends: bool = False

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> date:
        day = read_day(text if ISO_DAY.fullmatch(text) else self.day_of(text)) if ISO.fullmatch(text) else None
        if day is None:
            raise NotThisField(why_no_day(text))
        if self.past and day > context.today:
            raise NotThisField("not_yet")
        if (earlier := given.get(self.not_before)) and day < earlier:
            raise NotThisField("out_of_range")
        return day

    def day_of(self, month: str) -> str:
        """The day that a month (2012-03) stands for."""
        first = read_day(f"{month}-01")
        return f"{month}-{monthrange(first.year, first.month)[1]}" if first and self.ends else f"{month}-01"

    def schema(self) -> dict[str, Any]:
        return {"format": "date"}


@dataclass(frozen=True)
class Month(FieldKind):
    """A month, kept as the date of its first day; a date stands for its month."""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> date:
        whole = f"{text}-01" if ISO_MONTH.fullmatch(text) else text
        day = read_day(whole) if ISO_DAY.fullmatch(whole) else None
        if day is None:
            raise NotThisField("impossible_date")
        return day.replace(day=1)


@dataclass(frozen=True)
class PeriodRef(FieldKind):
    """A period as text: 2013, 2013-H1, 2013-Q2, 2013-06, 2013-W23."""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> str:
        try:
            return str(Period(text))
        except BadPeriod:
            raise NotThisField("impossible_date") from None


@dataclass(frozen=True)
class Count(FieldKind):
    """A whole number of at least `least`, and not above the count in the field `at_most`."""

    _: KW_ONLY
    least: int = 0
    at_most: str = ""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> int:
        if not WHOLE.fullmatch(text):
            raise NotThisField("not_whole" if DECIMAL.fullmatch(text) else "not_a_number")
        count = int(text.partition(".")[0])
        most = given.get(self.at_most)
        if not self.least <= count <= (LARGEST_COUNT if most is None else most):
            raise NotThisField("out_of_range")
        return count

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least}


@dataclass(frozen=True)
class Number(FieldKind):
    """An exact decimal of `places` places, in yuan where it is money; below 0 only as `signed` and `signed_if` say.

    `signed_if` names a field and the code that it must have; `at_most` and `at_least` name fields that bound it.
    """

    places: int = 2
    _: KW_ONLY
    signed: bool = False
    signed_if: tuple[str, str] = ("", "")
    at_most: str = ""
    at_least: str = ""

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> Decimal:
        if text.startswith(UNMEASURED):
            raise NotThisField("measure_unclear")
        if not re.fullmatch(self.pattern, text):
            raise NotThisField("too_precise" if "." in text and DECIMAL.fullmatch(text) else "not_a_number")
        number = Decimal(text)
        if number < 0 and not self.signed and given.get(self.signed_if[0]) != self.signed_if[1]:
            raise NotThisField("out_of_range")
        most, least = given.get(self.at_most), given.get(self.at_least)
        if (most is not None and number > most) or (least is not None and number < least):
            raise NotThisField("out_of_range")
        return number.quantize(Decimal(1).scaleb(-self.places))

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^{self.pattern}$"}

    @property
    def pattern(self) -> str:
        """How such a number is written; Decimal(18, places) holds any that fits."""
        return rf"-?[0-9]{{1,{18 - self.places - 1}}}(\.[0-9]{{1,{self.places}}}0{{0,8}})?"


def read_day(iso: str) -> date | None:
    """The date that `iso` (ten characters) names, None when there is no such date within reason."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def is_number_needed(kind: FieldKind, others: Container[str]) -> bool:
    """Whether records need this field to know their persons: `others` do not hold all that stands for a number."""
    return isinstance(kind, Identity) and kind.need == "C" and not all(name in others for name in kind.instead)


OURS = frozenset({
    "person_key", "flags", "row", "reason", "cursor", "corrects", "since_order", "whole_row", "row_key",
})  # columns beside fields  # fmt: skip
NAMING = ("not_before", "at_most", "at_least", "kind_in")  # What of a kind names another field.
KINDS = (FreeText, Code, Codes, Identity, UnitRef, Day, Month, PeriodRef, Count, Number)


def faults_of(record: type[Record]) -> Iterator[str]:
    """What is wrong with a record type that somebody else defines: it could not be checked, would count for no unit, or
    would keep who somebody is."""
    metadata = {name: field.metadata for name, field in record.model_fields.items()}
    strange = [name for name, given in metadata.items() if not given or type(given[0]) not in KINDS]
    if strange:
        yield f"{', '.join(strange)}: a field is of one of the kinds {', '.join(kind.__name__ for kind in KINDS)}"
        return
    kinds = record.kinds()
    if ours := sorted(name for name in kinds if name in OURS or name.startswith("place_")):
        yield f"{', '.join(ours)}: tiersync needs this name itself"
    for name, kind in kinds.items():
        if kind.need not in get_args(Need) or kind.privacy not in get_args(Privacy):
            yield f"{name}: it is R, C or O, and P0 to P3"
        named = {other for which in NAMING if (other := getattr(kind, which, ""))} | {*getattr(kind, "instead", ())}
        if strange := sorted(named - kinds.keys()):
            yield f"{name}: there is no field {', '.join(strange)}"
    unit = kinds.get("unit")
    if not isinstance(unit, UnitRef) or unit.need != "R":
        yield "it needs the field unit, a UnitRef that is R"
    for name, kind in kinds.items():
        if isinstance(kind, Identity) != (name == "id_number"):
            yield f"{name}: an identity number is called id_number"
        if isinstance(kind, Identity) and kind.in_snapshot:
            yield f"{name}: an identity number is P3, and not kept"
        if kind.kept and not isinstance(kind, Code | Codes):
            yield f"{name}: of what is sensitive only codes are kept"
