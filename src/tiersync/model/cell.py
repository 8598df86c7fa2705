"""Cells: one value each, with a status that says how far it can be trusted. They travel as columns."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property, lru_cache
from operator import ge
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator

from tiersync.model.bounds import EXACT, BoundsText
from tiersync.model.canonical import Value, digest
from tiersync.model.limits import LARGEST_EXACT, LARGEST_STORED, Small

MOST_CELLS = 200_000  # in one report; a form of a city asks for some thousands.

Measure = Literal["value", "numerator", "denominator"]
Basis = Literal["records", "declared", "summed", "nil", "none"]
Exact = Annotated[int, Field(ge=-LARGEST_EXACT, le=LARGEST_EXACT)]
Spelt = Annotated[str, Field(pattern=r"^(0|-?[1-9][0-9]{0,18})$")]  # a whole number as text


class Status(StrEnum):
    """From best to worst; the last four have no value."""

    OK = "ok"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"
    IMPUTED = "imputed"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    MASKED = "masked"
    SUPPRESSED = "suppressed"


class CellKey(NamedTuple):
    """Which cell: the indicator, the breakdown as `dim=code;dim=code` ('' is the total), and which number of it.

    A ratio has no `value` cell; it travels as the two cells `numerator` and `denominator`.
    """

    indicator: str
    breakdown: str
    measure: str


class Cell(NamedTuple):
    """One row of the columns below: `value` is a whole number of 10**-scale units, None when there is none.

    `bounds` say how far an approximate value may be from the true one, in the same units.
    """

    indicator: str
    breakdown: str
    measure: str
    value: int | None
    scale: int
    status: str
    basis: str
    expected: int
    present: int
    bounds: str = EXACT

    @property
    def key(self) -> CellKey:
        return CellKey(self.indicator, self.breakdown, self.measure)


def has_spelt(value: "tuple[int | str | None, ...]") -> bool:
    """Whether a number that is too large for JSON is among these, as text."""
    return str in set(map(type, value))


Texts = tuple[str, ...]
MOST_KEPT = 10_000  # cells of a report whose beginnings are kept for the next one


@lru_cache(maxsize=4)
def _beginnings(indicator: Texts, breakdown: Texts, measure: Texts) -> Texts:
    """How the lines of a report's cells begin: alike in all reports of one form, so they are spelled once for them."""
    return tuple(map("%s|%s|%s|".__mod__, zip(indicator, breakdown, measure, strict=True)))


@lru_cache(maxsize=4096)
def _ending(scale: int, status: str, basis: str, expected: int, present: int, bounds: str) -> str:
    """How a cell's line ends; that of an exact one before its bounds."""
    return f"|{scale}|{status}|{basis}|{expected}|{present}{bounds and '|'}{bounds}"


class Cells(Value):
    """The cells of one report, as columns of equal length, in order of (indicator, breakdown, measure).

    `expected` and `present` count the base reports asked for and held behind each cell. Where every value is exact
    the column of bounds is left out.
    """

    indicator: tuple[Annotated[str, Field(max_length=8)], ...] = Field(default=(), max_length=MOST_CELLS)
    breakdown: tuple[Annotated[str, Field(max_length=128)], ...] = Field(default=(), max_length=MOST_CELLS)
    measure: tuple[Measure, ...] = Field(default=(), max_length=MOST_CELLS)
    value: tuple[Exact | Spelt | None, ...] = Field(default=(), max_length=MOST_CELLS)
    scale: tuple[Small, ...] = Field(default=(), max_length=MOST_CELLS)
    status: tuple[Status, ...] = Field(default=(), max_length=MOST_CELLS)
    basis: tuple[Basis, ...] = Field(default=(), max_length=MOST_CELLS)
    expected: tuple[Small, ...] = Field(default=(), max_length=MOST_CELLS)
    present: tuple[Small, ...] = Field(default=(), max_length=MOST_CELLS)
    bounds: tuple[BoundsText, ...] = Field(default=(), max_length=MOST_CELLS)

    @field_validator("value")
    @classmethod
    def _is_exact(cls, value: tuple[int | str | None, ...]) -> tuple[int | str | None, ...]:
        for number in value if has_spelt(value) else ():
            if isinstance(number, str) and abs(int(number)) > LARGEST_STORED:
                raise ValueError(f"{number} is larger than any database holds")
        return value

    def model_post_init(self, context: object) -> None:
        lengths = {len(getattr(self, name)) for name in type(self).model_fields if name != "bounds" or self.bounds}
        if len(lengths) > 1:
            raise ValueError("columns of unequal length")
        keys = list(zip(self.indicator, self.breakdown, self.measure, strict=True))
        if any(map(ge, keys, keys[1:])):
            raise ValueError("cells out of order or doubled")

    @classmethod
    def of(cls, rows: "list[Cell]") -> "Cells":
        """The columns of `rows`, whatever their order."""
        ordered = sorted(rows)
        return cls.from_columns(list(zip(*ordered, strict=True)) if ordered else [()] * len(Cell._fields))

    @classmethod
    def from_columns(cls, columns: "list[tuple]") -> "Cells":
        """From columns in the order of `Cell`'s fields, rows already in order of key."""
        named = dict(zip(Cell._fields, columns, strict=True))
        named["value"] = tuple(str(v) if v is not None and abs(v) > LARGEST_EXACT else v for v in named["value"])
        named["bounds"] = named["bounds"] if any(named["bounds"]) else ()
        return cls(**named)

    def __len__(self) -> int:
        return len(self.indicator)

    def columns(self) -> tuple[tuple[str | int | None, ...], ...]:
        """The columns in the order of `Cell`'s fields, every value a whole number or None."""
        return (
            self.indicator, self.breakdown, self.measure, self.values_exact, self.scale,
            self.status, self.basis, self.expected, self.present, self.bounds_each,
        )  # fmt: skip

    def rows(self) -> Iterator[Cell]:
        """One `Cell` each, in order."""
        return map(Cell, *self.columns())

    @cached_property
    def values_exact(self) -> tuple[int | None, ...]:
        if not has_spelt(self.value):
            return self.value  # type: ignore[return-value]  # No text among them.
        return tuple(int(v) if isinstance(v, str) else v for v in self.value)

    @property
    def bounds_each(self) -> tuple[str, ...]:
        """The column of bounds, whole."""
        return self.bounds or (EXACT,) * len(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the cells alone, a line each: equal cells, equal digest."""
        spell = _beginnings if len(self) <= MOST_KEPT else _beginnings.__wrapped__
        beginnings = spell(self.indicator, self.breakdown, self.measure)
        values = ("" if value is None else value for value in self.values_exact)
        endings = map(_ending, self.scale, self.status, self.basis, self.expected, self.present, self.bounds_each)
        lines = [f"{begins}{value}{ends}" for begins, value, ends in zip(beginnings, values, endings, strict=True)]
        return digest("\n".join(lines).encode())
